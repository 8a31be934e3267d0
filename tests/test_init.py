"""Tests of setup, unload, availability and devices."""

import logging

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.plex_butler.const import DOMAIN
from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntryState
from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er

from .common import START, STATUS, STOP_ALL, Clock
from .simulator import PREFERENCES, PlexSimulator, SimulatedTask, faults


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
    assert {(*child.identifiers, child.name) for child in children} == {
        (
            (DOMAIN, f"{machine}_{task.name}"),
            task.title
            or {
                "ProcessAssets": "Process assets",
                "ButlerTaskCleanSupplementalLogFiles": "Clean supplemental log files",
            }[task.name],
        )
        for task in simulator.butler.tasks.values()
    }


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
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    device_registry: dr.DeviceRegistry,
    clock: Clock,
) -> None:
    """A new version and new names are shown without a reload."""
    await simulator.stop()
    simulator.version = "2.0"
    simulator.friendly_name = "Spire"
    simulator.butler.tasks["BackupDatabase"].title = "Datenbank sichern"
    await simulator.start()
    await clock.next_poll()
    machine = simulator.machine_identifier
    server = device_registry.async_get_device_by_identifier(
        (DOMAIN, machine), setup_entry.entry_id
    )
    assert server and (server.sw_version, server.name) == ("2.0", "Spire")
    task = device_registry.async_get_child_device_by_identifier(
        (DOMAIN, f"{machine}_BackupDatabase"), setup_entry.entry_id
    )
    assert task and task.name == "Datenbank sichern"


@pytest.mark.parametrize(
    ("fault", "key"),
    [
        pytest.param(faults.starting_up(), "starting_up", id="starting up"),
        pytest.param(faults.cut_off(), "cannot_connect", id="cut off"),
        pytest.param(faults.status(500), "not_plex", id="500"),
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


@pytest.mark.parametrize(
    ("fault", "key"),
    [
        pytest.param(faults.starting_up(), "starting_up", id="starting up"),
        pytest.param(faults.cut_off(), "cannot_connect", id="cut off"),
        pytest.param(faults.status(500), "not_plex", id="500"),
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


@pytest.mark.parametrize(
    "token",
    [
        pytest.param("revoked", id="revoked token"),
        pytest.param("guest-token-of-the-simulator", id="guest token"),
    ],
)
async def test_setup_auth_error(
    hass: HomeAssistant, config_entry: MockConfigEntry, token: str
) -> None:
    """A token that isn't the owner's starts reauthentication."""
    hass.config_entries.async_update_entry(
        config_entry, data={**config_entry.data, "token": token}
    )
    await hass.config_entries.async_setup(config_entry.entry_id)
    assert config_entry.state is ConfigEntryState.SETUP_ERROR
    (flow,) = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    assert flow["context"]["source"] == SOURCE_REAUTH


@pytest.mark.usefixtures("setup_entry")
async def test_token_revoked(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """A revoked token starts one reauthentication.

    The next regular poll is skipped.
    """
    simulator.owner_token = "new"
    await clock.next_poll()
    assert hass.states.is_state(STATUS, STATE_UNAVAILABLE)
    (flow,) = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    assert flow["context"]["source"] == SOURCE_REAUTH
    request_count = len(simulator.requests)
    await clock.next_poll()
    assert len(simulator.requests) == request_count


async def test_client_identifier(
    hass: HomeAssistant, setup_entry: MockConfigEntry, simulator: PlexSimulator
) -> None:
    """The client identifier stays the same after a reload."""
    assert await hass.config_entries.async_reload(setup_entry.entry_id)
    identifiers = {
        request.headers["X-Plex-Client-Identifier"] for request in simulator.requests
    }
    assert len(identifiers) == 1
