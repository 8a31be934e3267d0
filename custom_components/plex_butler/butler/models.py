"""The state of a server's butler, and the events of its tasks."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from ..api import ButlerTask, ServerIdentity
from .evidence import Evidence
from .schedule import Schedule
from .window import Window


class Moment(NamedTuple):
    """A point in time.

    `time` is the time of day to show, `seconds` a monotonic clock to calculate with: a
    change of the system clock doesn't affect it.
    """

    time: datetime
    seconds: float

    def plus(self, seconds: float) -> Moment:
        """Return the moment some seconds later, or earlier if negative."""
        return Moment(
            time=self.time + timedelta(seconds=seconds), seconds=self.seconds + seconds
        )

    def at(self, time: datetime) -> Moment:
        """Return the moment of another time of day."""
        return self.plus((time - self.time).total_seconds())


class TaskStatus(StrEnum):
    """Status of a task."""

    DISABLED = "disabled"
    IDLE = "idle"
    QUEUED = "queued"
    RUNNING = "running"


class TaskEventType(StrEnum):
    """Type of a task event; UNCONFIRMED is an end that nothing showed."""

    STARTED = "started"
    FINISHED = "finished"
    STOPPED = "stopped"
    UNCONFIRMED = "unconfirmed"


class StartedBy(StrEnum):
    """Who started a run; SERVER unless it is known to result from a start of ours."""

    HOME_ASSISTANT = "home_assistant"
    SERVER = "server"


class TaskEvent(NamedTuple):
    """Start or end of a task's run.

    `duration` is in seconds, `started` is when the run began; both are None if unknown.
    `time` is when it happened, which can be a while ago.
    """

    type: TaskEventType
    task: ButlerTask
    evidence: Evidence
    duration: float | None
    started: datetime | None
    time: datetime
    started_by: StartedBy


class LastRun(NamedTuple):
    """Last run of a task, as far as it is known; `duration` is in seconds.

    `observed` is True if the server has shown the task at work at least once.
    """

    started: datetime | None = None
    finished: datetime | None = None
    duration: float | None = None
    observed: bool = False


class TaskState(NamedTuple):
    """State of a task.

    `started` is when its run began, None if it doesn't run or that is unknown.
    `progress` is in percent, `detail` is the item that the task is working on;
    `stalled_since` is when either changed last, if that was long ago.
    """

    task: ButlerTask
    status: TaskStatus
    started: datetime | None
    evidence: Evidence | None
    progress: float | None
    detail: str | None
    stalled_since: datetime | None
    last_run: LastRun


class ButlerData(NamedTuple):
    """State of a server's butler, with its tasks by their Plex names.

    `running` is True also while the butler works on something unknown. `current_task`
    is the task that began last of those that run. `schedule` is None if the server
    didn't return its settings; `window` is None without them, and if it's empty.
    """

    server: ServerIdentity
    tasks: Mapping[str, TaskState]
    current_task: str | None
    running: bool
    schedule: Schedule | None
    window: Window | None

    @property
    def butler_tasks(self) -> list[ButlerTask]:
        """Return the tasks as the server lists them."""
        return [state.task for state in self.tasks.values()]
