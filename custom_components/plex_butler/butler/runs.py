"""Runs of tasks, and the start and stop commands that the server accepted."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from .evidence import Evidence, Match, Observation
from .models import Moment

COMMAND_TIMEOUT: Final = 60
"""Seconds for which an accepted start is evidence if nothing else is observed."""

TYPED_GAP: Final = 5
"""Seconds that a gap between two activities of a type may last within one run: each item
that a task works on has an activity of its own."""

STOP_GRACE_PERIOD: Final = 10
"""Seconds after a stop in which new activities of the task belong to the stopped run."""


@dataclass(kw_only=True)
class AcceptedStart:
    """A start that the server accepted.

    `started` is None if the task was already running. `butler_seen` is True once the
    butler was active after the start.
    """

    accepted: Moment
    started: Moment | None
    butler_seen: bool = False

    @property
    def deadline(self) -> float | None:
        """Return when it stops being evidence, in monotonic seconds."""
        return None if self.butler_seen else self.accepted.seconds + COMMAND_TIMEOUT

    def is_expired(self, now: Moment) -> bool:
        """Return whether nothing was observed until the deadline."""
        return self.deadline is not None and now.seconds >= self.deadline


@dataclass(kw_only=True)
class Run:
    """A run of a task.

    `started` is None if the run began before it could be observed, `ours` is True if we
    started it. `vanished` is when its activity disappeared, None while it is present.
    """

    started: Moment | None
    observation: Observation
    ours: bool
    vanished: Moment | None = None

    def duration_until(self, end: Moment) -> float | None:
        """Return the seconds from the start to the end, None if the start is unknown."""
        return round(end.seconds - self.started.seconds, 1) if self.started else None

    def began_since(self, moment: Moment) -> bool:
        """Return whether the run is known to have begun at the moment or later."""
        return self.started is not None and self.started.seconds >= moment.seconds

    @property
    def deadline(self) -> float | None:
        """Return when a gap has lasted too long, in monotonic seconds; None without a gap."""
        return self.vanished.seconds + TYPED_GAP if self.vanished else None

    def is_in_gap(self, now: Moment, *, is_butler_active: bool) -> bool:
        """Return whether the run may be between two activities.

        While the butler is idle, only a task that we started can be.
        """
        return (
            self.observation.evidence is Evidence.TYPED
            and (self.ours or is_butler_active)
            and (self.deadline is None or now.seconds < self.deadline)
        )


@dataclass(kw_only=True)
class AcceptedStop:
    """A stop that the server accepted, with the activities that outlived it, by UUID."""

    accepted: Moment
    outlived: set[str] = field(default_factory=set)

    def is_recent(self, now: Moment) -> bool:
        """Return whether the server may still show new activities of the stopped run."""
        return now.seconds - self.accepted.seconds < STOP_GRACE_PERIOD


class AcceptedStops:
    """The accepted stops whose runs still show, by Plex's name of each task."""

    def __init__(self) -> None:
        """Initialize without stops."""
        self._stops: dict[str, AcceptedStop] = {}

    def add(self, name: str, now: Moment) -> None:
        """Add an accepted stop of a task."""
        self._stops[name] = AcceptedStop(accepted=now)

    def discard(self, name: str) -> None:
        """Discard the stop of a task, since the task was started again."""
        self._stops.pop(name, None)

    def without_stopped(
        self, matches: Iterable[Match], now: Moment
    ) -> Iterator[tuple[str, Observation]]:
        """Yield the task and observation of each match, except those of stopped runs."""
        outlived: dict[str, set[str]] = {name: set() for name in self._stops}
        for name, uuid, observation in matches:
            stop = self._stops.get(name)
            if stop and (uuid in stop.outlived or stop.is_recent(now)):
                outlived[name].add(uuid)
            else:
                yield name, observation
        for name, stop in list(self._stops.items()):
            stop.outlived = outlived[name]
            if not (stop.outlived or stop.is_recent(now)):
                del self._stops[name]
