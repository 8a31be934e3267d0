"""Diagnostics."""

import json

from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.components.diagnostics import (
    get_diagnostics_for_config_entry,
)
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator
from syrupy.assertion import SnapshotAssertion

from homeassistant.core import HomeAssistant

from .conftest import Poll
from .simulator import PlexSimulator, faults


async def test_diagnostics(
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    snapshot: SnapshotAssertion,
    poll: Poll,
) -> None:
    """Diagnostics hold what was last known, nothing private, and ask nothing."""
    simulator.inject(faults.status(500))
    await poll()
    asked = len(simulator.requests)
    diagnostics = await get_diagnostics_for_config_entry(hass, hass_client, setup_entry)
    assert len(simulator.requests) == asked
    assert diagnostics == snapshot
    text = json.dumps(diagnostics)
    for private in (
        simulator.owner_token,
        simulator.machine_identifier,
        simulator.friendly_name,
        simulator.url,
        "127.0.0.1",
    ):
        assert private not in text
