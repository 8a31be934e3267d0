"""Tests of a server whose websocket is refused: what it's asked, and how often."""

from collections import Counter
from collections.abc import Callable

from aiohttp import web
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er
from homeassistant.setup import async_setup_component

from .common import START, STATUS, Clock, press, was_sent_token
from .simulator import NOTIFICATIONS, PREFERENCES, PlexSimulator, faults

OPTIMIZATION = "sensor.tower_optimize_database"
WINDOW_START = "select.tower_maintenance_window_start"


@pytest.fixture
def without_push(simulator: PlexSimulator) -> None:
    """Refuse the websocket, as some proxies do."""
    simulator.inject(faults.status(404), path=NOTIFICATIONS)


pytestmark = pytest.mark.usefixtures("without_push", "setup_entry")


def _paths(simulator: PlexSimulator) -> list[str]:
    """Return the paths of the requests since the last call, without the websocket."""
    paths = [request.path for request in simulator.requests]
    simulator.requests.clear()
    return [path for path in paths if path != NOTIFICATIONS]


async def _poll(clock: Clock, count: int) -> None:
    """Let a number of polls pass."""
    for _ in range(count):
        await clock.tick(30)


def _swap_server(simulator: PlexSimulator) -> None:
    """Let another server of the same owner answer, without any failed request."""
    simulator.machine_identifier = "another"
    simulator.requests.clear()


async def test_idle_hour(simulator: PlexSimulator, clock: Clock) -> None:
    """An idle hour costs 250 requests at most, with the attempts to connect."""
    await _poll(clock, 40)
    simulator.requests.clear()
    await _poll(clock, 120)
    assert len(simulator.requests) <= 250
    requests = Counter(_paths(simulator))
    # What runs is asked in each poll, and what rarely changes less often.
    assert requests["/activities"] == 120
    assert requests["/butler"] == 60
    assert requests["/"] == requests[PREFERENCES] == 12
    assert not requests["/identity"]


@pytest.mark.parametrize("polls", [pytest.param(n, id=f"{n} polls") for n in (40, 41)])
async def test_task_switched_off(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock, polls: int
) -> None:
    """A task that is switched off in Plex after a quiet time is shown within a minute.

    Changes that follow are shown at the next poll.
    """
    await _poll(clock, polls)
    simulator.butler.tasks["BackupDatabase"].enabled = False
    await _poll(clock, 2)
    assert hass.states.is_state(STATUS, "disabled")
    for enabled, status in ((True, "idle"), (False, "disabled")):
        simulator.butler.tasks["BackupDatabase"].enabled = enabled
        await _poll(clock, 1)
        assert hass.states.is_state(STATUS, status)


@pytest.mark.parametrize("polls", [pytest.param(n, id=f"{n} polls") for n in (40, 41)])
async def test_requested_refresh(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock, polls: int
) -> None:
    """A requested refresh and a command always ask for tasks and activities."""
    assert await async_setup_component(hass, "homeassistant", {})
    await _poll(clock, polls)
    _paths(simulator)
    await hass.services.async_call(
        "homeassistant", "update_entity", {"entity_id": STATUS}, blocking=True
    )
    assert _paths(simulator) == ["/butler", "/activities"]
    await clock.tick(2)
    _paths(simulator)
    await press(hass, START)
    assert _paths(simulator) == [
        "/identity",
        "/butler/BackupDatabase",
        "/butler",
        "/activities",
    ]


async def test_name_of_server(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """The name of the server is asked once every 5 minutes, which shows who answers."""
    _paths(simulator)
    asked = []
    for number in range(31):
        await _poll(clock, 1)
        paths = _paths(simulator)
        assert "/identity" not in paths
        if "/" in paths:
            asked.append(number)
    assert asked == [9, 19, 29]


@pytest.mark.parametrize("path", ["/butler", "/activities", PREFERENCES])
async def test_identity_after_failed_request(
    simulator: PlexSimulator, clock: Clock, path: str
) -> None:
    """After a request that failed, the first one asks which server it is.

    It's sent without the token. As long as nothing fails, it isn't asked again.
    """
    await _poll(clock, 8)
    _paths(simulator)
    await _poll(clock, 1)
    assert _paths(simulator) == ["/butler", "/activities"]
    failed_at = []

    async def cut_off(request: web.Request) -> web.StreamResponse:
        failed_at.append(len(simulator.requests))
        return await faults.cut_off()(request)

    simulator.inject(cut_off, path=path)
    # The settings are asked for in this poll.
    await _poll(clock, 1)
    simulator.heal()
    simulator.inject(faults.status(404), path=NOTIFICATIONS)
    await _poll(clock, 1)
    later = simulator.requests[failed_at[-1] :]
    first = next(each for each in later if each.path != NOTIFICATIONS)
    assert first.path == "/identity"
    assert "X-Plex-Token" not in first.headers
    _paths(simulator)
    await _poll(clock, 1)
    assert "/identity" not in _paths(simulator)


async def test_identity_after_failed_connection(
    simulator: PlexSimulator, clock: Clock
) -> None:
    """After an attempt to connect that the server didn't answer, it's asked again.

    Another server that is there by then isn't shown the token.
    """
    simulator.heal()
    simulator.inject(faults.cut_off(), path=NOTIFICATIONS)
    simulator.requests.clear()
    # The pauses between attempts are 5 minutes at most.
    for _ in range(300):
        await clock.tick(1)
        last = simulator.requests[-1:]
        if last and last[0].path == NOTIFICATIONS:
            break
    _swap_server(simulator)
    await _poll(clock, 10)
    assert not was_sent_token(simulator)
    assert "/identity" in _paths(simulator)


async def test_identity_after_command_without_answer(
    hass: HomeAssistant, simulator: PlexSimulator
) -> None:
    """After a command without an answer, the refresh asks which server it is."""
    simulator.inject(faults.cut_off(), path="/butler/BackupDatabase")
    simulator.requests.clear()
    with pytest.raises(HomeAssistantError) as raised:
        await press(hass, START)
    assert raised.value.translation_key == "maybe_started"
    paths = _paths(simulator)
    assert paths[:2] == ["/identity", "/butler/BackupDatabase"]
    assert paths[2] == "/identity"


async def test_other_server_gets_no_command(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """Another server at the address within 5 minutes gets no command and no token."""
    await _poll(clock, 4)
    _swap_server(simulator)
    with pytest.raises(HomeAssistantError) as raised:
        await press(hass, START)
    assert raised.value.translation_key == "wrong_server"
    assert hass.states.is_state(STATUS, STATE_UNAVAILABLE)
    await _poll(clock, 20)
    assert simulator.commands() == []
    assert not was_sent_token(simulator)


async def test_other_server_is_noticed(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    clock: Clock,
) -> None:
    """Another server at the address is noticed by polls after 5 minutes at most."""
    await _poll(clock, 4)
    _swap_server(simulator)
    await _poll(clock, 5)
    assert "/identity" not in _paths(simulator)
    await _poll(clock, 5)
    assert hass.states.is_state(STATUS, STATE_UNAVAILABLE)
    assert setup_entry.runtime_data.last_exception.translation_key == "wrong_server"
    simulator.requests.clear()
    await _poll(clock, 20)
    assert not was_sent_token(simulator)


def _remove_task(simulator: PlexSimulator) -> None:
    del simulator.butler.tasks["BackupDatabase"]


def _remove_tasks(simulator: PlexSimulator) -> None:
    simulator.butler.tasks.clear()


@pytest.mark.parametrize("change", [_remove_task, _remove_tasks])
async def test_tasks_of_other_server(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    entity_registry: er.EntityRegistry,
    clock: Clock,
    change: Callable[[PlexSimulator], None],
) -> None:
    """Other tasks at the address aren't believed until it's known whose they are."""
    await _poll(clock, 4)
    _swap_server(simulator)
    change(simulator)
    await _poll(clock, 1)
    assert hass.states.is_state(STATUS, STATE_UNAVAILABLE)
    await _poll(clock, 10)
    assert entity_registry.async_get(STATUS)


async def test_settings_of_other_server(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    entity_registry: er.EntityRegistry,
    clock: Clock,
) -> None:
    """Other settings at the address aren't believed until it's known whose they are."""
    await _poll(clock, 4)
    # From now on, the settings are read later than the name of the server.
    await hass.services.async_call(
        "select",
        "select_option",
        {"entity_id": WINDOW_START, "option": "04:00"},
        blocking=True,
    )
    await _poll(clock, 7)
    _swap_server(simulator)
    simulator.settings.all.pop("ButlerStartHour")
    await _poll(clock, 4)
    assert PREFERENCES in _paths(simulator)
    assert hass.states.is_state(WINDOW_START, STATE_UNAVAILABLE)
    assert entity_registry.async_get(WINDOW_START)


async def test_websocket_of_other_server(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """A websocket that another server accepts is closed at once."""
    await _poll(clock, 4)
    _swap_server(simulator)
    simulator.heal()
    for _ in range(60):
        await clock.tick(5)
        if not hass.states.is_state(STATUS, "idle"):
            break
    await clock.tick(2)
    assert hass.states.is_state(STATUS, STATE_UNAVAILABLE)
    assert NOTIFICATIONS in [request.path for request in simulator.requests]
    assert "/identity" in [request.path for request in simulator.requests]
    await clock.settle()
    assert simulator.notifications.listeners == 0
