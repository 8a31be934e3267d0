"""Conditions of Plex Butler."""

from typing import Final, Unpack, override

import voluptuous as vol

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import CONF_OPTIONS, CONF_TARGET
from homeassistant.core import HomeAssistant
from homeassistant.helpers.condition import (
    Condition,
    ConditionCheckParams,
    ConditionConfig,
)
from homeassistant.helpers.target import TargetSelection
from homeassistant.helpers.typing import ConfigType

from .butler.models import TaskStatus
from .coordinator import PlexButlerConfigEntry, PlexButlerCoordinator
from .targets import TARGET, Targeted, async_resolve_target

SCHEMA: Final = vol.Schema(
    {vol.Required(CONF_TARGET): TARGET, vol.Optional(CONF_OPTIONS, default=dict): {}}
)


class PlexButlerCondition(Condition):
    """Condition with a target, which is resolved at each check."""

    @classmethod
    @override
    async def async_validate_config(
        cls, hass: HomeAssistant, config: ConfigType
    ) -> ConfigType:
        """Validate the target."""
        validated: ConfigType = SCHEMA(config)
        return validated

    def __init__(self, hass: HomeAssistant, config: ConditionConfig) -> None:
        """Initialize the condition."""
        super().__init__(hass, config)
        self._selection = TargetSelection(config.target or {})

    def _targeted(self) -> Targeted:
        return async_resolve_target(self._hass, self._selection)


class TaskIsRunningCondition(PlexButlerCondition):
    """Condition that any of the targeted tasks is running."""

    @override
    def _async_check(self, **kwargs: Unpack[ConditionCheckParams]) -> bool:
        """Check the condition."""
        return any(
            _is_running(task.entry, task.name) for task in self._targeted().tasks
        )


class MaintenanceIsRunningCondition(PlexButlerCondition):
    """Condition that any of the targeted servers does maintenance."""

    @override
    def _async_check(self, **kwargs: Unpack[ConditionCheckParams]) -> bool:
        """Check the condition."""
        return any(
            (coordinator := _available_coordinator(entry)) and coordinator.running
            for entry in self._targeted().servers
        )


def _is_running(entry: PlexButlerConfigEntry, name: str) -> bool:
    coordinator = _available_coordinator(entry)
    state = coordinator.task_states.get(name) if coordinator else None
    return state is not None and state.status is TaskStatus.RUNNING


def _available_coordinator(
    entry: PlexButlerConfigEntry,
) -> PlexButlerCoordinator | None:
    """Return the coordinator of a server that is known to answer."""
    if entry.state is not ConfigEntryState.LOADED:
        return None
    coordinator = entry.runtime_data
    return coordinator if coordinator.last_update_success else None


CONDITIONS: Final[dict[str, type[Condition]]] = {
    "maintenance_is_running": MaintenanceIsRunningCondition,
    "task_is_running": TaskIsRunningCondition,
}


async def async_get_conditions(hass: HomeAssistant) -> dict[str, type[Condition]]:
    """Return the conditions."""
    return CONDITIONS
