"""Updates entities: only those that show something of what changed."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from homeassistant.core import CALLBACK_TYPE, callback

from .butler.models import ButlerData, TaskState, TaskStatus


class Scope(NamedTuple):
    """What an entity shows: of a task, by Plex's name of it, or of the server, for None.

    `part` returns what it shows of the state of the task, which is None if the server
    doesn't list the task. By default, that is only whether it does.
    """

    task: str | None
    part: Callable[[TaskState | None], object] = bool


class ScopedUpdates:
    """Updates the entities that show something of what changed.

    With 22 tasks, a server has some 160 entities. To ask each of them after every change
    would take longer than the poll that found the change.
    """

    def __init__(self) -> None:
        """Initialize without entities."""
        self._listeners: dict[str | None, dict[object, tuple[Scope, CALLBACK_TYPE]]]
        self._listeners = {}
        self._before: tuple[ButlerData | None, bool] = (None, False)

    @callback
    def async_add_listener(
        self, scope: Scope, listener: CALLBACK_TYPE
    ) -> CALLBACK_TYPE:
        """Add the listener of an entity; return a function that removes it."""
        key = object()
        self._listeners.setdefault(scope.task, {})[key] = scope, listener

        @callback
        def remove_listener() -> None:
            del self._listeners[scope.task][key]
            if not self._listeners[scope.task]:
                del self._listeners[scope.task]

        return remove_listener

    @callback
    def async_update(self, data: ButlerData, *, is_available: bool) -> None:
        """Update the entities that show something of what changed since the last time."""
        (before, was_available), self._before = self._before, (data, is_available)
        if before is None or was_available != is_available:
            due = [
                listener
                for listeners in self._listeners.values()
                for _, listener in listeners.values()
            ]
        else:
            due = list(self._due(before, data))
        for listener in due:
            listener()

    def _due(self, before: ButlerData, data: ButlerData) -> Iterator[CALLBACK_TYPE]:
        """Yield the listeners of what changed."""
        is_schedule_changed = before.schedule != data.schedule
        if is_schedule_changed or _server_state(before) != _server_state(data):
            for _, listener in self._listeners.get(None, {}).values():
                yield listener
        gone = dict.fromkeys(before.tasks.keys() - data.tasks.keys())
        for name, new in (*data.tasks.items(), *gone.items()):
            old = before.tasks.get(name)
            if is_schedule_changed or new != old:
                for scope, listener in self._listeners.get(name, {}).values():
                    if is_schedule_changed or scope.part(old) != scope.part(new):
                        yield listener


def _server_state(data: ButlerData) -> object:
    """Return all that entities of the server show, but for settings."""
    if not data.running:
        return False, data.window
    current = data.tasks.get(data.current_task or "")
    count = sum(state.status is TaskStatus.RUNNING for state in data.tasks.values())
    return True, data.window, count, current and current.task
