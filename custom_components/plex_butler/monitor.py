"""Runs the tracker in real time: deadlines, waiters, contexts and stored runs."""

from asyncio import Future
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import datetime, tzinfo
from time import monotonic

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import Context, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.update_coordinator import UpdateFailed
from homeassistant.util import dt as dt_util

from .api import ActivityNotification, ServerIdentity
from .butler.history import EndedRun
from .butler.memory import Memory
from .butler.models import ButlerData, Moment, TaskEvent, TaskState, TaskStatus
from .butler.poller import Poll
from .butler.schedule import Schedule
from .butler.tracker import Tracker
from .butler.window import window_from
from .clock import now
from .deadline import DeadlineTimer
from .errors import with_translation_of
from .recording.activities import ActivityLog
from .recording.redaction import entry_redactor
from .reporter import Reporter
from .store import RunStore


class TaskMonitor:
    """Monitors the tasks of one server; reports events, and logs for diagnostics."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        zone: tzinfo | None,
        *,
        on_change: Callable[[], None],
    ) -> None:
        """Initialize the monitor of a server in a time zone, None for Home Assistant's.

        `on_change` is called after notifications and deadlines, but not after polls and
        commands, whose caller publishes the result.
        """
        self.log = ActivityLog(now, entry_redactor(entry))
        self.reporter = Reporter(hass, entry)
        self._zone = zone
        self._on_change = on_change
        self._tracker = Tracker(Memory(), now())
        self._store = RunStore(hass, entry.entry_id)
        self._answers: tuple[Poll, tzinfo] | None = None
        self._timer = DeadlineTimer(hass, self._async_handle_deadline)

    @property
    def running(self) -> bool:
        """Return whether the butler is working, on a known task or something else."""
        return self._tracker.running

    def data(self, server: ServerIdentity, schedule: Schedule | None) -> ButlerData:
        """Return what is known of a server's butler, with the settings of the server."""
        return ButlerData(
            server=server,
            tasks=self.states(),
            current_task=self._tracker.current_task,
            running=self._tracker.running,
            schedule=schedule,
            window=self._tracker.window,
        )

    def states(self) -> Mapping[str, TaskState]:
        """Return the state of each task, by Plex's name of it."""
        return self._tracker.states(now())

    def runs_between(self, start: datetime, end: datetime) -> list[EndedRun]:
        """Return the ended runs that overlap a period, oldest first."""
        return self._tracker.runs_between(start, end)

    async def async_load(self) -> None:
        """Load what was known before a restart."""
        self._tracker = Tracker(await self._store.async_load(), now())

    @callback
    def async_handle_poll(self, poll: Poll, asked: Moment) -> bool:
        """Handle the answers to a poll, which was requested at the given time.

        Returns False if they are those to the poll before, nothing happened since, and
        nothing is running. Most polls of a server are such.
        """
        zone, known = self._zone or dt_util.get_default_time_zone(), self._answers
        if known == (poll, zone):
            return False
        if known is None or (known[0].schedule, known[1]) != (poll.schedule, zone):
            self.async_handle_schedule(poll.schedule)
        self.log.handle_poll(poll.tasks, poll.activities, asked)
        if self._tracker.running and self._store.is_outdated(asked.seconds):
            self._async_schedule_save()
        self.reporter.async_hold()
        self._async_process(
            self._tracker.handle_poll(
                poll.tasks,
                poll.activities,
                asked=asked,
                now=now(),
                activities_failed=poll.activities_failed,
            )
        )
        self.reporter.async_update_tasks(self._tracker.tasks.keys())
        is_final = not (poll.activities_failed or self._tracker.running)
        self._answers = (poll, zone) if is_final else None
        return True

    @callback
    def async_handle_notification(self, notification: ActivityNotification) -> None:
        """Handle a notification of one activity."""
        time = now()
        self.log.handle_notification(notification, time)
        events = self._tracker.handle_notification(notification, time)
        if events is None:
            self.log.conclude_nothing()
            return
        self._async_process(events)
        self._on_change()

    def requesting(
        self, name: str, context: Context | None
    ) -> AbstractContextManager[None]:
        """Return a block in which the start of a task is sent."""
        return self.reporter.contexts.requesting(name, context)

    @callback
    def async_handle_started(
        self,
        name: str,
        *,
        already: bool,
        sent: Moment,
        waiter: Future[TaskEvent] | None,
        context: Context | None,
        is_answered: bool = True,
    ) -> None:
        """Handle a start request that was accepted, or sent without an answer.

        The waiter gets the end of the run.
        """
        was_queued = self._is_queued(name)
        if not already and not was_queued:
            self.reporter.contexts.accept(name, context)
        self._async_process(
            self._tracker.handle_started(
                name, now(), already=already, sent=sent, is_answered=is_answered
            )
        )
        if self._is_queued(name) and not was_queued:
            self.reporter.contexts.queue(name, monotonic())
        if waiter:
            end = self._tracker.end_since(name, sent)
            self.reporter.waiters.add(name, waiter, end)

    @callback
    def async_handle_started_all(
        self, *, sent: Moment, context: Context | None
    ) -> None:
        """Handle an accepted request to start all tasks that are due."""
        for name, state in self.states().items():
            if state.task.enabled and state.status is not TaskStatus.QUEUED:
                self.reporter.contexts.accept(name, context)
        self._async_process(self._tracker.handle_started_all(now(), sent=sent))

    @callback
    def async_handle_schedule(self, schedule: Schedule | None) -> None:
        """Handle the server's settings, which have its maintenance window."""
        window = window_from(schedule, self._zone or dt_util.get_default_time_zone())
        if window != self._tracker.window:
            self._async_process(self._tracker.handle_window(window, now()))

    @callback
    def async_handle_stopped(self, name: str, context: Context | None) -> None:
        """Handle an accepted stop request."""
        self._async_process(self._tracker.handle_stopped(name, now()), context)

    @callback
    def async_handle_not_running(self, name: str) -> None:
        """Handle a stop request of a task that wasn't running."""
        self._async_process(self._tracker.handle_not_running(name, now()))

    @callback
    def async_handle_stopped_all(self, context: Context | None) -> None:
        """Handle an accepted request to stop all tasks."""
        self._async_process(self._tracker.handle_stopped_all(now()), context)

    @callback
    def async_handle_disconnected(self, error: UpdateFailed) -> None:
        """Handle the loss of the server; waiters get the error."""
        self._async_process(self._tracker.handle_disconnected(now()))
        loss = with_translation_of(HomeAssistantError, error)
        self.reporter.async_handle_loss(loss)

    @callback
    def async_shutdown(self, error: Exception) -> None:
        """Stop monitoring for good; waiters get the error."""
        self._timer.async_cancel()
        self.reporter.waiters.close(error)

    async def async_save(self) -> None:
        """Save what has to outlive a restart, now or when Home Assistant stops."""
        if self._tracker.running:
            self._async_schedule_save()
        await self._store.async_flush()

    def _is_queued(self, name: str) -> bool:
        """Return whether a task waits for its turn, so that another start is no news."""
        state = self.states().get(name)
        return state is not None and state.status is TaskStatus.QUEUED

    @callback
    def _async_process(
        self, events: list[TaskEvent], stopper: Context | None = None
    ) -> None:
        """Report events, save the runs that they changed, and set the next deadline."""
        self._answers = None
        if self.reporter.waiters.closed:
            return
        self.log.handle_events(events, self._tracker.evidence_of)
        self.reporter.async_report_events(events, stopper)
        if self._tracker.pop_changed():
            self._async_schedule_save()
        self._timer.async_set(self._tracker.deadline)

    @callback
    def _async_schedule_save(self) -> None:
        self._store.async_schedule_save(lambda: self._tracker.memory(now()))

    @callback
    def _async_handle_deadline(self) -> None:
        self._async_process(self._tracker.advance(now()))
        self._on_change()
