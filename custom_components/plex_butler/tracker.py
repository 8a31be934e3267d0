"""What each butler task is doing, as far as the server shows it."""

from enum import StrEnum

from .api import ButlerTask


class TaskStatus(StrEnum):
    """What a task is doing."""

    DISABLED = "disabled"
    IDLE = "idle"
    RUNNING = "running"


def task_status(task: ButlerTask) -> TaskStatus:
    """Return what a task is doing; the list of tasks doesn't tell which one runs."""
    return TaskStatus.IDLE if task.enabled else TaskStatus.DISABLED
