"""Finds a task by what a person calls it."""

from collections.abc import Callable, Iterable
import re
from typing import Final

from ..api import ButlerTask

_PREFIX: Final = "butlertask"


def find_tasks(tasks: Iterable[ButlerTask], reference: str) -> list[ButlerTask]:
    """Return the tasks that a reference matches best: one, or several, or none.

    A task is called by Plex's name of it, with or without "ButlerTask", or by its title,
    in any case and with any spaces, underscores and hyphens. Names come first.
    """
    known = list(tasks)
    if exact := [task for task in known if task.name == reference]:
        return exact
    wanted = _normalized(reference)
    spellings: list[tuple[str, Callable[[ButlerTask], str]]] = [
        (wanted, lambda task: _normalized(task.name)),
        (_short(wanted), lambda task: _short(_normalized(task.name))),
        (wanted, lambda task: _normalized(task.title)),
    ]
    for spelling, spelling_of in spellings:
        found = [task for task in known if spelling and spelling_of(task) == spelling]
        if found:
            return found
    return []


def _normalized(text: str) -> str:
    return re.sub(r"[\s_-]", "", text).casefold()


def _short(name: str) -> str:
    return name.removeprefix(_PREFIX)
