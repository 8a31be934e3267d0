"""Triggers of Plex Butler, which outlive reloads of the config entries."""

from abc import abstractmethod
from typing import Any, ClassVar, Final, override

import voluptuous as vol

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import ATTR_ENTITY_ID, CONF_OPTIONS, CONF_TARGET, Platform
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers import (
    config_validation as cv,
    device_registry as dr,
    entity_registry as er,
)
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.target import TargetSelection
from homeassistant.helpers.trigger import (
    Trigger,
    TriggerActionRunner,
    TriggerConfig,
    TriggerNotTriggeredReporter,
)
from homeassistant.helpers.typing import ConfigType

from .butler.models import TaskEventType
from .const import DOMAIN
from .devices import server_unique_id, task_unique_id
from .signals import SIGNAL_MAINTENANCE, SIGNAL_TASK, MaintenanceSignal, TaskSignal
from .targets import TARGET, Targeted, async_resolve_target

CONF_OUTCOME: Final = "outcome"

OUTCOMES: Final = [
    TaskEventType.FINISHED.value,
    TaskEventType.STOPPED.value,
    TaskEventType.UNCONFIRMED.value,
]

SCHEMA: Final = vol.Schema(
    {vol.Required(CONF_TARGET): TARGET, vol.Optional(CONF_OPTIONS, default=dict): {}}
)
ENDED_SCHEMA: Final = SCHEMA.extend(
    {
        vol.Optional(CONF_OPTIONS, default=dict): {
            vol.Optional(CONF_OUTCOME, default=OUTCOMES): vol.All(
                cv.ensure_list, vol.Length(min=1), [vol.In(OUTCOMES)]
            )
        }
    }
)


class PlexButlerTrigger(Trigger):
    """Trigger with a target, which is resolved when something happens."""

    _schema: ClassVar[vol.Schema] = SCHEMA

    @classmethod
    @override
    async def async_validate_config(
        cls, hass: HomeAssistant, config: ConfigType
    ) -> ConfigType:
        """Validate the target and the options."""
        validated: ConfigType = cls._schema(config)
        return validated

    def __init__(self, hass: HomeAssistant, config: TriggerConfig) -> None:
        """Initialize the trigger."""
        super().__init__(hass, config)
        self._selection = TargetSelection(config.target or {})
        self._options = config.options or {}
        self._targeted: Targeted | None = None

    @callback
    def _async_targeted(self) -> Targeted:
        """Return what is targeted now.

        One list of a server may bring hundreds of events, and to resolve a target with a
        thousand tasks takes 10 ms: so it's done once for all of them.
        """
        if self._targeted is None:
            self._targeted = async_resolve_target(self._hass, self._selection)
            self._hass.loop.call_soon(self._async_forget_targeted)
        return self._targeted

    @callback
    def _async_forget_targeted(self) -> None:
        self._targeted = None

    def _variables(
        self, entry: ConfigEntry, platform: Platform, unique_id: str, **known: Any
    ) -> dict[str, Any]:
        """Return the variables of a trigger; those that don't apply are None."""
        registry = er.async_get(self._hass)
        return {
            "task": None,
            "title": None,
            "server": entry.title,
            CONF_OUTCOME: None,
            "duration": None,
            "evidence": None,
            ATTR_ENTITY_ID: registry.async_get_entity_id(platform, DOMAIN, unique_id),
            **known,
        }


class TaskTrigger(PlexButlerTrigger):
    """Trigger for the events of tasks."""

    @property
    @abstractmethod
    def _event_types(self) -> list[str]:
        """Return the types of events that trigger."""

    @override
    async def async_attach_runner(
        self,
        run_action: TriggerActionRunner,
        did_not_trigger: TriggerNotTriggeredReporter | None = None,
    ) -> CALLBACK_TYPE:
        """Run the action when something happens to a targeted task."""

        @callback
        def handle_signal(signal: TaskSignal) -> None:
            event, entry = signal.event, signal.entry
            if event.type not in self._event_types or not self._is_targeted(signal):
                return
            is_start = event.type is TaskEventType.STARTED
            unique_id = task_unique_id(str(entry.unique_id), event.task.name, "status")
            variables = self._variables(
                entry,
                Platform.SENSOR,
                unique_id,
                task=event.task.name,
                title=signal.title,
                outcome=None if is_start else event.type.value,
                duration=event.duration,
                evidence=event.evidence.value,
                device_id=signal.device_id,
            )
            what = "start" if is_start else f"end ({event.type.value})"
            description = f"{what} of {signal.title} on {entry.title}"
            run_action(variables, description, signal.context)

        return async_dispatcher_connect(self._hass, SIGNAL_TASK, handle_signal)

    def _is_targeted(self, signal: TaskSignal) -> bool:
        """Return whether the task is targeted, also if its device is gone by now."""
        device_id = signal.device_id
        targeted = self._async_targeted()
        if any(task.device_id == device_id for task in targeted.tasks):
            return True
        if device_id and dr.async_get(self._hass).async_get(device_id):
            return False
        return (
            device_id in self._selection.device_ids or signal.entry in targeted.servers
        )


class TaskStartedTrigger(TaskTrigger):
    """Trigger for starts of tasks."""

    @property
    @override
    def _event_types(self) -> list[str]:
        return [TaskEventType.STARTED.value]


class TaskEndedTrigger(TaskTrigger):
    """Trigger for ends of tasks, in all or some ways."""

    _schema = ENDED_SCHEMA

    @property
    @override
    def _event_types(self) -> list[str]:
        outcomes: list[str] = self._options[CONF_OUTCOME]
        return outcomes


class MaintenanceTrigger(PlexButlerTrigger):
    """Trigger for the start or end of a server's maintenance."""

    _running: ClassVar[bool]

    @override
    async def async_attach_runner(
        self,
        run_action: TriggerActionRunner,
        did_not_trigger: TriggerNotTriggeredReporter | None = None,
    ) -> CALLBACK_TYPE:
        """Run the action when the maintenance of a targeted server starts or ends."""

        @callback
        def handle_signal(signal: MaintenanceSignal) -> None:
            entry = signal.entry
            if signal.running is not self._running:
                return
            if entry not in self._async_targeted().servers:
                return
            server = str(entry.unique_id)
            device = dr.async_get(self._hass).async_get_device_by_identifier(
                (DOMAIN, server), entry.entry_id
            )
            variables = self._variables(
                entry,
                Platform.BINARY_SENSOR,
                server_unique_id(server, "running"),
                device_id=device and device.id,
            )
            what = "start" if signal.running else "end"
            description = f"{what} of maintenance on {entry.title}"
            run_action(variables, description, signal.context)

        return async_dispatcher_connect(self._hass, SIGNAL_MAINTENANCE, handle_signal)


class MaintenanceStartedTrigger(MaintenanceTrigger):
    """Trigger for the start of a server's maintenance."""

    _running = True


class MaintenanceEndedTrigger(MaintenanceTrigger):
    """Trigger for the end of a server's maintenance."""

    _running = False


TRIGGERS: Final[dict[str, type[Trigger]]] = {
    "maintenance_ended": MaintenanceEndedTrigger,
    "maintenance_started": MaintenanceStartedTrigger,
    "task_ended": TaskEndedTrigger,
    "task_started": TaskStartedTrigger,
}


async def async_get_triggers(hass: HomeAssistant) -> dict[str, type[Trigger]]:
    """Return the triggers."""
    return TRIGGERS
