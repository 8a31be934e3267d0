"""The tracker in the flow of time: gives it its moments, and tells of what it found."""

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
from .history import RunHistory
from .task_state import Moment, TaskEvent
from .tracker import Tracker
from .waiting import EndWaiters


def this_moment() -> Moment:
    """Return the present."""
    return Moment(time=dt_util.utcnow(), seconds=monotonic())


class TaskWatch:
    """Watches the tasks of one server.

    `tracker` is what to ask for what is known; what becomes known goes in by the methods
    here, so that listeners, waiters and the history learn of it.
    """

    def __init__(
        self, hass: HomeAssistant, entry: ConfigEntry, on_change: Callable[[], None]
    ) -> None:
        """Call back whenever something may have become known."""
        self.tracker = Tracker({})
        self._hass = hass
        self._entry = entry
        self._on_change = on_change
        self._history = RunHistory(hass, entry)
        self._waiters = EndWaiters()
        self._listeners: list[Callable[[TaskEvent], None]] = []
        self._cancel_deadline: CALLBACK_TYPE | None = None
        self._shut_down: Exception | None = None

    async def async_load(self) -> None:
        """Recall when the tasks last ran."""
        self.tracker = Tracker(await self._history.async_load())

    @callback
    def async_add_listener(
        self, listener: Callable[[TaskEvent], None]
    ) -> CALLBACK_TYPE:
        """Call back for whatever happens to a task; return how to stop that."""
        self._listeners.append(listener)
        return partial(self._listeners.remove, listener)

    @callback
    def async_polled(
        self,
        tasks: Iterable[ButlerTask],
        activities: Iterable[Activity] | None,
        asked: Moment,
    ) -> None:
        """Take the server's lists, which were asked for at that moment."""
        self._async_take(
            self.tracker.polled(tasks, activities, asked=asked, now=this_moment())
        )

    @callback
    def async_notified(self, notification: ActivityNotification) -> None:
        """Take what the server says of an activity."""
        self._async_take(self.tracker.notified(notification, this_moment()))

    @callback
    def async_started(
        self,
        name: str,
        *,
        already: bool,
        sent: Moment,
        waiter: Future[TaskEvent] | None,
    ) -> None:
        """Take that our start of a task was accepted; its end is told to the waiter."""
        self._async_take(
            self.tracker.started(name, this_moment(), already=already, sent=sent)
        )
        if waiter is None:
            return
        if self._shut_down:
            waiter.set_exception(self._shut_down)
        elif end := self.tracker.end_since(name, sent):
            waiter.set_result(end)
        else:
            self._waiters.add(name, waiter)

    @callback
    def async_stopped(self, name: str, *, was_running: bool) -> None:
        """Take that our stop of a task was accepted, or had nothing to stop."""
        took = self.tracker.stopped if was_running else self.tracker.was_not_running
        self._async_take(took(name, this_moment()))

    @callback
    def async_stopped_all(self) -> None:
        """Take that our stop of all tasks was accepted."""
        self._async_take(self.tracker.stopped_all(this_moment()))

    @callback
    def async_server_lost(self, error: Exception) -> None:
        """Take that nothing can be seen for now; who waits is told why."""
        self.tracker.server_lost()
        self._waiters.fail(error)

    @callback
    def async_shutdown(self, error: Exception) -> None:
        """Let go of everything, for good; who waits is told why."""
        self._shut_down = error
        self._async_cancel_deadline()
        self._waiters.fail(error)

    @callback
    def _async_take(self, events: list[TaskEvent]) -> None:
        if self._shut_down:
            return
        for event in events:
            self._waiters.happened(event)
            for listener in list(self._listeners):
                listener(event)
        if events:
            self._entry.async_create_task(
                self._hass, self._history.async_save(self.tracker.last_runs)
            )
        self._async_cancel_deadline()
        if (deadline := self.tracker.deadline) is not None:
            self._cancel_deadline = async_call_later(
                self._hass, max(0, deadline - monotonic()), self._async_deadline
            )
        self._on_change()

    @callback
    def _async_deadline(self, _: datetime) -> None:
        self._cancel_deadline = None
        self._async_take(self.tracker.time_passed(this_moment()))

    @callback
    def _async_cancel_deadline(self) -> None:
        if self._cancel_deadline:
            self._cancel_deadline()
            self._cancel_deadline = None
