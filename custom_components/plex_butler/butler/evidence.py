"""Which activities of the server are evidence that a butler task is running."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
import re
from typing import Final

from ..api import Activity, ButlerTask

BUTLER: Final = "butler"
"""Type of the activity that represents the butler itself."""

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
"""Tasks that a type of activity suggests; all of these occur without the butler too."""


class Evidence(StrEnum):
    """How it is known that a task is running, the best first."""

    NAMED = "named"
    TYPED = "typed"
    COMMAND = "command"


@dataclass(frozen=True, kw_only=True)
class Observation:
    """Evidence that a task is running, with the activity that shows it, if any."""

    evidence: Evidence
    activity: Activity | None = None


type Match = tuple[str, str, Observation]
"""Plex's name of a task, the UUID of an activity, and what it shows of the task."""


def is_butler_active(activities: Iterable[Activity]) -> bool:
    """Return whether the butler is working.

    A butler activity at 100 is idle: some servers have one permanently (measured).
    """
    return any(
        activity.type == BUTLER
        and activity.progress is not None
        and activity.progress < 100
        for activity in activities
    )


class ActivityMatcher:
    """Matches activities with the tasks of a server, by Plex's name of each task."""

    def __init__(self, tasks: Mapping[str, ButlerTask]) -> None:
        """Initialize with the tasks that the server lists."""
        self.tasks = tasks
        # A title that two tasks share names neither.
        self._names: dict[str, set[str]] = {}
        for task in tasks.values():
            for name in {task.name.casefold(), task.title.casefold()}:
                self._names.setdefault(name, set()).add(task.name)
        # The longest match wins.
        longest_first = sorted(map(re.escape, self._names), key=len, reverse=True)
        alternatives = "|".join(longest_first) or "(?!)"
        self._pattern = re.compile(rf"(?<!\w)(?:{alternatives})(?!\w)")

    def match(
        self, activities: Iterable[Activity], ours: Collection[str]
    ) -> Iterator[Match]:
        """Yield the matches, the best ones first.

        `ours` are the tasks that we started and that haven't ended.
        """
        for activity in activities:
            if is_butler_active([activity]) or activity.type != BUTLER:
                named = Observation(evidence=Evidence.NAMED, activity=activity)
                for name in self._named_tasks(activity):
                    yield name, activity.uuid, named
        is_active = is_butler_active(activities)
        for activity in activities:
            suggested = SUGGESTED_TASKS.get(activity.type, frozenset())
            present = suggested.intersection(self.tasks)
            if started := present.intersection(ours):
                present = started
            elif not (is_active and len(present) == 1):
                continue
            typed = Observation(evidence=Evidence.TYPED, activity=activity)
            for name in present:
                yield name, activity.uuid, typed

    def _named_tasks(self, activity: Activity) -> Iterator[str]:
        for text in (activity.title, activity.subtitle):
            for match in self._pattern.finditer((text or "").casefold()):
                if len(tasks := self._names[match.group()]) == 1:
                    yield from tasks
