"""Tests of what the logbook shows of a run, by the logbook itself."""

from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockUser, mock_component
from pytest_homeassistant_custom_component.components.recorder.common import (
    async_wait_recording_done,
)
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from homeassistant.components.recorder import Recorder
from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util

from .common import RUNNING, START, STATUS, Clock
from .simulator import PlexSimulator

type Lines = list[dict[str, Any]]


@pytest.fixture(autouse=True)
def _custom_integrations(
    freezer: FrozenDateTimeFactory,
    recorder_mock: Recorder,
    enable_custom_integrations: None,
) -> None:
    """Let Home Assistant find the integration, and record states as it does by default.

    The recorder has to be there before anything else.
    """


@pytest.mark.usefixtures("setup_entry")
async def test_logbook(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    clock: Clock,
    entity_registry: er.EntityRegistry,
    hass_ws_client: WebSocketGenerator,
    hass_admin_user: MockUser,
) -> None:
    """A run takes seven lines on the page of its task, and four on the server's.

    The first line of each says who started it.
    """
    # The logbook adds a page to the frontend, which isn't needed here.
    mock_component(hass, "frontend")
    assert await async_setup_component(hass, "logbook", {})
    client = await hass_ws_client(hass)

    async def lines(entity_id: str, since: str) -> Lines:
        """Return the lines on the page of an entity's device."""
        entity = entity_registry.async_get(entity_id)
        assert entity
        assert entity.device_id
        entities = er.async_entries_for_device(entity_registry, entity.device_id)
        await async_wait_recording_done(hass)
        await client.send_json_auto_id(
            {
                "type": "logbook/get_events",
                "start_time": since,
                "entity_ids": [each.entity_id for each in entities],
                "device_ids": [entity.device_id],
            }
        )
        shown: Lines = (await client.receive_json())["result"]
        return shown

    since = dt_util.utcnow().isoformat()
    simulator.butler.tasks["BackupDatabase"].duration = 30
    await clock.tick(1)
    await hass.services.async_call(
        "button",
        "press",
        {"entity_id": START},
        blocking=True,
        context=Context(user_id=hass_admin_user.id),
    )
    for _ in range(20):
        await clock.tick(2)
    assert hass.states.is_state(STATUS, "idle")
    for entity_id, limit in ((STATUS, 7), (RUNNING, 4)):
        shown = await lines(entity_id, since)
        assert len(shown) == limit, [line.get("entity_id") for line in shown]
        assert shown[0]["context_user_id"] == hass_admin_user.id
