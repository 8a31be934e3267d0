"""Changes of activities: what is kept of each, and which ones are kept."""

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from operator import attrgetter
from typing import Any, Final, NamedTuple

from ..butler.evidence import Evidence
from .redaction import Redactor, squeezed

MAX_CHANGES: Final = 200
"""Changes that are kept."""

MAX_CONCLUSIONS: Final = 20
"""Conclusions that are kept from one change."""


class Appearance(NamedTuple):
    """Type and texts of an activity, as recorded; activities of a group compete for room."""

    group: str
    type: str
    texts: Mapping[str, str | None]

    def resembles(self, other: Appearance) -> bool:
        """Return whether they differ in nothing but the number of hidden words."""
        return self is other or (
            self.type == other.type and self._shape() == other._shape()
        )

    def _shape(self) -> list[str]:
        return [squeezed(text or "") for text in self.texts.values()]


class Reading(NamedTuple):
    """Progress of an activity in percent, and when it was read."""

    time: datetime
    progress: float | None

    def continues(self, before: Reading) -> bool:
        """Return whether the progress advanced, or is as unknown as it was before.

        Reaching 100 is a change: a butler activity is idle then.
        """
        if self.progress is None or before.progress is None:
            return self.progress is before.progress
        if before.progress < 0 or before.progress == 100:
            return self.progress == before.progress
        return before.progress <= self.progress < 100


class Conclusion(NamedTuple):
    """What followed from a change: it was evidence for a task, perhaps with an event."""

    task: str
    evidence: Evidence
    event: str | None


@dataclass(kw_only=True)
class Change:
    """A change of an activity, and the `updates` after it that only advanced progress.

    `activity` is a number in place of the UUID.
    """

    activity: int
    kind: str
    appearance: Appearance
    first: Reading
    last: Reading
    sequence: int = 0
    updates: int = 0
    concluded: list[Conclusion] = field(default_factory=list)

    def advances_to(self, appearance: Appearance, reading: Reading) -> bool:
        """Return whether a further update of the activity only advances its progress."""
        return reading.continues(self.last) and appearance.resembles(self.appearance)

    def conclude(self, conclusion: Conclusion) -> None:
        """Add a conclusion, unless there is the same one already, or too many."""
        if conclusion in self.concluded or len(self.concluded) >= MAX_CONCLUSIONS:
            return
        self.concluded.append(conclusion)

    def as_dict(self, redactor: Redactor) -> dict[str, Any]:
        """Return the change for diagnostics."""
        texts = self.appearance.texts.items()
        change = {
            **self.first._asdict(),
            "activity": self.activity,
            "change": self.kind,
            "type": self.appearance.type,
            **{key: text and redactor.hide_secrets(text) for key, text in texts},
            "concluded": [
                {**each._asdict(), "task": redactor.text(each.task)}
                for each in self.concluded
            ],
        }
        if self.updates:
            change["updates"] = self.updates
            change["last_update"] = self.last._asdict()
        return change


class Changes:
    """The last changes.

    A scan of a library sends thousands (measured), and must not push out those of the
    butler. So when there are too many, the oldest one of the largest group goes.
    """

    def __init__(self) -> None:
        """Initialize without changes."""
        self._groups: dict[str, deque[Change]] = {}
        self._size = 0
        self._sequence = 0

    def __iter__(self) -> Iterator[Change]:
        """Iterate over the changes in their order."""
        changes = [change for group in self._groups.values() for change in group]
        return iter(sorted(changes, key=attrgetter("sequence")))

    def __contains__(self, change: Change) -> bool:
        """Return whether a change is still kept."""
        group = self._groups[change.appearance.group]
        return bool(group) and group[0].sequence <= change.sequence

    def append(self, change: Change) -> None:
        """Append a change."""
        self._sequence += 1
        change.sequence = self._sequence
        self._groups.setdefault(change.appearance.group, deque()).append(change)
        self._size += 1
        if self._size > MAX_CHANGES:
            max(self._groups.values(), key=len).popleft()
            self._size -= 1
