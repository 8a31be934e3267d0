"""Which activities of the server are evidence that a butler task is running."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import islice
import re
from typing import Final, NamedTuple

from ..api import Activity, title_from_name

BUTLER: Final = "butler"
"""Type of the activity that represents the butler itself."""

ITEM_METADATA: Final = "library.update.item.metadata"
REFRESH_LIBRARIES: Final = "RefreshLibraries"
"""A library refresh updates the metadata of items, until 28 s after its own activity
has ended (measured)."""

SUGGESTED_TASKS: Final[Mapping[str, frozenset[str]]] = {
    "library.update.section": frozenset({REFRESH_LIBRARIES}),
    "library.refresh.items": frozenset(
        {"RefreshLocalMedia", "RefreshPeriodicMetadata"}
    ),
    ITEM_METADATA: frozenset({"RefreshLocalMedia", "RefreshPeriodicMetadata"}),
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

TASKS_WITH_TYPE: Final = frozenset().union(*SUGGESTED_TASKS.values())
"""Tasks that a type of activity suggests."""

MAX_NAME_WORDS: Final = 8
MAX_TEXT_WORDS: Final = 24
"""Words of a name up to which it's searched for in a text, and words of a text that are
searched. Plex's names have up to five; limits keep the search fast, whatever a server
sends."""

MAX_NAMED: Final = 4
"""Tasks up to which an activity names them. A longer list names none."""

MEDIA_TYPES: Final = ("library.", "media.", "provider.")
"""Types of activities whose texts are names of folders and media (captured)."""

_WORDS: Final = re.compile(r"\w+|[^\w\s]")


class Evidence(StrEnum):
    """How it is known that a task is running, the best first."""

    NAMED = "named"
    TYPED = "typed"
    COMMAND = "command"


def is_butler(activity: Activity) -> bool:
    """Return whether an activity is the butler's, or a part of it."""
    return f"{activity.type}.".startswith(f"{BUTLER}.")


def is_at_work(activity: Activity) -> bool:
    """Return whether an activity shows that the butler is working.

    A butler activity at 100 is idle: some servers have one permanently (measured).
    """
    progress = activity.progress
    return activity.type == BUTLER and progress is not None and progress < 100


def may_match_others(before: Activity, after: Activity) -> bool:
    """Return whether an activity may name or suggest other tasks than it did before."""
    if before.type == after.type and after.type.startswith(MEDIA_TYPES):
        # Only the type of such an activity counts.
        return False
    return _decisive(before) != _decisive(after)


def _decisive(activity: Activity) -> tuple[object, ...]:
    is_done = activity.progress == 100
    return activity.type, activity.title, activity.subtitle, is_done


class Match(NamedTuple):
    """The tasks that an activity names, and those that its type suggests."""

    named: frozenset[str]
    suggested: frozenset[str]


@dataclass
class _Word:
    """A word of a name: the tasks whose name ends here, and the words that may follow."""

    tasks: set[str] = field(default_factory=set)
    following: dict[str, _Word] = field(default_factory=dict)


class TaskNames:
    """Finds the tasks of a server that an activity names or suggests.

    All tasks are identified by Plex's name. A name that several tasks share names none.
    """

    def __init__(self, titles: Mapping[str, str]) -> None:
        """Initialize with the titles of the tasks that the server lists."""
        self.titles = titles
        self._whole: dict[str, set[str]] = {}
        self._words = _Word()
        for name, title in titles.items():
            for text in (name, title):
                self._whole.setdefault(_normalized(text), set()).add(name)
            for text in (name, title, title_from_name(name)):
                self._add_words(_WORDS.findall(text.casefold()), name)

    def match(self, activity: Activity) -> Match:
        """Return the tasks that an activity names, and those that its type suggests."""
        suggested = SUGGESTED_TASKS.get(activity.type, frozenset())
        if activity.type == ITEM_METADATA:
            suggested |= {REFRESH_LIBRARIES}
        known = frozenset(name for name in suggested if name in self.titles)
        return Match(named=self._named(activity), suggested=known)

    def _named(self, activity: Activity) -> frozenset[str]:
        """Return the tasks that an activity names.

        An activity of the butler names them within its texts, but none at 100. A text of
        any other activity has to be the whole name.
        """
        texts = [text for text in (activity.title, activity.subtitle) if text]
        if is_butler(activity):
            if activity.progress == 100:
                return frozenset()
            named = {name for text in texts for name in self._within(text)}
            return frozenset(named if len(named) <= MAX_NAMED else ())
        if activity.type.startswith(MEDIA_TYPES):
            return frozenset()
        return frozenset(
            name
            for text in texts
            if len(names := self._whole.get(_normalized(text), ())) == 1
            for name in names
        )

    def _add_words(self, words: list[str], task: str) -> None:
        if len(words) > MAX_NAME_WORDS or not any(map(str.isalnum, words)):
            return
        word = self._words
        for text in words:
            word = word.following.setdefault(text, _Word())
        word.tasks.add(task)

    def _within(self, text: str) -> Iterator[str]:
        """Yield the tasks that a text names: whole words, in any case, the longest match."""
        matches = islice(_WORDS.finditer(text.casefold()), MAX_TEXT_WORDS)
        words = [match.group() for match in matches]
        position = 0
        while position < len(words):
            word, end, found = self._words, position, set[str]()
            for offset, following in enumerate(words[position:], position + 1):
                if (known := word.following.get(following)) is None:
                    break
                word = known
                if word.tasks:
                    end, found = offset, word.tasks
            if len(found) == 1:
                yield from found
            position = max(end, position + 1)


def _normalized(text: str) -> str:
    return " ".join(text.split()).casefold()
