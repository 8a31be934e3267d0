"""What can be said of tasks: what they do, what happened to them, when they last ran."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from .api import ButlerTask, ServerIdentity
from .evidence import Evidence
from .schedule import Schedule


@dataclass(frozen=True, kw_only=True)
class Moment:
    """A point in time: as people tell it, and in seconds that no clock's change moves."""

    time: datetime
    seconds: float


class TaskStatus(StrEnum):
    """What a task is doing."""

    DISABLED = "disabled"
    IDLE = "idle"
    RUNNING = "running"


class TaskEventType(StrEnum):
    """What happened to a task; UNCONFIRMED is an end that nothing showed."""

    STARTED = "started"
    FINISHED = "finished"
    STOPPED = "stopped"
    UNCONFIRMED = "unconfirmed"


@dataclass(frozen=True, kw_only=True)
class TaskEvent:
    """Something that happened to a task; `duration` is in seconds, None if not known."""

    type: TaskEventType
    task: ButlerTask
    evidence: Evidence
    duration: float | None


@dataclass(frozen=True, kw_only=True)
class LastRun:
    """When a task last ran, as far as it was seen; `duration` is in seconds."""

    started: datetime | None = None
    finished: datetime | None = None
    duration: float | None = None


@dataclass(frozen=True, kw_only=True)
class TaskState:
    """A task, and what it is doing: `progress` in percent, `detail` what it works on."""

    task: ButlerTask
    status: TaskStatus
    evidence: Evidence | None
    progress: int | None
    detail: str | None
    last_run: LastRun


@dataclass(frozen=True, kw_only=True)
class ButlerData:
    """What is known of a server: its tasks by Plex's name of each, and if any runs.

    `schedule` is None where the server doesn't tell its settings.
    """

    server: ServerIdentity
    tasks: Mapping[str, TaskState]
    running: bool
    schedule: Schedule | None

    @property
    def butler_tasks(self) -> list[ButlerTask]:
        """Return the tasks, without what they are doing."""
        return [state.task for state in self.tasks.values()]
