"""What is recorded of the types and texts of activities: no private words."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from ..api import Activity, ButlerTask
from ..butler.evidence import BUTLER, SUGGESTED_TASKS
from .changes import Appearance
from .redaction import Redactor, vocabulary, words_in

MAX_TASKS: Final = 100
MAX_TEXT: Final = 100
"""Tasks whose words are shown, and characters of each text that are looked at.

No server is known to have more. Without a limit, a hostile one could make this slow.
"""

_WITHOUT_TEXTS: Final = ("library.", "media.", "provider.")
"""Beginnings of types whose titles and subtitles name folders and media (captured)."""

_TYPE_WORDS: Final = frozenset(
    word for kind in (BUTLER, *SUGGESTED_TASKS) for word in kind.split(".")
)


class ActivityTexts:
    """Redacts the texts of activities when they are recorded, so that none is kept.

    It can't be done later: what differs only in hidden words counts as one change, and
    the server may no longer list the task that a text names.
    """

    def __init__(self, redactor: Redactor) -> None:
        """Initialize without tasks."""
        self._redactor = redactor
        # A scan of a library sends thousands of the same type (measured).
        self._without_texts = lru_cache(maxsize=16)(self._make_without_texts)
        self._tasks: Sequence[ButlerTask] = []
        self._words: frozenset[str] | None = None

    def set_tasks(self, tasks: Sequence[ButlerTask]) -> None:
        """Show the words in the names and titles of these tasks, and hide all others."""
        if tasks is not self._tasks:
            self._tasks = tasks
            self._words = None

    def appearance(self, activity: Activity) -> Appearance:
        """Return what is recorded of an activity's type and texts."""
        if appearance := self._without_texts(activity.type):
            return appearance
        kind = activity.type.casefold()
        is_butler = kind == BUTLER or kind.startswith(f"{BUTLER}.")
        return Appearance(
            group=BUTLER if is_butler else "unknown",
            type=self._redactor.dotted(activity.type, _TYPE_WORDS),
            texts={
                "title": self._known_words(activity.title),
                "subtitle": self._known_words(activity.subtitle),
            },
        )

    def _make_without_texts(self, kind: str) -> Appearance | None:
        """Return what is recorded of a type whose texts are private, else None."""
        if not kind.casefold().startswith(_WITHOUT_TEXTS):
            return None
        shown = self._redactor.dotted(kind, _TYPE_WORDS)
        return Appearance(group="without texts", type=shown, texts={})

    def _known_words(self, text: str | None) -> str | None:
        if text is None:
            return None
        if self._words is None:
            self._words = vocabulary(
                text[:MAX_TEXT]
                for task in self._tasks[:MAX_TASKS]
                for text in self._redactor.task(task)
            )
        return words_in(text[:MAX_TEXT], self._words)
