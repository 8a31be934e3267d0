"""How long a command is evidence if nothing else shows a task at work."""

from collections.abc import Mapping, Set as AbstractSet
from dataclasses import dataclass, field
from math import inf
from typing import Final

from .models import Moment

BUTLER_REST: Final = 10
"""Seconds without work after which the butler is believed to have ended a command's run."""


@dataclass(kw_only=True)
class CommandHold:
    """How long a command alone is evidence, all in monotonic seconds.

    It holds until `until`; longer while a butler activity stands that came to work from
    `since` until then (`holders`). The rest of these is the end, but not before
    `earliest`, and not if it's `doubtful` whether it is the end of something else.
    `rests` are those that rest, and since when.
    """

    since: float
    until: float
    earliest: float = -inf
    doubtful: bool = False
    holders: set[str] = field(default_factory=set)
    rests: dict[str, Moment] = field(default_factory=dict)

    @property
    def rested(self) -> Moment | None:
        """Return since when all that held it rest, None while one stands."""
        if self.holders:
            return None
        return max(self.rests.values(), key=lambda rest: rest.seconds, default=None)

    @property
    def deadline(self) -> float:
        """Return when it ends."""
        if self.holders:
            return inf
        if rested := self.rested:
            earliest = self.until if self.doubtful else self.earliest
            return max(rested.seconds + BUTLER_REST, earliest)
        return self.until

    def update(
        self, at_work: Mapping[str, float], others: AbstractSet[str], now: Moment
    ) -> None:
        """Handle which butler activities are at work, and since when each is.

        `others` name another task, so they don't hold. One that rests only briefly goes
        on.
        """
        for uuid in self.holders - at_work.keys():
            self.rests[uuid] = now
        for uuid in others & at_work.keys():
            self.rests.pop(uuid, None)
        known = self.holders | {
            uuid
            for uuid, rest in self.rests.items()
            if now.seconds < rest.seconds + BUTLER_REST
        }
        self.holders = {
            uuid
            for uuid, worked in at_work.items()
            if uuid not in others
            and (uuid in known or self.since <= worked < self.until)
        }
        last = self.rested
        self.rests = {
            uuid: rest
            for uuid, rest in self.rests.items()
            if uuid not in self.holders and (uuid in known or rest == last)
        }
