"""Runs the tracker in real time: deadlines, listeners, waiters and stored runs."""

from asyncio import Future
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from time import monotonic

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later
from homeassistant.util import dt as dt_util

from .api import Activity, ActivityNotification, ButlerTask
from .butler.models import Moment, TaskEvent, TaskEventType, TaskState
from .butler.tracker import Tracker
from .store import RunStore


def now() -> Moment:
    """Return the current time."""
    return Moment(time=dt_util.utcnow(), seconds=monotonic())


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

    def add(self, name: str, waiter: Future[TaskEvent]) -> None:
        """Add a waiter for the next end of a task's run."""
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


class TaskMonitor:
    """Monitors the tasks of one server."""

    def __init__(
        self, hass: HomeAssistant, entry: ConfigEntry, on_change: Callable[[], None]
    ) -> None:
        """Initialize the monitor.

        `on_change` is called after notifications and deadlines, but not after polls and
        commands, whose caller publishes the result.
        """
        self._hass = hass
        self._entry = entry
        self._on_change = on_change
        self._tracker = Tracker({})
        self._store = RunStore(hass, entry.entry_id)
        self._waiters = RunWaiters()
        self._listeners: list[Callable[[TaskEvent], None]] = []
        self._cancel_deadline: CALLBACK_TYPE | None = None

    @property
    def running(self) -> bool:
        """Return whether the butler is working, on a known task or something else."""
        return self._tracker.running

    def states(self) -> dict[str, TaskState]:
        """Return the state of each task, by Plex's name of it."""
        return self._tracker.states()

    async def async_load(self) -> None:
        """Load the last runs."""
        self._tracker = Tracker(await self._store.async_load())

    @callback
    def async_add_listener(
        self, listener: Callable[[TaskEvent], None]
    ) -> CALLBACK_TYPE:
        """Listen for the events of all tasks; return a function that removes the listener."""
        self._listeners.append(listener)
        return partial(self._listeners.remove, listener)

    @callback
    def async_handle_poll(
        self,
        tasks: Iterable[ButlerTask],
        activities: Iterable[Activity] | None,
        asked: Moment,
    ) -> None:
        """Handle the lists of a poll, which were requested at the given time."""
        self._async_process(
            self._tracker.handle_poll(tasks, activities, asked=asked, now=now())
        )

    @callback
    def async_handle_notification(self, notification: ActivityNotification) -> None:
        """Handle a notification of one activity."""
        self._async_process(self._tracker.handle_notification(notification, now()))
        self._on_change()

    @callback
    def async_handle_started(
        self,
        name: str,
        *,
        already: bool,
        sent: Moment,
        waiter: Future[TaskEvent] | None,
    ) -> None:
        """Handle an accepted start request; the waiter gets the end of the run."""
        self._async_process(
            self._tracker.handle_started(name, now(), already=already, sent=sent)
        )
        if waiter is None:
            return
        if end := self._tracker.end_since(name, sent):
            waiter.set_result(end)
        else:
            self._waiters.add(name, waiter)

    @callback
    def async_handle_stopped(self, name: str) -> None:
        """Handle an accepted stop request."""
        self._async_process(self._tracker.handle_stopped(name, now()))

    @callback
    def async_handle_not_running(self, name: str) -> None:
        """Handle a stop request of a task that wasn't running."""
        self._async_process(self._tracker.handle_not_running(name, now()))

    @callback
    def async_handle_stopped_all(self) -> None:
        """Handle an accepted request to stop all tasks."""
        self._async_process(self._tracker.handle_stopped_all(now()))

    @callback
    def async_handle_disconnected(self, error: Exception) -> None:
        """Handle the loss of the server; waiters get the error."""
        self._tracker.handle_disconnected()
        self._waiters.fail(error)

    @callback
    def async_shutdown(self, error: Exception) -> None:
        """Stop monitoring for good; waiters get the error."""
        self._async_cancel_deadline()
        self._waiters.close(error)

    @callback
    def _async_process(self, events: list[TaskEvent]) -> None:
        """Report events, save the runs that they changed, and set the next deadline."""
        if self._waiters.closed:
            return
        for event in events:
            self._waiters.resolve(event)
            for listener in list(self._listeners):
                listener(event)
        if events:
            self._entry.async_create_task(
                self._hass, self._store.async_save(self._tracker.last_runs)
            )
        self._async_cancel_deadline()
        if (deadline := self._tracker.deadline) is not None:
            self._cancel_deadline = async_call_later(
                self._hass, max(0, deadline - monotonic()), self._async_handle_deadline
            )

    @callback
    def _async_handle_deadline(self, _: datetime) -> None:
        self._cancel_deadline = None
        self._async_process(self._tracker.advance(now()))
        self._on_change()

    @callback
    def _async_cancel_deadline(self) -> None:
        if self._cancel_deadline:
            self._cancel_deadline()
            self._cancel_deadline = None
