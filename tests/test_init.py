"""Setting a server up, losing it and finding it again, and taking it away."""

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


def _own_lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [
        record.getMessage()
        for record in caplog.records
        if record.name.startswith("custom_components.plex_butler")
        and record.levelno >= logging.INFO
    ]


async def test_set_up_and_unload(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    clock: Clock,
) -> None:
    """A server that was unloaded is left alone."""
    assert setup_entry.state is ConfigEntryState.LOADED
    assert hass.states.is_state(STATUS, "idle")
    assert await hass.config_entries.async_unload(setup_entry.entry_id)
    assert setup_entry.state is ConfigEntryState.NOT_LOADED
    assert hass.states.is_state(STATUS, STATE_UNAVAILABLE)
    asked = len(simulator.requests)
    await clock.next_poll()
    assert len(simulator.requests) == asked


@pytest.mark.usefixtures("setup_entry")
async def test_a_poll_is_two_questions(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """A poll asks for tasks and settings, and changes nothing by itself.

    Notifications tell of activities.
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
    """The server is a device, and each of its tasks a part of it."""
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


async def test_tasks_come_and_go(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    device_registry: dr.DeviceRegistry,
    entity_registry: er.EntityRegistry,
    clock: Clock,
) -> None:
    """Tasks that appear get a device, those that go lose it, and may come back."""
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
    backup_device = (DOMAIN, f"{simulator.machine_identifier}_BackupDatabase")
    assert not device_registry.async_get_child_device_by_identifier(
        backup_device, setup_entry.entry_id
    )

    tasks["BackupDatabase"] = backup
    await clock.next_poll()
    assert hass.states.is_state(STATUS, "idle")
    # What a person had changed is as it was.
    button = entity_registry.async_get(START)
    assert button and button.name == "Save it all"


async def test_tasks_that_went_while_home_assistant_was_off(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    device_registry: dr.DeviceRegistry,
) -> None:
    """Devices of tasks that are gone don't outlive a restart."""
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


async def test_server_changes(
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    device_registry: dr.DeviceRegistry,
    clock: Clock,
) -> None:
    """An update of the server, and new names, show without a reload."""
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
async def test_server_goes_and_comes_back(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    clock: Clock,
    caplog: pytest.LogCaptureFixture,
    fault: faults.Handler,
    key: str,
) -> None:
    """A server that is away makes its entities so, with one line in the log each way."""
    caplog.clear()
    simulator.inject(fault)
    for _ in range(3):
        await clock.next_poll()
    for entity_id in (STATUS, START, STOP_ALL):
        assert hass.states.is_state(entity_id, STATE_UNAVAILABLE)
    assert len(lines := _own_lines(caplog)) == 1
    assert lines[0].startswith("Error fetching Tower data: ")
    assert "Tower" in lines[0].partition(": ")[2]
    assert setup_entry.runtime_data.last_exception.translation_key == key

    caplog.clear()
    simulator.heal()
    for _ in range(2):
        await clock.next_poll()
    assert hass.states.is_state(STATUS, "idle")
    assert _own_lines(caplog) == ["Fetching Tower data recovered"]


@pytest.mark.usefixtures("setup_entry")
async def test_starting_up_is_looked_after(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """A server that is starting up is asked again after 15 s."""
    simulator.inject(faults.starting_up())
    await clock.next_poll()
    await clock.tick(15)
    simulator.heal()
    await clock.tick(12)
    assert hass.states.is_state(STATUS, STATE_UNAVAILABLE)
    await clock.tick(5)
    assert hass.states.is_state(STATUS, "idle")


@pytest.mark.usefixtures("setup_entry")
async def test_server_off(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """The same for a server whose port is closed."""
    await simulator.stop()
    await clock.next_poll()
    assert hass.states.is_state(STATUS, STATE_UNAVAILABLE)
    await simulator.start()
    await clock.next_poll()
    assert hass.states.is_state(STATUS, "idle")


async def test_another_server_answers(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    clock: Clock,
) -> None:
    """A server that took over the address isn't taken for ours, nor its tasks."""
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
async def test_set_up_fails_and_is_tried_again(
    hass: HomeAssistant,
    config_entry: MockConfigEntry,
    simulator: PlexSimulator,
    clock: Clock,
    fault: faults.Handler,
    key: str,
) -> None:
    """A server that isn't there yet is set up once it is."""
    simulator.inject(fault)
    await hass.config_entries.async_setup(config_entry.entry_id)
    assert config_entry.state is ConfigEntryState.SETUP_RETRY
    assert config_entry.error_reason_translation_key == key
    simulator.heal()
    await clock.next_poll()
    assert config_entry.state is ConfigEntryState.LOADED


async def test_certificate_does_not_fit(
    hass: HomeAssistant, config_entry: MockConfigEntry, simulator: PlexSimulator
) -> None:
    """Without a secure connection there is none."""
    hass.config_entries.async_update_entry(
        config_entry,
        data={**config_entry.data, "url": simulator.url.replace("http:", "https:")},
    )
    await hass.config_entries.async_setup(config_entry.entry_id)
    assert config_entry.state is ConfigEntryState.SETUP_RETRY
    assert config_entry.error_reason_translation_key == "ssl_error"


@pytest.mark.parametrize("token", ["revoked", "guest-token-of-the-simulator"])
async def test_bad_token_at_set_up(
    hass: HomeAssistant, config_entry: MockConfigEntry, token: str
) -> None:
    """A token that isn't the owner's makes Home Assistant ask for a new one."""
    hass.config_entries.async_update_entry(
        config_entry, data={**config_entry.data, "token": token}
    )
    await hass.config_entries.async_setup(config_entry.entry_id)
    assert config_entry.state is ConfigEntryState.SETUP_ERROR
    (flow,) = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    assert flow["context"]["source"] == SOURCE_REAUTH


@pytest.mark.usefixtures("setup_entry")
async def test_token_is_revoked(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """A token that stops working is asked for once, and is not tried any more."""
    simulator.owner_token = "new"
    await clock.next_poll()
    assert hass.states.is_state(STATUS, STATE_UNAVAILABLE)
    (flow,) = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    assert flow["context"]["source"] == SOURCE_REAUTH
    asked = len(simulator.requests)
    await clock.next_poll()
    assert len(simulator.requests) == asked


async def test_client_identifier_is_stable(
    hass: HomeAssistant, setup_entry: MockConfigEntry, simulator: PlexSimulator
) -> None:
    """Plex sees one client, however often it is set up."""
    assert await hass.config_entries.async_reload(setup_entry.entry_id)
    identifiers = {
        request.headers["X-Plex-Client-Identifier"] for request in simulator.requests
    }
    assert len(identifiers) == 1
