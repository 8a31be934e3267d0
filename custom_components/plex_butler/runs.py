"""A start that was accepted, and a task that runs: for how long each speaks for a task."""

from dataclasses import dataclass
from typing import Final

from .evidence import Evidence, Sign
from .task_state import Moment

COMMAND_HOLDS: Final = 60
"""Seconds for which an accepted start is evidence, with nothing else seen."""

TYPED_LINGERS: Final = 5
"""Seconds for which a type of activity is evidence still after the last of it: each item
that a task works on has an activity of its own, with gaps between them."""


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
