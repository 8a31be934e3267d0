"""What the system information tells."""

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
async def test_a_server_that_answers(
    hass: HomeAssistant, simulator: PlexSimulator
) -> None:
    """A server is counted, and how well it can be heard; nothing is asked for that."""
    MockConfigEntry(
        domain=DOMAIN, source=SOURCE_IGNORE, unique_id="ignored"
    ).add_to_hass(hass)
    asked = len(simulator.requests)
    assert await _info(hass) == {"servers": 1, "reachable": 1, "push_connected": 1}
    assert len(simulator.requests) == asked


@pytest.mark.parametrize("fault", [faults.cut_off(), faults.status(401)])
async def test_a_server_that_does_not_answer(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    clock: Clock,
    fault: faults.Handler,
) -> None:
    """A server that is away, or that refuses us, isn't reached."""
    simulator.inject(fault)
    await simulator.notifications.close()
    await clock.next_poll()
    assert await _info(hass) == {"servers": 1, "reachable": 0, "push_connected": 0}
    await hass.config_entries.async_reload(setup_entry.entry_id)
    assert await _info(hass) == {"servers": 1, "reachable": 0, "push_connected": 0}


async def test_a_server_without_push(
    hass: HomeAssistant, config_entry: MockConfigEntry, simulator: PlexSimulator
) -> None:
    """Push is told apart from answers."""
    simulator.inject(faults.status(404), path=NOTIFICATIONS)
    assert await hass.config_entries.async_setup(config_entry.entry_id)
    await hass.async_block_till_done()
    assert await _info(hass) == {"servers": 1, "reachable": 1, "push_connected": 0}
