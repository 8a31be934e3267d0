"""Which activities of the server are a sign of which butler task."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
import re
from typing import Final

from .api import Activity, ButlerTask

BUTLER: Final = "butler"
"""The type of the activity that stands for the butler itself."""

SUGGESTED_TASKS: Final[Mapping[str, frozenset[str]]] = {
    "library.update.section": frozenset({"RefreshLibraries"}),
    "library.refresh.items": frozenset(
        {"RefreshLocalMedia", "RefreshPeriodicMetadata"}
    ),
    "library.update.item.metadata": frozenset(
        {"RefreshLocalMedia", "RefreshPeriodicMetadata"}
    ),
    "provider.epg.load": frozenset({"RefreshEpgGuides"}),
    "media.generate.bif": frozenset({"GenerateMediaIndexFiles"}),
    "media.generate.chapter.thumbs": frozenset({"GenerateChapterThumbs"}),
    "media.generate.intros": frozenset({"ButlerTaskGenerateIntroMarkers"}),
    "media.generate.credits": frozenset({"ButlerTaskGenerateCreditsMarkers"}),
    "media.generate.voice.activity": frozenset({"ButlerTaskGenerateVoiceActivity"}),
    "media.generate.loudness": frozenset({"LoudnessAnalysis"}),
    "media.generate.music.analysis": frozenset({"MusicAnalysis"}),
}
"""The tasks that a type of activity suggests. All occur without the butler too."""


class Evidence(StrEnum):
    """How we know that a task runs, the best first."""

    NAMED = "named"
    TYPED = "typed"
    COMMAND = "command"


@dataclass(frozen=True, kw_only=True)
class Sign:
    """Evidence that a task runs, and the activity that is it, if one is."""

    evidence: Evidence
    activity: Activity | None = None


def butler_is_at_work(activities: Iterable[Activity]) -> bool:
    """Tell whether the butler works on anything.

    A butler activity at 100 is rest: idle servers carry one for good (measured).
    """
    return any(
        activity.type == BUTLER
        and activity.progress is not None
        and activity.progress < 100
        for activity in activities
    )


class EvidenceReader:
    """Reads activities as signs of the tasks that a server has."""

    def __init__(self, tasks: Iterable[ButlerTask]) -> None:
        """Learn what the tasks are called."""
        self._names: set[str] = set()
        # A title that two tasks share names neither.
        self._meant: dict[str, set[str]] = {}
        for task in tasks:
            self._names.add(task.name)
            for called in {task.name.casefold(), task.title.casefold()}:
                self._meant.setdefault(called, set()).add(task.name)
        # Of two names in one place, the more exact is found.
        longest_first = sorted(map(re.escape, self._meant), key=len, reverse=True)
        any_of_them = "|".join(longest_first) or "(?!)"
        self._pattern = re.compile(rf"(?<!\w)(?:{any_of_them})(?!\w)")

    def signs(
        self, activities: Iterable[Activity], ours: Collection[str]
    ) -> Iterator[tuple[str, str, Sign]]:
        """Yield the task and the activity's uuid of each sign, the best signs first.

        `ours` are the tasks that we started and that have not ended.
        """
        for activity in activities:
            if butler_is_at_work([activity]) or activity.type != BUTLER:
                for name in self._named(activity):
                    yield (
                        name,
                        activity.uuid,
                        Sign(evidence=Evidence.NAMED, activity=activity),
                    )
        at_work = butler_is_at_work(activities)
        for activity in activities:
            suggested = SUGGESTED_TASKS.get(activity.type, frozenset()) & self._names
            if suggested & set(ours):
                suggested &= set(ours)
            elif not (at_work and len(suggested) == 1):
                continue
            for name in suggested:
                yield (
                    name,
                    activity.uuid,
                    Sign(evidence=Evidence.TYPED, activity=activity),
                )

    def _named(self, activity: Activity) -> Iterator[str]:
        for text in (activity.title, activity.subtitle):
            for match in self._pattern.finditer((text or "").casefold()):
                if len(meant := self._meant[match.group()]) == 1:
                    yield from meant
