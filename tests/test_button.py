"""Tests of the buttons of the server and its tasks."""

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from syrupy.assertion import SnapshotAssertion

from custom_components.plex_butler.const import DOMAIN
from homeassistant.const import STATE_UNAVAILABLE, Platform
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import issue_registry as ir

from .common import (
    START,
    START_ALL,
    STATUS,
    STOP,
    STOP_ALL,
    Clock,
    entities_by_unique_id,
    press,
)
from .simulator import PlexSimulator, faults


async def test_buttons(
    hass: HomeAssistant, setup_entry: MockConfigEntry, snapshot: SnapshotAssertion
) -> None:
    """The server and each task have the expected buttons."""
    assert entities_by_unique_id(hass, setup_entry, Platform.BUTTON) == snapshot


@pytest.mark.usefixtures("setup_entry")
async def test_press_start_and_stop(
    hass: HomeAssistant, simulator: PlexSimulator
) -> None:
    """The buttons of a task start and stop it.

    They raise no error if it is already running, or not running.
    """
    await press(hass, START)
    assert simulator.butler.running == ["BackupDatabase"]
    await press(hass, START)
    await press(hass, STOP)
    assert simulator.butler.running == []
    await press(hass, STOP)
    assert simulator.commands() == [
        ("POST", "/butler/BackupDatabase"),
        ("POST", "/butler/BackupDatabase"),
        ("DELETE", "/butler/BackupDatabase"),
        ("DELETE", "/butler/BackupDatabase"),
    ]


@pytest.mark.usefixtures("setup_entry")
async def test_press_start_all_and_stop_all(
    hass: HomeAssistant, simulator: PlexSimulator
) -> None:
    """The buttons of the server start all due tasks and stop all tasks."""
    await press(hass, START_ALL)
    assert simulator.butler.running
    await press(hass, STOP_ALL)
    assert not simulator.butler.running
    assert simulator.commands() == [("POST", "/butler"), ("DELETE", "/butler")]


@pytest.mark.usefixtures("setup_entry")
async def test_press_refreshes_once(
    hass: HomeAssistant, simulator: PlexSimulator
) -> None:
    """A press is followed by one refresh."""
    simulator.requests.clear()
    await press(hass, START)
    assert [(request.method, request.path) for request in simulator.requests] == [
        ("POST", "/butler/BackupDatabase"),
        ("GET", "/butler"),
        ("GET", "/activities"),
    ]


@pytest.mark.parametrize("entity_id", [START, STOP, START_ALL, STOP_ALL])
@pytest.mark.parametrize(
    ("fault", "key"),
    [
        pytest.param(faults.starting_up(), "starting_up", id="starting up"),
        pytest.param(faults.redirect("/"), "not_plex", id="redirect"),
        pytest.param(faults.status(500), "server_trouble", id="500"),
    ],
)
@pytest.mark.usefixtures("setup_entry")
async def test_press_error(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    entity_id: str,
    fault: faults.Handler,
    key: str,
) -> None:
    """A press raises a translated error and makes the entity unavailable."""
    simulator.inject(fault)
    with pytest.raises(HomeAssistantError) as raised:
        await press(hass, entity_id)
    assert raised.value.translation_domain == DOMAIN
    assert raised.value.translation_key == key
    assert "Tower" in str(raised.value)
    assert hass.states.is_state(entity_id, STATE_UNAVAILABLE)


@pytest.mark.parametrize(
    ("entity_id", "key"),
    [
        pytest.param(START, "maybe_started", id="start"),
        pytest.param(STOP, "maybe_stopped", id="stop"),
        pytest.param(START_ALL, "maybe_started_all", id="start all"),
        pytest.param(STOP_ALL, "maybe_stopped_all", id="stop all"),
    ],
)
@pytest.mark.usefixtures("setup_entry")
async def test_press_unanswered(
    hass: HomeAssistant, simulator: PlexSimulator, entity_id: str, key: str
) -> None:
    """The error of a press that isn't answered says what may have happened."""
    simulator.inject(faults.cut_off(), method="POST")
    simulator.inject(faults.cut_off(), method="DELETE")
    with pytest.raises(HomeAssistantError) as raised:
        await press(hass, entity_id)
    assert raised.value.translation_domain == DOMAIN
    assert raised.value.translation_key == key
    assert "Tower" in str(raised.value)
    # The server answers other requests, and a start counts.
    assert hass.states.is_state(STATUS, "running" if key == "maybe_started" else "idle")


@pytest.mark.parametrize(
    ("status", "key"),
    [
        pytest.param(401, "invalid_auth", id="401"),
        pytest.param(403, "not_owner", id="403"),
    ],
)
@pytest.mark.usefixtures("setup_entry")
async def test_press_auth_error(
    hass: HomeAssistant, simulator: PlexSimulator, status: int, key: str
) -> None:
    """A token that is refused for a command is an error, and not asked for.

    One refresh shows whether the server refuses it altogether.
    """
    simulator.inject(faults.status(status), method="POST")
    simulator.requests.clear()
    with pytest.raises(HomeAssistantError) as raised:
        await press(hass, START)
    assert raised.value.translation_key == key
    assert [request.path for request in simulator.requests[1:]] == [
        "/butler",
        "/activities",
    ]
    assert hass.states.is_state(STATUS, "idle")
    assert hass.config_entries.flow.async_progress() == []
    assert ir.async_get(hass).issues == {}


@pytest.mark.parametrize("entity_id", [START, STOP])
@pytest.mark.usefixtures("setup_entry")
async def test_press_removed_task(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock, entity_id: str
) -> None:
    """A task that was removed since the last poll can't be started or stopped.

    The refresh after the press removes its entities.
    """
    del simulator.butler.tasks["BackupDatabase"]
    with pytest.raises(ServiceValidationError) as raised:
        await press(hass, entity_id)
    assert raised.value.translation_key == "unknown_task"
    assert 'Tower has no task "BackupDatabase"' in str(raised.value)
    assert "ButlerTaskGenerateIntroMarkers, " in str(raised.value)
    await clock.tick(2)
    assert hass.states.get(entity_id) is None
