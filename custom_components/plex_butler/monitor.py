"""Runs the tracker in real time: deadlines, listeners, waiters and stored runs."""

from asyncio import Future
from collections.abc import Callable
from datetime import datetime
from time import monotonic
from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later
from homeassistant.util import dt as dt_util

from .api import ActivityNotification
from .butler.memory import Memory
from .butler.models import Moment, TaskEvent, TaskState
from .butler.poller import Poll
from .butler.schedule import Schedule
from .butler.tracker import Tracker
from .butler.window import window_from
from .recording.activities import ActivityLog
from .recording.redaction import entry_redactor
from .store import RunStore
from .waiters import RunWaiters

SEEN_INTERVAL: Final = 300
"""Seconds after which runs that go on are saved again."""


def now() -> Moment:
    """Return the current time."""
    return Moment(time=dt_util.utcnow(), seconds=monotonic())


class TaskMonitor:
    """Monitors the tasks of one server; `log` is for diagnostics."""

    def __init__(
        self, hass: HomeAssistant, entry: ConfigEntry, on_change: Callable[[], None]
    ) -> None:
        """Initialize the monitor.

        `on_change` is called after notifications and deadlines, but not after polls and
        commands, whose caller publishes the result.
        """
        self._hass = hass
        self.log = ActivityLog(now, entry_redactor(entry))
        self._on_change = on_change
        self._tracker = Tracker(Memory(), now())
        self._store = RunStore(hass, entry.entry_id)
        self._waiters = RunWaiters()
        self._seen = 0.0
        self._deadline: tuple[float, CALLBACK_TYPE] | None = None

    @property
    def running(self) -> bool:
        """Return whether the butler is working, on a known task or something else."""
        return self._tracker.running

    def states(self) -> dict[str, TaskState]:
        """Return the state of each task, by Plex's name of it."""
        return self._tracker.states(now())

    async def async_load(self) -> None:
        """Load what was known before a restart."""
        self._tracker = Tracker(await self._store.async_load(), now())

    @callback
    def async_add_listener(
        self, listener: Callable[[TaskEvent], None]
    ) -> CALLBACK_TYPE:
        """Listen for the events of all tasks; return a function that removes the listener."""
        return self._waiters.add_listener(listener)

    @callback
    def async_handle_poll(self, poll: Poll, asked: Moment) -> None:
        """Handle the answers to a poll, which was requested at the given time."""
        self.log.handle_poll(poll.tasks, poll.activities, asked)
        if self._tracker.running and asked.seconds >= self._seen + SEEN_INTERVAL:
            # A restart has to find how long nobody watched.
            self._async_schedule_save()
        self._async_process(
            self._tracker.handle_poll(
                poll.tasks,
                poll.activities,
                asked=asked,
                now=now(),
                activities_failed=poll.activities_failed,
            )
        )

    @callback
    def async_handle_notification(self, notification: ActivityNotification) -> None:
        """Handle a notification of one activity."""
        self.log.handle_notification(notification)
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
        is_answered: bool = True,
    ) -> None:
        """Handle a start request that was accepted, or sent without an answer.

        The waiter gets the end of the run.
        """
        self._async_process(
            self._tracker.handle_started(
                name, now(), already=already, sent=sent, is_answered=is_answered
            )
        )
        self._async_wait(name, sent, waiter)

    @callback
    def async_handle_started_all(self, *, sent: Moment) -> None:
        """Handle an accepted request to start all tasks that are due."""
        self._async_process(self._tracker.handle_started_all(now(), sent=sent))

    @callback
    def async_handle_schedule(self, schedule: Schedule | None) -> None:
        """Handle the server's settings, which have its maintenance window."""
        window = window_from(schedule, dt_util.get_default_time_zone())
        self._async_process(self._tracker.handle_window(window, now()))

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
        self._async_process(self._tracker.handle_disconnected(now()))
        self._waiters.fail(error)

    @callback
    def async_shutdown(self, error: Exception) -> None:
        """Stop monitoring for good; waiters get the error."""
        self._async_cancel_deadline()
        self._waiters.close(error)

    async def async_save(self) -> None:
        """Save what has to outlive a restart, now or when Home Assistant stops."""
        if self._tracker.running:
            self._async_schedule_save()
        await self._store.async_flush()

    @callback
    def _async_wait(
        self, name: str, sent: Moment, waiter: Future[TaskEvent] | None
    ) -> None:
        """Let a waiter get the end of the run that a start request resulted in."""
        if waiter is None:
            return
        if end := self._tracker.end_since(name, sent):
            waiter.set_result(end)
        else:
            self._waiters.add(name, waiter)

    @callback
    def _async_process(self, events: list[TaskEvent]) -> None:
        """Report events, save the runs that they changed, and set the next deadline."""
        if self._waiters.closed:
            return
        self.log.handle_events(events, self._tracker.evidence_of)
        for event in events:
            self._waiters.resolve(event)
        if self._tracker.pop_changed():
            self._async_schedule_save()
        self._async_set_deadline(self._tracker.deadline)

    @callback
    def _async_schedule_save(self) -> None:
        self._seen = monotonic()
        self._store.async_schedule_save(lambda: self._tracker.memory(now()))

    @callback
    def _async_set_deadline(self, deadline: float | None) -> None:
        """Let the tracker handle the time at which it alone changes something."""
        if self._deadline and self._deadline[0] == deadline:
            return
        self._async_cancel_deadline()
        if deadline is not None:
            delay = max(0, deadline - monotonic())
            cancel = async_call_later(self._hass, delay, self._async_handle_deadline)
            self._deadline = deadline, cancel

    @callback
    def _async_handle_deadline(self, _: datetime) -> None:
        self._deadline = None
        self._async_process(self._tracker.advance(now()))
        self._on_change()

    @callback
    def _async_cancel_deadline(self) -> None:
        if self._deadline:
            _, cancel = self._deadline
            cancel()
            self._deadline = None
