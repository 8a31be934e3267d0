"""Diagnostics."""

import json

from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.components.diagnostics import (
    get_diagnostics_for_config_entry,
)
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator
from syrupy.assertion import SnapshotAssertion
from syrupy.filters import props

from homeassistant.components.diagnostics import REDACTED
from homeassistant.core import HomeAssistant

from .common import Clock
from .simulator import PREFERENCES, PlexSimulator, faults


async def test_diagnostics_not_set_up(
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    config_entry: MockConfigEntry,
    simulator: PlexSimulator,
) -> None:
    """Diagnostics are available while the server is not set up."""
    simulator.inject(faults.status(500))
    await hass.config_entries.async_setup(config_entry.entry_id)
    assert await get_diagnostics_for_config_entry(hass, hass_client, config_entry) == {
        "entry": {"token": REDACTED, "url": REDACTED, "verify_ssl": True},
        "state": "setup_retry",
        "reason": "not_plex",
    }


async def test_diagnostics_without_settings(
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    clock: Clock,
) -> None:
    """Unavailable settings are None in the diagnostics."""
    simulator.inject(faults.status(404), path=PREFERENCES)
    await clock.next_poll()
    diagnostics = await get_diagnostics_for_config_entry(hass, hass_client, setup_entry)
    assert isinstance(diagnostics, dict)
    assert diagnostics["settings"] is None


async def test_diagnostics(
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    snapshot: SnapshotAssertion,
    clock: Clock,
) -> None:
    """Diagnostics are the last known data, redacted, and cause no request."""
    simulator.activities.begin("butler", "Backup Database", "Home videos of Alice")
    await clock.next_poll()
    simulator.inject(faults.status(500))
    await clock.next_poll()
    requests = len(simulator.requests)
    diagnostics = await get_diagnostics_for_config_entry(hass, hass_client, setup_entry)
    assert len(simulator.requests) == requests
    assert diagnostics == snapshot(exclude=props("started"))
    text = json.dumps(diagnostics)
    for private in (
        simulator.owner_token,
        simulator.machine_identifier,
        simulator.friendly_name,
        simulator.url,
        "127.0.0.1",
        "Alice",
        # From the setting of the backup folder.
        "owners-name",
    ):
        assert private not in text
