"""Waiters for the end of a run, and listeners for its events."""

from asyncio import Future
from collections.abc import Callable
from functools import partial

from .butler.models import TaskEvent, TaskEventType


class RunWaiters:
    """Futures that wait for the end of a task's run, and listeners for its events."""

    def __init__(self) -> None:
        """Initialize without waiters and listeners."""
        self._listeners: list[Callable[[TaskEvent], None]] = []
        self._waiters: dict[Future[TaskEvent], str] = {}
        self._closed: Exception | None = None

    @property
    def closed(self) -> bool:
        """Return whether the waiters were closed."""
        return self._closed is not None

    def add_listener(self, listener: Callable[[TaskEvent], None]) -> Callable[[], None]:
        """Listen for all events; return a function that removes the listener."""
        self._listeners.append(listener)
        return partial(self._listeners.remove, listener)

    def add(self, name: str, waiter: Future[TaskEvent]) -> None:
        """Add a waiter for the next end of a task's run."""
        if self._closed:
            waiter.set_exception(self._closed)
            return
        self._waiters[waiter] = name
        waiter.add_done_callback(self._waiters.pop)

    def resolve(self, event: TaskEvent) -> None:
        """Resolve the waiters of the task, if the event is an end, and call listeners."""
        if event.type is not TaskEventType.STARTED:
            for waiter, name in self._pending():
                if name == event.task.name:
                    waiter.set_result(event)
        for listener in list(self._listeners):
            listener(event)

    def fail(self, error: Exception) -> None:
        """Raise an error in all waiters."""
        for waiter, _ in self._pending():
            waiter.set_exception(error)

    def close(self, error: Exception) -> None:
        """Raise an error in all waiters, and in those that are added later."""
        self._closed = error
        self.fail(error)

    def _pending(self) -> list[tuple[Future[TaskEvent], str]]:
        return [item for item in self._waiters.items() if not item[0].done()]
