"""The last run of each task."""

from collections.abc import Mapping
from typing import Final

from .models import LastRun, Moment, TaskEvent
from .runs import Run

MAX_TASKS: Final = 1000
"""Tasks whose last runs are kept; those whose run is longest ago are dropped."""

NO_RUN: Final = LastRun()

ENDS_MAX_AGE: Final = 60
"""Seconds for which an end may be the result of a start whose answer is still to come."""


class LastRuns:
    """The last runs by Plex's name of each task, and the ends of the last minute."""

    def __init__(self, last_runs: Mapping[str, LastRun]) -> None:
        """Initialize with the last runs that are known."""
        known = [item for item in last_runs.items() if item[1] != NO_RUN]
        self.all = dict(known[-MAX_TASKS:])
        self._ends: dict[str, tuple[Run, TaskEvent, float]] = {}

    def get(self, name: str) -> LastRun:
        """Return the last run of a task."""
        return self.all.get(name, NO_RUN)

    def record_start(self, name: str, started: Moment) -> None:
        """Record the start of a run."""
        self._put(name, self.get(name)._replace(started=started.time))

    def record_observed(self, name: str) -> None:
        """Record that the server has shown a task at work."""
        if not self.get(name).observed:
            self._put(name, self.get(name)._replace(observed=True))

    def record_finish(self, name: str, end: Moment, duration: float | None) -> None:
        """Record the confirmed end of a run, with its duration in seconds."""
        last_run = self.get(name)._replace(finished=end.time, duration=duration)
        self._put(name, last_run)

    def note_end(self, run: Run, event: TaskEvent, now: Moment) -> None:
        """Note the event of an end, and drop those that are too old."""
        name = event.task.name
        self._ends.pop(name, None)
        self._ends[name] = run, event, now.seconds
        while (
            len(self._ends) > MAX_TASKS
            or self._oldest_end() < now.seconds - ENDS_MAX_AGE
        ):
            del self._ends[next(iter(self._ends))]

    def _oldest_end(self) -> float:
        _, _, ended = next(iter(self._ends.values()))
        return ended

    def end_since(self, name: str, moment: Moment) -> TaskEvent | None:
        """Return the end of a task's last run, if it began at the moment or later."""
        if (end := self._ends.get(name)) is None:
            return None
        run, event, _ = end
        return event if run.began_since(moment) else None

    def _put(self, name: str, last_run: LastRun) -> None:
        # The order is that of the last changes.
        self.all.pop(name, None)
        self.all[name] = last_run
        while len(self.all) > MAX_TASKS:
            del self.all[next(iter(self.all))]
