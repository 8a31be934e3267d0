"""System health information."""

from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    get_system_health_info,
)

from custom_components.plex_butler.const import DOMAIN
from homeassistant.config_entries import SOURCE_IGNORE
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component

from .common import Clock
from .simulator import NOTIFICATIONS, PlexSimulator, faults


async def _info(hass: HomeAssistant) -> dict[str, Any]:
    assert await async_setup_component(hass, "system_health", {})
    await hass.async_block_till_done()
    info: dict[str, Any] = await get_system_health_info(hass, DOMAIN)
    return info


@pytest.mark.usefixtures("setup_entry")
async def test_reachable_server(hass: HomeAssistant, simulator: PlexSimulator) -> None:
    """A server counts as reachable and push-connected, without any request."""
    MockConfigEntry(
        domain=DOMAIN, source=SOURCE_IGNORE, unique_id="ignored"
    ).add_to_hass(hass)
    requests = len(simulator.requests)
    assert await _info(hass) == {"servers": 1, "reachable": 1, "push_connected": 1}
    assert len(simulator.requests) == requests


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(faults.cut_off(), id="away"),
        pytest.param(faults.status(401), id="invalid token"),
    ],
)
async def test_unreachable_server(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    clock: Clock,
    fault: faults.Handler,
) -> None:
    """A server that is away or rejects the token doesn't count as reachable."""
    simulator.inject(fault)
    await simulator.notifications.close()
    await clock.next_poll()
    assert await _info(hass) == {"servers": 1, "reachable": 0, "push_connected": 0}
    await hass.config_entries.async_reload(setup_entry.entry_id)
    assert await _info(hass) == {"servers": 1, "reachable": 0, "push_connected": 0}


async def test_server_without_push(
    hass: HomeAssistant, config_entry: MockConfigEntry, simulator: PlexSimulator
) -> None:
    """A server without push still counts as reachable."""
    simulator.inject(faults.status(404), path=NOTIFICATIONS)
    assert await hass.config_entries.async_setup(config_entry.entry_id)
    await hass.async_block_till_done()
    assert await _info(hass) == {"servers": 1, "reachable": 1, "push_connected": 0}
