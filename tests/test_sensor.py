"""Tests of the sensors of the server and its tasks."""

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from syrupy.assertion import SnapshotAssertion

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant

from .common import STATUS, Clock, entities_by_unique_id
from .simulator import PlexSimulator


async def test_sensors(
    hass: HomeAssistant, setup_entry: MockConfigEntry, snapshot: SnapshotAssertion
) -> None:
    """The server and each task have the expected sensors."""
    assert entities_by_unique_id(hass, setup_entry, Platform.SENSOR) == snapshot


@pytest.mark.parametrize(
    ("domain", "key"),
    [(Platform.BINARY_SENSOR, "running"), (Platform.CALENDAR, "maintenance")],
)
async def test_server_entities(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    domain: Platform,
    key: str,
) -> None:
    """The unique ids of the server's other entities never change."""
    entities = entities_by_unique_id(hass, setup_entry, domain)
    assert entities.keys() == {f"{simulator.machine_identifier}_{key}"}


@pytest.mark.usefixtures("setup_entry")
async def test_status_disabled(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """The status of a task that was disabled on the server is `disabled`."""
    assert hass.states.is_state(STATUS, "idle")
    simulator.butler.tasks["BackupDatabase"].enabled = False
    await clock.next_poll()
    assert hass.states.is_state(STATUS, "disabled")
