"""Those who wait for a task's end."""

from asyncio import Future

from .task_state import TaskEvent, TaskEventType


class EndWaiters:
    """Futures that wait for the ends of tasks."""

    def __init__(self) -> None:
        """Begin with nobody."""
        self._waiters: dict[Future[TaskEvent], str] = {}

    def add(self, name: str, waiter: Future[TaskEvent]) -> None:
        """Let one wait for the next end of the named task."""
        self._waiters[waiter] = name
        waiter.add_done_callback(self._waiters.pop)

    def happened(self, event: TaskEvent) -> None:
        """Tell those who wait for it, if it is an end."""
        if event.type is not TaskEventType.STARTED:
            for waiter in self._waiting_for(event.task.name):
                waiter.set_result(event)

    def fail(self, error: Exception, name: str | None = None) -> None:
        """Tell those who wait for the named task, or all, that they do so in vain."""
        for waiter in self._waiting_for(name):
            waiter.set_exception(error)

    def _waiting_for(self, name: str | None) -> list[Future[TaskEvent]]:
        return [
            waiter
            for waiter, wanted in self._waiters.items()
            if name in (None, wanted) and not waiter.done()
        ]
