"""Reports the events of a server's tasks: to waiters, entities and triggers."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from time import monotonic
from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, Context, HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_send
from homeassistant.util import dt as dt_util
from homeassistant.util.hass_dict import HassKey

from .butler.models import (
    ButlerData,
    StartedBy,
    TaskEvent,
    TaskEventType,
    TaskState,
    TaskStatus,
)
from .const import DOMAIN
from .contexts import RunContexts
from .devices import async_get_task_device, async_task_title
from .listeners import TaskListener, TaskListeners
from .signals import SIGNAL_MAINTENANCE, SIGNAL_TASK, MaintenanceSignal, TaskSignal
from .waiters import RunWaiters


@dataclass(kw_only=True)
class LastKnown:
    """What was last reported of a server, None if nothing, and which tasks were running.

    It is stale from a loss of the server, or a reload, until the next poll. `contexts`
    are those of its runs.
    """

    contexts: RunContexts = field(default_factory=RunContexts)
    data: ButlerData | None = None
    tasks: set[str] = field(default_factory=set)
    is_stale: bool = True


LAST_KNOWN: Final[HassKey[dict[str, LastKnown]]] = HassKey(f"{DOMAIN}_last_known")
"""What was last known of each server, by entry id: it outlives reloads."""


@callback
def async_forget_last_known(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Forget what was last known of the server of an entry that is removed."""
    hass.data.get(LAST_KNOWN, {}).pop(entry.entry_id, None)


class Reporter:
    """Reports what happens on a server, with the context of who caused it.

    Events that a poll finds are held until it counts as successful, and the first ones
    until the entities exist: otherwise entities and triggers would miss them.
    """

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        """Initialize the reporter, which holds all events until `async_start`."""
        self.waiters = RunWaiters()
        self._hass = hass
        self._entry = entry
        self._listeners = TaskListeners()
        self._held: list[TaskSignal] | None = []
        self._is_started = False
        all_known = hass.data.setdefault(LAST_KNOWN, {})
        self._known = all_known.setdefault(entry.entry_id, LastKnown())
        self._known.is_stale = True
        self.contexts = self._known.contexts

    @callback
    def async_add_listener(self, listener: TaskListener) -> CALLBACK_TYPE:
        """Listen for all events; return a function that removes the listener."""
        return self._listeners.add(listener)

    @callback
    def async_add_task_listener(
        self, name: str, listener: TaskListener
    ) -> CALLBACK_TYPE:
        """Listen for the events of a task; return a function that removes the listener.

        It also gets the last events before it was added.
        """
        return self._listeners.add_for_task(name, listener)

    @callback
    def async_hold(self) -> None:
        """Hold all events from now on."""
        if self._held is None:
            self._held = []

    @callback
    def async_start(self, data: ButlerData) -> None:
        """Start reporting, since the entities exist, also what the first poll found."""
        self._is_started = True
        self.async_release()
        self.async_report_data(data)

    @callback
    def async_release(self) -> None:
        """Report the events that were held, and those to come at once."""
        if not self._is_started:
            return
        held, self._held = self._held or (), None
        for signal in held:
            self._async_report(signal)

    @callback
    def async_report_events(
        self, events: Iterable[TaskEvent], stopper: Context | None
    ) -> None:
        """Report starts and ends of runs; those that were stopped have a context of their own."""
        for event in events:
            self.waiters.resolve(event)
            context = self.contexts.of_event(event, stopper, monotonic())
            signal = self._signal(event, context)
            if self._held is None:
                self._async_report(signal)
            else:
                self._held.append(signal)

    def has_news(self, data: ButlerData) -> bool:
        """Return whether there is anything to report of the data, or of events held."""
        is_holding = self._held is not None
        return is_holding or self._known.is_stale or data != self._known.data

    @callback
    def async_report_data(self, data: ButlerData) -> None:
        """Report to triggers whether the butler is working, if that changed.

        After a loss of the server, or a reload, also report the tasks that are running now
        and weren't before. Their starts aren't events, since nobody knows when they were.
        """
        if not self._is_started or not self.has_news(data):
            return
        known = self._known
        was_running = known.data and known.data.running
        running = {
            name: state
            for name, state in data.tasks.items()
            if state.status is TaskStatus.RUNNING
        }
        if was_running is not None and known.is_stale:
            for name in running.keys() - known.tasks:
                self._async_report_found(running[name])
        known.tasks, known.data, known.is_stale = set(running), data, False
        if was_running not in (None, data.running):
            signal = MaintenanceSignal(
                entry=self._entry, running=data.running, context=self.recent_context()
            )
            async_dispatcher_send(self._hass, SIGNAL_MAINTENANCE, signal)

    @callback
    def async_handle_loss(self, error: Exception) -> None:
        """Handle the loss of the server; waiters get the error."""
        self._known.is_stale = True
        self.waiters.fail(error)

    def recent_context(self, name: str | None = None) -> Context | None:
        """Return who caused what just changed, of a task or of the server, if known."""
        if name is None:
            return self.contexts.latest(monotonic())
        return self.contexts.recent(name, monotonic())

    @callback
    def async_update_tasks(self, names: Collection[str]) -> None:
        """Forget what is known of tasks that are gone."""
        self.contexts.keep(names)
        self._listeners.keep(names)

    def _signal(self, event: TaskEvent, context: Context | None) -> TaskSignal:
        entry, name = self._entry, event.task.name
        device = async_get_task_device(self._hass, entry, str(entry.unique_id), name)
        return TaskSignal(
            entry=entry,
            device_id=device.id if device else None,
            title=async_task_title(self._hass, entry, event.task),
            event=event,
            context=context,
        )

    @callback
    def _async_report_found(self, state: TaskState) -> None:
        """Report to triggers that a task was found running."""
        assert state.evidence
        event = TaskEvent(
            type=TaskEventType.STARTED,
            task=state.task,
            evidence=state.evidence,
            duration=None,
            started=None,
            time=dt_util.utcnow(),
            started_by=StartedBy.SERVER,
        )
        async_dispatcher_send(self._hass, SIGNAL_TASK, self._signal(event, None))

    @callback
    def _async_report(self, signal: TaskSignal) -> None:
        if signal.event.type is TaskEventType.STARTED:
            self._known.tasks.add(signal.event.task.name)
        else:
            self._known.tasks.discard(signal.event.task.name)
        self._listeners.notify(signal)
        async_dispatcher_send(self._hass, SIGNAL_TASK, signal)
