"""The sensors of the tasks."""

from pytest_homeassistant_custom_component.common import MockConfigEntry
from syrupy.assertion import SnapshotAssertion

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant

from .conftest import Poll
from .contract import STATUS, contract_of
from .simulator import PlexSimulator


async def test_sensors(
    hass: HomeAssistant, setup_entry: MockConfigEntry, snapshot: SnapshotAssertion
) -> None:
    """Each task has its sensors, by the contract."""
    assert contract_of(hass, setup_entry, Platform.SENSOR) == snapshot


async def test_status(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    poll: Poll,
) -> None:
    """The status follows the server's settings."""
    assert hass.states.is_state(STATUS, "idle")
    simulator.butler.tasks["BackupDatabase"].enabled = False
    await poll()
    assert hass.states.is_state(STATUS, "disabled")
