"""The ended runs of the last months."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from .evidence import Evidence
from .models import StartedBy, TaskEvent, TaskEventType

MAX_RUNS: Final = 50
"""Runs that are kept of each task; the oldest are dropped."""

MAX_AGE: Final = timedelta(days=90)

MAX_TASKS: Final = 1000
"""Tasks whose runs are kept; those whose last run is longest ago are dropped."""

_NEVER: Final = datetime.max.replace(tzinfo=UTC)


class EndedRun(NamedTuple):
    """A run that has ended, or a start that waited for its turn and never ran.

    `task` is Plex's name of the task, `title` the server's title of it at that time.
    `started` and `duration`, in seconds, are None if the start is unknown. `duration`
    is also None if the end is unconfirmed; `ended` is when it was given up then.
    """

    task: str
    title: str
    started: datetime | None
    ended: datetime
    duration: float | None
    outcome: TaskEventType
    evidence: Evidence
    started_by: StartedBy

    @property
    def began(self) -> datetime:
        """Return when it began, or its end if that is unknown."""
        return self.started or self.ended

    def overlaps(self, start: datetime, end: datetime) -> bool:
        """Return whether it overlaps the period from a time until just before another."""
        return self.began < end and (self.began >= start or self.ended > start)


class RunHistory:
    """The ended runs of each task, also of tasks that the server no longer has.

    `time` is the current time of day; callers update it.
    """

    def __init__(self, runs: Mapping[str, Sequence[EndedRun]], time: datetime) -> None:
        """Initialize with the runs that are known, by Plex's name of each task."""
        self.time = time
        self._oldest = _NEVER
        known = [tuple(each[-MAX_RUNS:]) for each in runs.values() if each]
        known.sort(key=lambda each: each[-1].ended)
        self._runs = {each[-1].task: each for each in known[-MAX_TASKS:]}
        self._drop_old()

    @property
    def all(self) -> Mapping[str, tuple[EndedRun, ...]]:
        """Return all runs by the tasks' names, in the order in which they ended."""
        return self._runs

    def record(self, end: TaskEvent) -> None:
        """Record the end of a run."""
        name, run = end.task.name, _ended_run(end)
        # The order of the tasks is that of their last runs.
        self._runs[name] = (*self._runs.pop(name, ()), run)[-MAX_RUNS:]
        while len(self._runs) > MAX_TASKS:
            del self._runs[next(iter(self._runs))]
        self._oldest = min(self._oldest, run.ended)
        # Going through all runs each time would take too long.
        if self._oldest < self.time - MAX_AGE:
            self._drop_old()

    def claim(self, end: TaskEvent) -> None:
        """Note that the run of a recorded end was started by Home Assistant after all."""
        name, claimed = end.task.name, _ended_run(end)
        if name in self._runs:
            self._runs[name] = tuple(
                run._replace(started_by=StartedBy.HOME_ASSISTANT)
                if run == claimed
                else run
                for run in self._runs[name]
            )

    def between(self, start: datetime, end: datetime) -> list[EndedRun]:
        """Return all runs that overlap a period, in the order in which they began."""
        oldest = self.time - MAX_AGE
        found = [
            run
            for runs in self._runs.values()
            for run in runs
            if run.ended >= oldest and run.overlaps(start, end)
        ]
        return sorted(found, key=lambda run: run.began)

    def _drop_old(self) -> None:
        """Drop the runs that are too old."""
        oldest = self.time - MAX_AGE
        recent = {
            name: tuple(run for run in runs if run.ended >= oldest)
            for name, runs in self._runs.items()
        }
        self._runs = {name: runs for name, runs in recent.items() if runs}
        self._oldest = min(
            (run.ended for runs in self._runs.values() for run in runs), default=_NEVER
        )


def _ended_run(end: TaskEvent) -> EndedRun:
    started = end.started
    if started and started > end.time:
        # The system clock was set back during the run. The duration is right anyway.
        started = end.time - timedelta(seconds=end.duration or 0)
    return EndedRun(
        task=end.task.name,
        title=end.task.title,
        started=started,
        ended=end.time,
        duration=end.duration,
        outcome=end.type,
        evidence=end.evidence,
        started_by=end.started_by,
    )
