"""Starts and stops that were accepted, and tasks that run: for how long each counts."""

from dataclasses import dataclass, field
from typing import Final

from .evidence import Evidence, Sign
from .task_state import Moment

COMMAND_HOLDS: Final = 60
"""Seconds for which an accepted start is evidence, with nothing else seen."""

TYPED_LINGERS: Final = 5
"""Seconds for which a type of activity is evidence still after the last of it: each item
that a task works on has an activity of its own, with gaps between them."""

STOP_SETTLES: Final = 10
"""Seconds after a stop in which activities of the task are those of the stopped run."""


@dataclass(kw_only=True)
class Command:
    """A start that the server accepted.

    `started` is None where the task ran before. `butler_seen`: the butler was seen at
    work since.
    """

    accepted: Moment
    started: Moment | None
    butler_seen: bool = False

    @property
    def deadline(self) -> float | None:
        """Return when it is evidence no more by time alone, in a moment's seconds."""
        return None if self.butler_seen else self.accepted.seconds + COMMAND_HOLDS

    def is_out_of_time(self, now: Moment) -> bool:
        """Tell whether nothing was seen for too long."""
        return self.deadline is not None and now.seconds >= self.deadline


@dataclass(kw_only=True)
class Run:
    """A task that runs.

    `started` is None where it did before we looked, `ours` tells that we started it.
    `vanished` is when its sign was seen no more, while that may be a gap.
    """

    started: Moment | None
    sign: Sign
    ours: bool
    vanished: Moment | None = None

    def began_since(self, moment: Moment) -> bool:
        """Tell whether it is known to have begun at the moment or later."""
        return self.started is not None and self.started.seconds >= moment.seconds

    @property
    def deadline(self) -> float | None:
        """Return when a gap is one no more, in a moment's seconds."""
        return self.vanished.seconds + TYPED_LINGERS if self.vanished else None

    def lingers(self, now: Moment, *, at_work: bool) -> bool:
        """Tell whether it is only between two items, as far as we can know.

        With the butler at rest, only a task that we started can be.
        """
        self.vanished = self.vanished or now
        return (
            self.sign.evidence is Evidence.TYPED
            and (self.ours or at_work)
            and now.seconds - self.vanished.seconds < TYPED_LINGERS
        )


@dataclass(kw_only=True)
class Stop:
    """A stop that the server accepted, and the activities that outlived it, by uuid."""

    accepted: Moment
    outlived: set[str] = field(default_factory=set)

    def covers(self, uuid: str, now: Moment) -> bool:
        """Tell whether an activity is one of the run that was stopped."""
        return uuid in self.outlived or self.is_fresh(now)

    def is_fresh(self, now: Moment) -> bool:
        """Tell whether the server may not have shown all of what was stopped yet."""
        return now.seconds - self.accepted.seconds < STOP_SETTLES
