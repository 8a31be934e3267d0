"""Finds tasks by what a person calls them."""

from collections.abc import Callable, Iterable, Mapping
import re
from typing import Final
from unicodedata import normalize

_PREFIX: Final = "butlertask"


def find_tasks(titles: Mapping[str, Iterable[str]], reference: str) -> list[str]:
    """Return the names of the tasks that a reference matches best: one, several, or none.

    `titles` are those of each task, by Plex's name of it. A task is called by its name,
    with or without "ButlerTask", or by a title, in any case and with any spaces,
    underscores and hyphens. Names come first.
    """
    if reference in titles:
        return [reference]
    wanted = _normalized(reference)
    spellings: list[tuple[str, Callable[[str], Iterable[str]]]] = [
        (wanted, lambda name: [_normalized(name)]),
        (_short(wanted), lambda name: [_short(_normalized(name))]),
        (wanted, lambda name: map(_normalized, titles[name])),
    ]
    for spelling, spellings_of in spellings:
        found = [name for name in titles if spelling and spelling in spellings_of(name)]
        if found:
            return found
    return []


def _normalized(text: str) -> str:
    return re.sub(r"[\s_-]", "", normalize("NFKC", text)).casefold()


def _short(name: str) -> str:
    return name.removeprefix(_PREFIX)
