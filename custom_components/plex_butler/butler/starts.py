"""Starts that have no run at the moment, and stops that were accepted recently."""

from collections.abc import Set as AbstractSet
from math import inf
from typing import Final

from .activities import Row
from .models import Moment
from .runs import AcceptedStart

STOP_GRACE_PERIOD: Final = 10
"""Seconds after a stop in which new activities of the task belong to the stopped run."""


class Starts:
    """Starts without a run, by Plex's name of each task.

    `queued` wait for their turn in the maintenance window, `remembered` explain a late
    activity.
    """

    def __init__(self) -> None:
        """Initialize without starts."""
        self.queued: dict[str, AcceptedStart] = {}
        self.remembered: dict[str, AcceptedStart] = {}
        self._stops: dict[str, float] = {}

    @property
    def deadline(self) -> float:
        """Return when the first start is forgotten, in monotonic seconds."""
        return min((start.forgotten for start in self.remembered.values()), default=inf)

    def has(self, name: str) -> bool:
        """Return whether a task has a start."""
        return name in self.queued or name in self.remembered

    def expects(self, name: str, row: Row) -> bool:
        """Return whether a start of a task explains an activity."""
        start = self.queued.get(name) or self.remembered.get(name)
        return start is not None and row.came.seconds >= start.since

    def remember(self, name: str, start: AcceptedStart, now: Moment) -> None:
        """Remember a start whose run ended unconfirmed, or the latest of several."""
        known = self.remembered.get(name, start)
        if now.seconds < start.forgotten and known.forgotten <= start.forgotten:
            self.remembered[name] = start._replace(run_since=inf)

    def forget(self, name: str) -> None:
        """Forget the starts of a task."""
        self.queued.pop(name, None)
        self.remembered.pop(name, None)

    def stop(self, name: str, now: Moment) -> None:
        """Note an accepted stop of a task."""
        self.forget(name)
        self._stops[name] = now.seconds

    def end_stop(self, name: str) -> bool:
        """Forget the stop of a task that was started again; return whether there was one."""
        return self._stops.pop(name, None) is not None

    def is_stopping(self, name: str, now: Moment) -> bool:
        """Return whether new activities of a task still belong to the stopped run."""
        stopped = self._stops.get(name, -inf)
        return now.seconds <= stopped + STOP_GRACE_PERIOD

    def take(self, name: str) -> AcceptedStart | None:
        """Return the start of a task whose run begins late, and forget it."""
        start = self.queued.pop(name, None)
        late = self.remembered.pop(name, None)
        return start or (late and late._replace(spent=True))

    def expire(self, now: Moment) -> bool:
        """Forget what is too old; return whether a start was forgotten."""
        old = [
            name
            for name, start in self.remembered.items()
            if now.seconds >= start.forgotten
        ]
        for name in old:
            del self.remembered[name]
        for name in list(self._stops):
            if not self.is_stopping(name, now):
                del self._stops[name]
        return bool(old)

    def keep(self, names: AbstractSet[str]) -> None:
        """Forget what waits or stops of tasks that aren't among the names."""
        for known in (self.queued, self._stops):
            for name in known.keys() - names:
                del known[name]
