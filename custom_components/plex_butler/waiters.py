"""Waiters for the end of a run."""

from asyncio import Future

from .butler.models import TaskEvent, TaskEventType


class RunWaiters:
    """Futures that wait for the end of a task's run."""

    def __init__(self) -> None:
        """Initialize without waiters."""
        self._waiters: dict[Future[TaskEvent], str] = {}
        self._closed: Exception | None = None

    @property
    def closed(self) -> bool:
        """Return whether the waiters were closed."""
        return self._closed is not None

    def add(self, name: str, waiter: Future[TaskEvent], end: TaskEvent | None) -> None:
        """Add a waiter for the next end of a task's run, or for one that was already."""
        if end:
            waiter.set_result(end)
            return
        if self._closed:
            waiter.set_exception(self._closed)
            return
        self._waiters[waiter] = name
        waiter.add_done_callback(self._waiters.pop)

    def resolve(self, event: TaskEvent) -> None:
        """Resolve the waiters of the task, if the event is an end."""
        if event.type is not TaskEventType.STARTED:
            for waiter, name in self._pending():
                if name == event.task.name:
                    waiter.set_result(event)

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
