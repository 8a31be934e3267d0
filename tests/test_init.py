"""Tests of setup, unload, availability and devices."""

import asyncio
from collections.abc import Container
import logging
from typing import Any

from aiohttp import web
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.plex_butler.const import DOMAIN
from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntryState
from homeassistant.const import CONF_URL, STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import (
    device_registry as dr,
    entity_registry as er,
    issue_registry as ir,
    translation,
)
from homeassistant.setup import async_setup_component

from .common import START, STATUS, STOP_ALL, Clock, press, was_sent_token
from .simulator import NOTIFICATIONS, PREFERENCES, PlexSimulator, SimulatedTask, faults


def _logged_messages(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [
        record.getMessage()
        for record in caplog.records
        if record.name.startswith("custom_components.plex_butler")
        and record.levelno >= logging.INFO
    ]


async def test_setup_and_unload_entry(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    clock: Clock,
) -> None:
    """A server that was unloaded gets no more requests."""
    assert setup_entry.state is ConfigEntryState.LOADED
    assert hass.states.is_state(STATUS, "idle")
    assert await hass.config_entries.async_unload(setup_entry.entry_id)
    assert setup_entry.state is ConfigEntryState.NOT_LOADED
    assert hass.states.is_state(STATUS, STATE_UNAVAILABLE)
    request_count = len(simulator.requests)
    await clock.next_poll()
    assert len(simulator.requests) == request_count


@pytest.mark.usefixtures("setup_entry")
async def test_poll_requests(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """With push, a poll requests tasks and settings, but no activities.

    If nothing changed, it changes no state.
    """
    simulator.requests.clear()
    before = hass.states.get(STATUS)
    await clock.next_poll()
    assert [(request.method, request.path) for request in simulator.requests] == [
        ("GET", "/butler"),
        ("GET", PREFERENCES),
    ]
    assert hass.states.get(STATUS) is before


async def test_devices(
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    device_registry: dr.DeviceRegistry,
) -> None:
    """The server is a device, and each of its tasks is a child device."""
    machine = simulator.machine_identifier
    server = device_registry.async_get_device_by_identifier(
        (DOMAIN, machine), setup_entry.entry_id
    )
    assert server is not None
    assert server.entry_type is dr.DeviceEntryType.SERVICE
    assert server.name == "Tower"
    assert server.manufacturer == "Plex"
    assert server.model == "Plex Media Server"
    assert server.sw_version == simulator.version
    assert server.configuration_url == f"{simulator.url}/web"
    children = dr.async_entries_for_parent_device(device_registry, server.id)
    names = {child.name for child in children}
    assert {"Backup database", "Process assets", "Refresh EPG guides"} <= names
    assert {identifier for child in children for identifier in child.identifiers} == {
        (DOMAIN, f"{machine}_{name}") for name in simulator.butler.tasks
    }


@pytest.mark.parametrize(
    ("name", "title", "device_name"),
    [
        pytest.param("BackupDatabase", "Datenbank sichern", "Backup database"),
        pytest.param("ButlerTaskGenerateAdMarkers", None, "Generate ad markers"),
        pytest.param("MakeCoffee", "Make Some Coffee", "Make Some Coffee"),
        pytest.param("ButlerTaskMakeTEANow", None, "Make TEA now"),
    ],
)
async def test_task_titles(
    hass: HomeAssistant,
    config_entry: MockConfigEntry,
    simulator: PlexSimulator,
    device_registry: dr.DeviceRegistry,
    name: str,
    title: str | None,
    device_name: str,
) -> None:
    """The device of a known task has our title, another the server's or its words."""
    simulator.butler.tasks = {name: SimulatedTask(name=name, title=title)}
    assert await hass.config_entries.async_setup(config_entry.entry_id)
    task = device_registry.async_get_child_device_by_identifier(
        (DOMAIN, f"{simulator.machine_identifier}_{name}"), config_entry.entry_id
    )
    assert task
    assert task.name == device_name


async def test_language_changed(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    device_registry: dr.DeviceRegistry,
    clock: Clock,
) -> None:
    """Tasks have titles in a new language, also if it isn't loaded yet."""

    def title() -> str | None:
        device = device_registry.async_get_child_device_by_identifier(
            (DOMAIN, f"{simulator.machine_identifier}_BackupDatabase"),
            setup_entry.entry_id,
        )
        return device.name if device else None

    hass.config.language = "de"
    assert await hass.config_entries.async_reload(setup_entry.entry_id)
    assert title() == "Datenbank sichern"

    hass.config.language = "nl"
    del simulator.butler.tasks["MusicAnalysis"]
    await clock.next_poll()
    await translation.async_load_integrations(hass, {DOMAIN})
    await clock.next_poll()
    assert title() == "Back-up van database maken"


async def test_tasks_added_and_removed(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    device_registry: dr.DeviceRegistry,
    entity_registry: er.EntityRegistry,
    clock: Clock,
) -> None:
    """Devices and entities are added and removed with their tasks."""
    tasks = simulator.butler.tasks
    tasks["Polish"] = SimulatedTask(name="Polish", title="Polish Silver")
    backup = tasks.pop("BackupDatabase")
    entity_registry.async_update_entity(START, name="Save it all")
    await clock.next_poll()
    assert hass.states.is_state("sensor.tower_polish_silver", "idle")
    assert hass.states.get("button.tower_polish_silver_start")
    for entity_id in (STATUS, START):
        assert hass.states.get(entity_id) is None
        assert entity_registry.async_get(entity_id) is None
    device_identifier = (DOMAIN, f"{simulator.machine_identifier}_BackupDatabase")
    assert not device_registry.async_get_child_device_by_identifier(
        device_identifier, setup_entry.entry_id
    )

    tasks["BackupDatabase"] = backup
    await clock.next_poll()
    assert hass.states.is_state(STATUS, "idle")
    # The name that the user gave it is restored.
    button = entity_registry.async_get(START)
    assert button and button.name == "Save it all"


async def test_task_removed_while_unloaded(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    device_registry: dr.DeviceRegistry,
) -> None:
    """Setup removes the device and entities of a task that the server no longer has."""
    assert await hass.config_entries.async_unload(setup_entry.entry_id)
    del simulator.butler.tasks["BackupDatabase"]
    assert await hass.config_entries.async_setup(setup_entry.entry_id)
    await hass.async_block_till_done()
    assert hass.states.get(STATUS) is None
    assert (
        len(
            dr.async_child_entries_for_config_entry(
                device_registry, setup_entry.entry_id
            )
        )
        == 21
    )


async def test_server_updated(
    hass: HomeAssistant,
    config_entry: MockConfigEntry,
    simulator: PlexSimulator,
    device_registry: dr.DeviceRegistry,
    clock: Clock,
) -> None:
    """A new version and new names are shown without a reload."""
    simulator.butler.tasks["MakeCoffee"] = SimulatedTask(name="MakeCoffee")
    assert await hass.config_entries.async_setup(config_entry.entry_id)
    await simulator.stop()
    simulator.version = "2.0"
    simulator.friendly_name = "Spire"
    simulator.butler.tasks["MakeCoffee"].title = "Kaffee kochen"
    await simulator.start()
    await clock.next_poll()
    machine = simulator.machine_identifier
    server = device_registry.async_get_device_by_identifier(
        (DOMAIN, machine), config_entry.entry_id
    )
    assert server and (server.sw_version, server.name) == ("2.0", "Spire")
    task = device_registry.async_get_child_device_by_identifier(
        (DOMAIN, f"{machine}_MakeCoffee"), config_entry.entry_id
    )
    assert task and task.name == "Kaffee kochen"


@pytest.mark.parametrize(
    ("fault", "key"),
    [
        pytest.param(faults.starting_up(), "starting_up", id="starting up"),
        pytest.param(faults.cut_off(), "cannot_connect", id="cut off"),
        pytest.param(faults.status(500), "server_trouble", id="500"),
        pytest.param(faults.body(b"<html/>"), "not_plex", id="web page"),
    ],
)
async def test_server_unavailable(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    clock: Clock,
    caplog: pytest.LogCaptureFixture,
    fault: faults.Handler,
    key: str,
) -> None:
    """An unavailable server makes its entities unavailable.

    One message is logged when it becomes unavailable, and one when it recovers.
    """
    caplog.clear()
    simulator.inject(fault)
    for _ in range(3):
        await clock.next_poll()
    for entity_id in (STATUS, START, STOP_ALL):
        assert hass.states.is_state(entity_id, STATE_UNAVAILABLE)
    assert len(messages := _logged_messages(caplog)) == 1
    assert messages[0].startswith("Error fetching Tower data: ")
    assert "Tower" in messages[0].partition(": ")[2]
    assert setup_entry.runtime_data.last_exception.translation_key == key

    caplog.clear()
    simulator.heal()
    for _ in range(2):
        await clock.next_poll()
    assert hass.states.is_state(STATUS, "idle")
    assert _logged_messages(caplog) == ["Fetching Tower data recovered"]


@pytest.mark.usefixtures("setup_entry")
async def test_server_starting_up(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """A server that is starting up is polled every 15 s."""
    simulator.inject(faults.starting_up())
    await clock.next_poll()
    await clock.tick(15)
    simulator.heal()
    await clock.tick(12)
    assert hass.states.is_state(STATUS, STATE_UNAVAILABLE)
    await clock.tick(5)
    assert hass.states.is_state(STATUS, "idle")


@pytest.mark.parametrize(
    ("status", "retry_after", "expected"),
    [
        pytest.param(429, "120", 120, id="seconds"),
        pytest.param(502, "3600", 300, id="an hour"),
        pytest.param(503, "7", 7, id="unavailable"),
        pytest.param(502, None, 30, id="none"),
    ],
)
@pytest.mark.usefixtures("setup_entry")
async def test_retry_after(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    clock: Clock,
    status: int,
    retry_after: str | None,
    expected: int,
) -> None:
    """A server with trouble is asked again when it says, but after 5 min at most."""
    headers = {"Retry-After": retry_after} if retry_after else {}

    async def fault(request: web.Request) -> web.StreamResponse:
        return web.Response(status=status, headers=headers)

    simulator.inject(fault, path="/butler")
    await clock.tick(301)
    assert hass.states.is_state(STATUS, STATE_UNAVAILABLE)
    simulator.heal()
    await clock.tick(expected - 3)
    assert hass.states.is_state(STATUS, STATE_UNAVAILABLE)
    await clock.tick(4)
    assert hass.states.is_state(STATUS, "idle")


@pytest.mark.usefixtures("setup_entry")
async def test_server_stopped(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """The entities are unavailable while the port of the server is closed."""
    await simulator.stop()
    await clock.next_poll()
    assert hass.states.is_state(STATUS, STATE_UNAVAILABLE)
    await simulator.start()
    await clock.next_poll()
    assert hass.states.is_state(STATUS, "idle")


async def test_different_server(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    clock: Clock,
) -> None:
    """A different server at the address makes the entities unavailable.

    Its list of tasks removes none of them.
    """
    await simulator.stop()
    simulator.machine_identifier = "another"
    simulator.butler.tasks.clear()
    await simulator.start()
    await clock.next_poll()
    assert hass.states.is_state(STATUS, STATE_UNAVAILABLE)
    assert "A different Plex server answers" in str(
        setup_entry.runtime_data.last_exception
    )
    assert setup_entry.runtime_data.last_exception.translation_key == "wrong_server"


def _swap_server(simulator: PlexSimulator) -> None:
    """Let another server of the same owner answer at the address."""
    simulator.machine_identifier = "another"
    simulator.requests.clear()


async def test_token_shown_after_identity(
    hass: HomeAssistant, config_entry: MockConfigEntry, simulator: PlexSimulator
) -> None:
    """At set-up, a server gets the token only after it has said which one it is."""
    assert await hass.config_entries.async_setup(config_entry.entry_id)
    await hass.async_block_till_done()
    paths = [request.path for request in simulator.requests]
    assert paths[:3] == ["/identity", "/", "/butler"]
    assert "X-Plex-Token" not in simulator.requests[0].headers


async def test_token_hidden_at_setup(
    hass: HomeAssistant, config_entry: MockConfigEntry, simulator: PlexSimulator
) -> None:
    """At set-up, another server at the address doesn't get the token."""
    _swap_server(simulator)
    await hass.config_entries.async_setup(config_entry.entry_id)
    assert config_entry.error_reason_translation_key == "wrong_server"
    assert not was_sent_token(simulator)


@pytest.mark.usefixtures("setup_entry")
async def test_token_hidden_after_restart(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """After an outage, another server at the address gets the token from nothing.

    Neither polls and commands show it, nor the websocket, which reconnects by itself.
    """
    await simulator.stop()
    _swap_server(simulator)
    await simulator.start()
    for _ in range(20):
        await clock.tick(31)
    with pytest.raises(HomeAssistantError) as raised:
        await hass.services.async_call(DOMAIN, "stop_all_tasks", blocking=True)
    assert raised.value.translation_key == "wrong_server"
    assert not was_sent_token(simulator)
    assert {request.path for request in simulator.requests} == {"/identity"}


@pytest.mark.usefixtures("setup_entry")
async def test_token_hidden_from_websocket(
    simulator: PlexSimulator, clock: Clock
) -> None:
    """The token isn't shown to the server that closed the websocket until it's known."""
    _swap_server(simulator)
    await simulator.notifications.close()
    await clock.settle()
    for _ in range(10):
        await clock.tick(1)
    assert simulator.requests
    assert not was_sent_token(simulator)


@pytest.mark.usefixtures("setup_entry")
async def test_token_hidden_from_command(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """A command without push asks which server answers before it shows the token."""
    simulator.inject(faults.status(404), path=NOTIFICATIONS)
    await simulator.notifications.close()
    await clock.tick(31)
    assert hass.states.is_state(STATUS, "idle")
    _swap_server(simulator)
    with pytest.raises(HomeAssistantError) as raised:
        await press(hass, START)
    assert raised.value.translation_key == "wrong_server"
    assert not was_sent_token(simulator)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        pytest.param(
            "/butler",
            b'{"ButlerTasks": {"ButlerTask": [{"name": "BackupDatabase"}]}}',
            id="before activities",
        ),
        pytest.param(
            "/activities", b'{"MediaContainer": {"size": 0}}', id="before settings"
        ),
    ],
)
@pytest.mark.usefixtures("setup_entry")
async def test_token_hidden_within_poll(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    clock: Clock,
    path: str,
    body: bytes,
) -> None:
    """A websocket that is closed during a poll stops it from showing the token again."""
    requested, released = asyncio.Event(), asyncio.Event()

    async def respond_late(request: web.Request) -> web.StreamResponse:
        requested.set()
        await released.wait()
        return await faults.body(body)(request)

    # While a task is running, activities are polled, too.
    simulator.butler.start("BackupDatabase")
    simulator.inject(respond_late, path=path)
    poll = asyncio.ensure_future(clock.tick(301))
    await requested.wait()
    _swap_server(simulator)
    await simulator.notifications.close()
    await clock.settle()
    released.set()
    await poll
    await clock.tick(2)
    assert hass.states.is_state(STATUS, STATE_UNAVAILABLE)
    assert not was_sent_token(simulator)
    assert {request.path for request in simulator.requests} == {"/identity"}


@pytest.mark.parametrize(
    ("machine_identifier", "state", "paths"),
    [
        pytest.param(None, "idle", None, id="same server"),
        pytest.param(
            "another", STATE_UNAVAILABLE, {"/identity", "/"}, id="another server"
        ),
    ],
)
async def test_unknown_host_name(
    hass: HomeAssistant,
    config_entry: MockConfigEntry,
    simulator: PlexSimulator,
    clock: Clock,
    machine_identifier: str | None,
    state: str,
    paths: set[str] | None,
) -> None:
    """A server that refuses to say which one it is gets the token for that alone.

    It does so if it doesn't know the host name of the address, which a person entered.
    """
    # Only a person can have entered an address with a path.
    simulator.base_path = "/plex"
    hass.config_entries.async_update_entry(
        config_entry, data={**config_entry.data, CONF_URL: simulator.url}
    )
    assert await hass.config_entries.async_setup(config_entry.entry_id)
    await clock.tick(2)
    simulator.machine_identifier = machine_identifier or simulator.machine_identifier
    simulator.inject(faults.status(401), path="/plex/identity")
    simulator.requests.clear()
    await simulator.notifications.close()
    for _ in range(3):
        await clock.tick(11)
    assert hass.states.is_state(STATUS, state)
    requested = [request.path.removeprefix("/plex") for request in simulator.requests]
    assert requested[:2] == ["/identity", "/"]
    assert paths is None or set(requested) == paths


async def test_identity_without_answer(
    hass: HomeAssistant,
    config_entry: MockConfigEntry,
    simulator: PlexSimulator,
    clock: Clock,
) -> None:
    """A start that was never sent isn't said to have started anything."""
    simulator.base_path = "/plex"
    hass.config_entries.async_update_entry(
        config_entry, data={**config_entry.data, CONF_URL: simulator.url}
    )
    simulator.inject(faults.status(404), path=f"/plex{NOTIFICATIONS}")
    assert await hass.config_entries.async_setup(config_entry.entry_id)
    await clock.tick(2)
    simulator.inject(faults.status(401), path="/plex/identity")
    simulator.inject(faults.cut_off(), path="/plex/")
    with pytest.raises(HomeAssistantError) as raised:
        await press(hass, START)
    assert raised.value.translation_key == "cannot_connect"
    assert "/plex/butler/BackupDatabase" not in [
        request.path for request in simulator.requests
    ]


@pytest.mark.usefixtures("setup_entry")
async def test_found_address_without_identity(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """At an address that may have been found, a server has to say which one it is."""
    simulator.inject(faults.status(401), path="/identity")
    simulator.requests.clear()
    await simulator.notifications.close()
    for _ in range(3):
        await clock.tick(11)
    assert hass.states.is_state(STATUS, STATE_UNAVAILABLE)
    assert not was_sent_token(simulator)


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(faults.status(403), id="403"),
        pytest.param(faults.status(404), id="404"),
        pytest.param(faults.status(500), id="500"),
        pytest.param(faults.starting_up(), id="starting up"),
        pytest.param(faults.cut_off(), id="cut off"),
        pytest.param(faults.body(b"<html/>"), id="web page"),
    ],
)
@pytest.mark.usefixtures("setup_entry")
async def test_activities_missing(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock, fault: faults.Handler
) -> None:
    """Without activities, the tasks stay, with what commands tell."""
    simulator.notifications.mute = True
    simulator.inject(fault, path="/activities")
    for _ in range(8):
        await clock.tick(301)
        assert hass.states.is_state(STATUS, "idle")
    await press(hass, START)
    assert hass.states.is_state(STATUS, "running")
    await clock.tick(301)
    assert hass.states.is_state(STATUS, "idle")
    # They are requested again in the next poll.
    simulator.heal()
    simulator.requests.clear()
    await clock.tick(301)
    assert "/activities" in [request.path for request in simulator.requests]


@pytest.mark.usefixtures("setup_entry")
async def test_token_refused_for_activities(
    hass: HomeAssistant, simulator: PlexSimulator
) -> None:
    """A token that is refused between two requests of a poll is refused."""
    simulator.inject(faults.status(401), path="/activities")
    await press(hass, START)
    assert hass.states.is_state(STATUS, STATE_UNAVAILABLE)


EMPTY_LIST = faults.body(b'{"ButlerTasks": {}}')


@pytest.mark.usefixtures("setup_entry")
async def test_empty_list(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    entity_registry: er.EntityRegistry,
    clock: Clock,
) -> None:
    """A list without any task is believed only if it's repeated a minute later."""
    simulator.inject(faults.status(404), path=NOTIFICATIONS)
    await simulator.notifications.close()
    await clock.tick(31)
    entity_registry.async_update_entity(START, name="Save it all")
    for fault in (EMPTY_LIST, faults.cut_off(), EMPTY_LIST):
        simulator.inject(fault, path="/butler")
        await clock.tick(31)
        assert entity_registry.async_get(STATUS)
    await clock.tick(31)
    assert hass.states.is_state(STATUS, "idle")
    await clock.tick(61)
    assert hass.states.get(STATUS) is None
    assert entity_registry.async_get(STATUS) is None
    simulator.heal()
    await clock.tick(31)
    assert hass.states.is_state(STATUS, "idle")


async def test_empty_list_after_reload(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    entity_registry: er.EntityRegistry,
    clock: Clock,
) -> None:
    """A list without any task removes nothing at set-up either."""
    simulator.inject(EMPTY_LIST, path="/butler")
    await hass.config_entries.async_reload(setup_entry.entry_id)
    await clock.tick(2)
    assert entity_registry.async_get(STATUS)
    await clock.next_poll()
    assert entity_registry.async_get(STATUS) is None


@pytest.mark.parametrize(
    "reload", [pytest.param(False, id="polled"), pytest.param(True, id="set up again")]
)
async def test_delete_device(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    device_registry: dr.DeviceRegistry,
    hass_ws_client: WebSocketGenerator,
    clock: Clock,
    reload: bool,
) -> None:
    """The device of a task can be deleted once the server no longer lists the task.

    It is back when the task is.
    """
    assert await async_setup_component(hass, "config", {})
    machine = simulator.machine_identifier

    def task_device() -> dr.ChildDeviceEntry | None:
        return device_registry.async_get_child_device_by_identifier(
            (DOMAIN, f"{machine}_BackupDatabase"), setup_entry.entry_id
        )

    async def delete(device: dr.AnyDeviceEntry | None) -> bool:
        assert device is not None
        client = await hass_ws_client(hass)
        command = {"type": "config/device_registry/remove", "device_id": device.id}
        await client.send_json_auto_id(command)
        response = await client.receive_json()
        return response["success"] is True

    server = device_registry.async_get_device_by_identifier(
        (DOMAIN, machine), setup_entry.entry_id
    )
    assert not await delete(task_device())
    assert not await delete(server)
    simulator.inject(EMPTY_LIST, path="/butler")
    if reload:
        await hass.config_entries.async_reload(setup_entry.entry_id)
    else:
        await clock.next_poll()
    assert not await delete(server)
    assert await delete(task_device())
    assert task_device() is None
    simulator.heal()
    await clock.next_poll()
    assert task_device() is not None
    assert hass.states.is_state(STATUS, "idle")

    listed = faults.body(
        b'{"ButlerTasks": {"ButlerTask": [{"name": "BackupDatabase"}]}}'
    )
    simulator.inject(EMPTY_LIST, path="/butler")
    await clock.next_poll()
    for fault in (faults.cut_off(), listed):
        simulator.inject(fault, path="/butler")
        assert not await delete(task_device())
    await hass.config_entries.async_unload(setup_entry.entry_id)
    assert not await delete(task_device())


@pytest.mark.parametrize(
    ("fault", "key"),
    [
        pytest.param(faults.starting_up(), "starting_up", id="starting up"),
        pytest.param(faults.cut_off(), "cannot_connect", id="cut off"),
        pytest.param(faults.status(500), "server_trouble", id="500"),
        pytest.param(
            faults.body(b'{"MediaContainer": {"machineIdentifier": "another"}}'),
            "wrong_server",
            id="another server",
        ),
    ],
)
async def test_setup_retry(
    hass: HomeAssistant,
    config_entry: MockConfigEntry,
    simulator: PlexSimulator,
    clock: Clock,
    fault: faults.Handler,
    key: str,
) -> None:
    """Setup is retried until the server answers."""
    simulator.inject(fault)
    await hass.config_entries.async_setup(config_entry.entry_id)
    assert config_entry.state is ConfigEntryState.SETUP_RETRY
    assert config_entry.error_reason_translation_key == key
    simulator.heal()
    await clock.next_poll()
    # The first setup in a process imports the platforms in a thread.
    async with config_entry.setup_lock:
        assert config_entry.state is ConfigEntryState.LOADED


@pytest.mark.usefixtures("setup_entry")
async def test_settings_after_outage(simulator: PlexSimulator, clock: Clock) -> None:
    """The settings are read again after the server was unavailable."""
    await clock.next_poll()
    simulator.inject(faults.starting_up(), path="/butler")
    await simulator.notifications.close()
    await clock.tick(2)
    simulator.heal()
    simulator.requests.clear()
    await clock.tick(20)
    assert PREFERENCES in [request.path for request in simulator.requests]


async def test_setup_ssl_error(
    hass: HomeAssistant, config_entry: MockConfigEntry, simulator: PlexSimulator
) -> None:
    """Setup is retried if no secure connection can be made."""
    hass.config_entries.async_update_entry(
        config_entry,
        data={**config_entry.data, "url": simulator.url.replace("http:", "https:")},
    )
    await hass.config_entries.async_setup(config_entry.entry_id)
    assert config_entry.state is ConfigEntryState.SETUP_RETRY
    assert config_entry.error_reason_translation_key == "ssl_error"


def _reauth_flows(hass: HomeAssistant) -> list[Any]:
    flows = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    return [flow for flow in flows if flow["context"]["source"] == SOURCE_REAUTH]


def _issues(hass: HomeAssistant) -> set[str]:
    """Return the keys of all issues, also that of Home Assistant for a reauthentication."""
    return {
        str(issue.translation_key)
        for issue in ir.async_get(hass).issues.values()
        if issue.active
    }


@pytest.mark.parametrize(
    ("token", "key", "issue"),
    [
        pytest.param("revoked", "invalid_auth", "config_entry_reauth", id="revoked"),
        pytest.param(
            "guest-token-of-the-simulator", "not_owner", "not_owner", id="guest"
        ),
    ],
)
async def test_setup_auth_error(
    hass: HomeAssistant,
    config_entry: MockConfigEntry,
    simulator: PlexSimulator,
    clock: Clock,
    token: str,
    key: str,
    issue: str,
) -> None:
    """A token that is refused at set-up is tried again, and a new one is asked for.

    Only after three refusals in a minute or more: a server that starts up refuses valid
    tokens, too. Once it accepts the token, nothing is left of that.
    """
    data = {**config_entry.data, "token": token}
    hass.config_entries.async_update_entry(config_entry, data=data)
    await hass.config_entries.async_setup(config_entry.entry_id)
    assert config_entry.state is ConfigEntryState.SETUP_RETRY
    assert config_entry.error_reason_translation_key == key
    for _ in range(5):
        await clock.tick(10)
    assert _issues(hass) == set()
    assert _reauth_flows(hass) == []
    for _ in range(20):
        await clock.tick(10)
    assert config_entry.state is ConfigEntryState.SETUP_RETRY
    assert _issues(hass) == {issue}
    assert len(_reauth_flows(hass)) == (key == "invalid_auth")
    simulator.owner_token = token
    for _ in range(12):
        await clock.tick(10)
    async with config_entry.setup_lock:
        assert config_entry.state is ConfigEntryState.LOADED
    assert _issues(hass) == set()
    assert _reauth_flows(hass) == []


async def test_setup_auth_error_until_removed(
    hass: HomeAssistant,
    config_entry: MockConfigEntry,
    simulator: PlexSimulator,
    clock: Clock,
) -> None:
    """The refusals of a token are forgotten with its config entry."""
    simulator.owner_token = "new"
    await hass.config_entries.async_setup(config_entry.entry_id)
    for _ in range(20):
        await clock.tick(10)
    assert len(_reauth_flows(hass)) == 1
    await hass.config_entries.async_remove(config_entry.entry_id)
    config_entry.add_to_hass(hass)
    await hass.config_entries.async_setup(config_entry.entry_id)
    assert config_entry.state is ConfigEntryState.SETUP_RETRY
    assert _reauth_flows(hass) == []


@pytest.mark.parametrize(
    ("status", "issue"),
    [
        pytest.param(401, "config_entry_reauth", id="401"),
        pytest.param(403, "not_owner", id="403"),
    ],
)
@pytest.mark.usefixtures("setup_entry")
async def test_token_refused(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    clock: Clock,
    status: int,
    issue: str,
) -> None:
    """A refused token is tried again after 30 s, 60 s and every 5 min.

    A person is asked, in one place, after three refusals.
    """
    simulator.inject(faults.status(status), path="/butler")
    await clock.tick(301)
    for pause, shown in (
        (31, set[str]()),
        (61, {issue}),
        (301, {issue}),
        (301, {issue}),
    ):
        assert hass.states.is_state(STATUS, STATE_UNAVAILABLE)
        simulator.requests.clear()
        await clock.tick(pause - 5)
        assert "/butler" not in [request.path for request in simulator.requests]
        await clock.tick(5)
        paths = [request.path for request in simulator.requests]
        assert paths.count("/butler") == 1
        assert _issues(hass) == shown
        assert len(_reauth_flows(hass)) == (status == 401 and bool(shown))
    simulator.heal()
    await clock.tick(301)
    assert hass.states.is_state(STATUS, "idle")
    assert _issues(hass) == set()
    assert _reauth_flows(hass) == []


@pytest.mark.usefixtures("setup_entry")
async def test_token_refused_once(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """A refusal or two mean nothing, and are forgotten once the token is accepted."""
    for _ in range(3):
        simulator.inject(faults.status(401), path="/butler")
        await clock.next_poll()
        await clock.tick(31)
        assert hass.states.is_state(STATUS, STATE_UNAVAILABLE)
        simulator.heal()
        await clock.tick(61)
        assert hass.states.is_state(STATUS, "idle")
        assert _reauth_flows(hass) == []


@pytest.mark.usefixtures("setup_entry")
async def test_refusal_changes(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """What a person is asked changes with the reason of the refusals."""
    for status, issue in (
        (401, "config_entry_reauth"),
        (403, "not_owner"),
        (401, "config_entry_reauth"),
    ):
        simulator.inject(faults.status(status), path="/butler")
        for _ in range(3):
            await clock.next_poll()
        assert _issues(hass) == {issue}
        assert len(_reauth_flows(hass)) == (status == 401)


async def test_client_identifier(
    hass: HomeAssistant, setup_entry: MockConfigEntry, simulator: PlexSimulator
) -> None:
    """The client identifier stays the same after a reload."""
    assert await hass.config_entries.async_reload(setup_entry.entry_id)
    identifiers = {
        request.headers["X-Plex-Client-Identifier"] for request in simulator.requests
    }
    assert len(identifiers) == 1


async def test_removed_entry_is_forgotten(
    hass: HomeAssistant, setup_entry: MockConfigEntry
) -> None:
    """Nothing is kept in memory of an entry that was removed."""
    await hass.config_entries.async_remove(setup_entry.entry_id)
    kept = [
        value
        for key, value in hass.data.items()
        if str(key).startswith(DOMAIN) and isinstance(value, Container)
    ]
    assert kept
    for value in kept:
        assert setup_entry.entry_id not in value
