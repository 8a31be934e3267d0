"""Who caused the runs of tasks: the contexts of persons and automations."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Final

from homeassistant.core import Context

from .butler.models import StartedBy, TaskEvent, TaskEventType

RECENT: Final = 5
"""Seconds after an event in which its context explains a state that is written.

Home Assistant's entities forget a context after the same time.
"""


class RunContexts:
    """The contexts of runs, by Plex's name of each task.

    A run keeps the context of its start, and a stop has its own.
    """

    def __init__(self) -> None:
        """Initialize without contexts."""
        self._requested: dict[str, Context | None] = {}
        self._accepted: dict[str, Context | None] = {}
        self._runs: dict[str, Context | None] = {}
        self._recent: dict[str, tuple[Context | None, float]] = {}

    @contextmanager
    def requesting(self, name: str, context: Context | None) -> Iterator[None]:
        """Send a start in a block: the server may report the run before it answers."""
        self._requested[name] = context
        try:
            yield
        finally:
            self._requested.pop(name, None)

    def accept(self, name: str, context: Context | None) -> None:
        """Handle an accepted start: what it results in later has its context."""
        self._accepted[name] = context

    def queue(self, name: str, seconds: float) -> None:
        """Handle an accepted start that is queued, at a time in monotonic seconds."""
        self._runs[name] = self._accepted.get(name)
        self._note(name, self._runs[name], seconds)

    def of_event(
        self, event: TaskEvent, stopper: Context | None, seconds: float
    ) -> Context | None:
        """Return the context of an event, at a time in monotonic seconds."""
        name = event.task.name
        match event.type:
            case TaskEventType.STARTED:
                context = self._requested.get(name)
                if not context and event.started_by is StartedBy.HOME_ASSISTANT:
                    context = self._accepted.get(name)
                self._runs[name] = context
            case TaskEventType.STOPPED:
                self._runs.pop(name, None)
                context = stopper
            case _:
                # The next run may begin without an event.
                context = self._runs.pop(name, None)
        self._note(name, context, seconds)
        return context

    def recent(self, name: str, seconds: float) -> Context | None:
        """Return the context that explains a change of a task's state now, if any."""
        context, since = self._recent.get(name, (None, seconds))
        return context if seconds <= since + RECENT else None

    def latest(self, seconds: float) -> Context | None:
        """Return the context that explains a change of the server's state now, if any."""
        if not self._recent:
            return None
        # The order is that of the events.
        return self.recent(next(reversed(self._recent)), seconds)

    def keep(self, names: Collection[str]) -> None:
        """Forget the tasks that are gone."""
        for contexts in (self._requested, self._accepted, self._runs, self._recent):
            for name in [name for name in contexts if name not in names]:
                del contexts[name]

    def _note(self, name: str, context: Context | None, seconds: float) -> None:
        self._recent.pop(name, None)
        self._recent[name] = context, seconds
