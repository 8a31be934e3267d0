"""Listeners for the events of tasks."""

from collections.abc import Callable, Collection
from functools import partial
from typing import Final

from homeassistant.core import CALLBACK_TYPE

from .signals import TaskSignal

type TaskListener = Callable[[TaskSignal], None]

MAX_UNHEARD: Final = 2
"""Events of a task that are kept for a listener to come: an end, and another start."""


class TaskListeners:
    """Listeners for all events, and one for those of each task, by Plex's name of it.

    A task may already be running when the server lists it first. So the last events
    before there is a listener for them are kept.
    """

    def __init__(self) -> None:
        """Initialize without listeners."""
        self._of_all: list[TaskListener] = []
        self._of_tasks: dict[str, TaskListener] = {}
        self._unheard: dict[str, list[TaskSignal]] = {}

    def add(self, listener: TaskListener) -> CALLBACK_TYPE:
        """Add a listener for all events; return a function that removes it."""
        self._of_all.append(listener)
        return partial(self._of_all.remove, listener)

    def add_for_task(self, name: str, listener: TaskListener) -> CALLBACK_TYPE:
        """Add the listener for the events of a task; return a function that removes it."""
        self._of_tasks[name] = listener
        for signal in self._unheard.pop(name, ()):
            listener(signal)
        return partial(self._of_tasks.__delitem__, name)

    def notify(self, signal: TaskSignal) -> None:
        """Pass an event on to its listeners."""
        name = signal.event.task.name
        if listener := self._of_tasks.get(name):
            listener(signal)
        else:
            unheard = [*self._unheard.get(name, ()), signal]
            self._unheard[name] = unheard[-MAX_UNHEARD:]
        for each in list(self._of_all):
            each(signal)

    def keep(self, names: Collection[str]) -> None:
        """Forget the events of tasks that are gone."""
        for name in [name for name in self._unheard if name not in names]:
            del self._unheard[name]
