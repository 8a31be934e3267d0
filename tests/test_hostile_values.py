"""Tests of values that Home Assistant can't store, unless they are mended."""

from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.json import json_bytes

from .common import Clock
from .simulator import PlexSimulator


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"title": "Backup \ud83d"}, id="half a pair in a title"),
        pytest.param({"description": "\ude00"}, id="half a pair in a description"),
        pytest.param({"interval": 2**64}, id="huge interval"),
        pytest.param({"interval": 10**400}, id="enormous interval"),
    ],
)
async def test_values_of_a_task(
    hass: HomeAssistant,
    config_entry: MockConfigEntry,
    clock: Clock,
    simulator: PlexSimulator,
    changes: dict[str, Any],
) -> None:
    """Whatever a task's values are, states and devices can be stored."""
    for key, value in changes.items():
        setattr(simulator.butler.tasks["BackupDatabase"], key, value)
    assert await hass.config_entries.async_setup(config_entry.entry_id)
    await clock.tick(2)
    activity = simulator.activities.begin("butler", "a\ud83d", "b\ud83d")
    simulator.activities.update(activity, progress=50)
    await clock.tick(2)
    assert hass.states.async_all()
    for state in hass.states.async_all():
        assert json_bytes(state.as_dict())
    for device in dr.async_get(hass).devices:
        assert json_bytes([device.name, *map(list, device.identifiers)])


async def test_name_of_a_server(
    hass: HomeAssistant,
    config_entry: MockConfigEntry,
    clock: Clock,
    simulator: PlexSimulator,
) -> None:
    """Half a surrogate pair in the name of a server is replaced."""
    simulator.friendly_name = "Tower\ud83d"
    assert await hass.config_entries.async_setup(config_entry.entry_id)
    await clock.tick(2)
    names = {device.name for device in dr.async_get(hass).devices}
    assert "Tower\ufffd" in names
