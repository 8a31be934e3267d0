"""The sensors of the tasks."""

from unittest.mock import patch

from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    snapshot_platform,
)
from syrupy.assertion import SnapshotAssertion

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er

from .conftest import Poll
from .simulator import PlexSimulator


async def test_sensors(
    hass: HomeAssistant,
    config_entry: MockConfigEntry,
    entity_registry: er.EntityRegistry,
    snapshot: SnapshotAssertion,
) -> None:
    """Each task has its sensors, by the contract."""
    with patch("custom_components.plex_butler.PLATFORMS", [Platform.SENSOR]):
        assert await hass.config_entries.async_setup(config_entry.entry_id)
    await hass.async_block_till_done()
    await snapshot_platform(hass, entity_registry, snapshot, config_entry.entry_id)


async def test_status(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    poll: Poll,
) -> None:
    """The status follows the server's settings."""
    status = "sensor.tower_backup_database"
    assert hass.states.is_state(status, "idle")
    simulator.butler.tasks["BackupDatabase"].enabled = False
    await poll()
    assert hass.states.is_state(status, "disabled")
