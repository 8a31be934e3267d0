"""Automations that record what triggered them, as tests of triggers and conditions use."""

from typing import Any, Final

from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_capture_events,
)

from custom_components.plex_butler.const import DOMAIN
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_TOKEN, CONF_URL, CONF_VERIFY_SSL
from homeassistant.core import Event, HomeAssistant
from homeassistant.helpers import device_registry as dr
from homeassistant.setup import async_setup_component

from .simulator import PlexSimulator

VARIABLES: Final = (
    "task",
    "title",
    "server",
    "outcome",
    "duration",
    "evidence",
    "device_id",
    "entity_id",
)


class Recorder:
    """What triggered an automation, in order."""

    def __init__(self, events: list[Event[Any]]) -> None:
        """Initialize with the events that the automation fires."""
        self.events = events

    def pop(self) -> list[dict[str, Any]]:
        """Return the variables of what triggered since the last call."""
        found = [dict(event.data) for event in self.events]
        self.events.clear()
        return found

    def pop_ids(self) -> list[str]:
        """Return the ids of the triggers since the last call."""
        return [each["id"] for each in self.pop()]


async def record(
    hass: HomeAssistant,
    triggers: list[dict[str, Any]],
    conditions: list[dict[str, Any]] | None = None,
) -> Recorder:
    """Set up an automation that records its triggers, if the conditions are met."""
    names = ("id", "description", *VARIABLES)
    automation = {
        "alias": "Record",
        "mode": "parallel",
        "max": 100,
        "triggers": triggers,
        "conditions": conditions or [],
        "actions": {
            "event": "recorded",
            "event_data": {name: f"{{{{ trigger.{name} }}}}" for name in names},
        },
    }
    events = async_capture_events(hass, "recorded")
    assert await async_setup_component(hass, "automation", {"automation": automation})
    await hass.async_block_till_done()
    state = hass.states.get("automation.record")
    assert state is not None
    assert state.state == "on"
    return Recorder(events)


def server_device(hass: HomeAssistant, entry: ConfigEntry) -> dr.DeviceEntry:
    """Return the device of a server."""
    device = dr.async_get(hass).async_get_device_by_identifier(
        (DOMAIN, str(entry.unique_id)), entry.entry_id
    )
    assert device is not None
    return device


def task_device(
    hass: HomeAssistant, entry: ConfigEntry, task: str
) -> dr.ChildDeviceEntry:
    """Return the device of a task."""
    device = dr.async_get(hass).async_get_child_device_by_identifier(
        (DOMAIN, f"{entry.unique_id}_{task}"), entry.entry_id
    )
    assert device is not None
    return device


async def set_up_server(hass: HomeAssistant, server: PlexSimulator) -> MockConfigEntry:
    """Set up another server."""
    data = {
        CONF_URL: server.url,
        CONF_TOKEN: server.owner_token,
        CONF_VERIFY_SSL: True,
    }
    entry = MockConfigEntry(
        domain=DOMAIN,
        title=server.friendly_name,
        unique_id=server.machine_identifier,
        data=data,
    )
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    return entry
