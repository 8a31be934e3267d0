"""The actions."""

import asyncio
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
import voluptuous as vol

from custom_components.plex_butler.const import DOMAIN
from homeassistant.core import HomeAssistant, ServiceResponse
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.setup import async_setup_component

from .common import Clock
from .simulator import PlexSimulator, SimulatedTask, faults


async def _call(
    hass: HomeAssistant, action: str, *, response: bool = True, **data: Any
) -> ServiceResponse:
    return await hass.services.async_call(
        DOMAIN, action, data, blocking=True, return_response=response
    )


async def test_actions_are_there_without_a_server(hass: HomeAssistant) -> None:
    """The actions can be used in automations while no server is, and say so."""
    assert await async_setup_component(hass, DOMAIN, {})
    assert set(hass.services.async_services_for_domain(DOMAIN)) == {
        "get_tasks",
        "start_all_tasks",
        "start_task",
        "stop_all_tasks",
        "stop_task",
    }
    with pytest.raises(ServiceValidationError) as raised:
        await _call(hass, "get_tasks")
    assert raised.value.translation_key == "service_found_no_config_entry_for_domain"


@pytest.mark.parametrize(
    "reference",
    ["BackupDatabase", "backupdatabase", "Backup Database", " BACKUP DATABASE "],
)
@pytest.mark.usefixtures("setup_entry")
async def test_start_and_stop_task(
    hass: HomeAssistant, simulator: PlexSimulator, reference: str
) -> None:
    """A task is meant by its name or title, and each outcome has a word."""
    for action, result in (
        ("stop_task", "not_running"),
        ("start_task", "started"),
        ("start_task", "already_running"),
        ("stop_task", "stopped"),
    ):
        assert await _call(hass, action, task=reference) == {
            "task": "BackupDatabase",
            "title": "Backup Database",
            "result": result,
        }
    assert {path for _, path in simulator.commands()} == {"/butler/BackupDatabase"}


async def test_name_goes_before_title(
    hass: HomeAssistant, config_entry: MockConfigEntry, simulator: PlexSimulator
) -> None:
    """A task that is named as another is titled is the one that is meant."""
    simulator.butler.tasks = {
        name: SimulatedTask(name=name, title=title)
        for name, title in (("First", "Second"), ("Second", "First"))
    }
    assert await hass.config_entries.async_setup(config_entry.entry_id)
    await _call(hass, "start_task", task="second")
    assert simulator.butler.running == ["Second"]


@pytest.mark.usefixtures("setup_entry")
async def test_without_response(hass: HomeAssistant, simulator: PlexSimulator) -> None:
    """Who doesn't want an answer needs not take one."""
    await _call(hass, "start_task", response=False, task="BackupDatabase")
    await _call(hass, "stop_task", response=False, task="BackupDatabase")
    assert simulator.commands() == [
        ("POST", "/butler/BackupDatabase"),
        ("DELETE", "/butler/BackupDatabase"),
    ]


@pytest.mark.usefixtures("setup_entry")
async def test_start_and_stop_all(
    hass: HomeAssistant, simulator: PlexSimulator
) -> None:
    """All due tasks are started, and all are stopped."""
    await _call(hass, "start_all_tasks", response=False)
    assert simulator.butler.running
    await _call(hass, "stop_all_tasks", response=False)
    assert not simulator.butler.running
    assert simulator.commands() == [("POST", "/butler"), ("DELETE", "/butler")]


@pytest.mark.usefixtures("setup_entry")
async def test_get_tasks(hass: HomeAssistant) -> None:
    """The tasks are told with what is known of each."""
    response = await _call(hass, "get_tasks")
    assert response is not None
    tasks = response["tasks"]
    assert isinstance(tasks, list)
    assert len(tasks) == 22
    assert tasks[:2] == [
        {
            "task": "AutomaticUpdates",
            "title": "Automatic Updates",
            "description": "Update the server when a new version is out",
            "enabled": False,
            "interval_days": 1,
            "schedule_randomized": True,
            "status": "disabled",
            "evidence": None,
            "progress": None,
            "last_started": None,
            "last_finished": None,
        },
        {
            "task": "BackupDatabase",
            "title": "Backup Database",
            "description": "Create a backup copy of the server's database in the configured backup directory",
            "enabled": True,
            "interval_days": 3,
            "schedule_randomized": False,
            "status": "idle",
            "evidence": None,
            "progress": None,
            "last_started": None,
            "last_finished": None,
        },
    ]


@pytest.mark.usefixtures("setup_entry")
async def test_get_tasks_of_a_server_that_is_away(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """Nothing is claimed of a server that can't be seen."""
    simulator.inject(faults.cut_off())
    await clock.next_poll()
    with pytest.raises(HomeAssistantError) as raised:
        await _call(hass, "get_tasks")
    assert raised.value.translation_key == "cannot_connect"
    assert "Tower" in str(raised.value)


@pytest.mark.parametrize("action", ["start_task", "stop_task"])
@pytest.mark.parametrize(
    "reference", ["MakeCoffee", "Backup/Database", "../identity", ""]
)
@pytest.mark.usefixtures("setup_entry")
async def test_unknown_task(
    hass: HomeAssistant, simulator: PlexSimulator, action: str, reference: str
) -> None:
    """A task that the server doesn't have is refused, and never sent."""
    with pytest.raises(ServiceValidationError) as raised:
        await _call(hass, action, task=reference)
    assert raised.value.translation_domain == DOMAIN
    assert raised.value.translation_key == "unknown_task"
    assert f'Tower has no task "{reference}"' in str(raised.value)
    for name in simulator.butler.tasks:
        assert name in str(raised.value)
    assert simulator.commands() == []


@pytest.mark.parametrize("action", ["start_task", "stop_task"])
@pytest.mark.usefixtures("setup_entry")
async def test_task_has_to_be_named(hass: HomeAssistant, action: str) -> None:
    """There is no task to mean by nothing."""
    with pytest.raises(vol.Invalid, match="task"):
        await _call(hass, action)


@pytest.mark.parametrize(
    ("fault", "key"),
    [
        pytest.param(faults.starting_up(), "starting_up", id="starting up"),
        pytest.param(faults.cut_off(), "cannot_connect", id="cut off"),
        pytest.param(faults.status(401), "invalid_auth", id="401"),
        pytest.param(faults.status(403), "not_owner", id="403"),
        pytest.param(faults.status(500), "not_plex", id="500"),
    ],
)
@pytest.mark.parametrize(
    ("action", "data"),
    [
        ("start_task", {"task": "BackupDatabase"}),
        ("stop_task", {"task": "BackupDatabase"}),
        ("start_all_tasks", {}),
        ("stop_all_tasks", {}),
    ],
)
@pytest.mark.usefixtures("setup_entry")
async def test_action_fails(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    fault: faults.Handler,
    key: str,
    action: str,
    data: dict[str, Any],
) -> None:
    """An action fails as the button does, with the same text."""
    simulator.inject(fault)
    with pytest.raises(HomeAssistantError) as raised:
        await _call(hass, action, response=False, **data)
    assert raised.value.translation_key == key
    assert "Tower" in str(raised.value)


@pytest.mark.usefixtures("setup_entry")
async def test_two_servers(
    hass: HomeAssistant, simulator: PlexSimulator, entry_data: dict[str, Any]
) -> None:
    """With two servers, an action says which of them it means."""
    async with PlexSimulator() as second:
        second.machine_identifier = "second"
        entry = MockConfigEntry(
            domain=DOMAIN,
            title="Spire",
            unique_id="second",
            data={**entry_data, "url": second.url},
        )
        entry.add_to_hass(hass)
        assert await hass.config_entries.async_setup(entry.entry_id)

        with pytest.raises(ServiceValidationError) as raised:
            await _call(hass, "start_task", task="BackupDatabase")
        assert (
            raised.value.translation_key
            == "service_found_multiple_config_entry_for_domain"
        )

        await _call(
            hass, "start_task", task="BackupDatabase", config_entry_id=entry.entry_id
        )
        assert second.butler.running == ["BackupDatabase"]
        assert simulator.commands() == []


@pytest.mark.parametrize("action", ["start_all_tasks", "stop_all_tasks"])
async def test_server_that_is_not_there(
    hass: HomeAssistant, setup_entry: MockConfigEntry, action: str
) -> None:
    """A server that is unknown or not loaded can't be commanded."""
    with pytest.raises(ServiceValidationError) as raised:
        await _call(hass, action, response=False, config_entry_id="nobody")
    assert raised.value.translation_key == "service_config_entry_not_found"

    await hass.config_entries.async_unload(setup_entry.entry_id)
    with pytest.raises(ServiceValidationError) as raised:
        await _call(hass, action, response=False, config_entry_id=setup_entry.entry_id)
    assert raised.value.translation_key == "service_config_entry_not_loaded"


@pytest.mark.usefixtures("setup_entry")
async def test_commands_to_a_server_that_is_back(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """A server that was away is looked for before it is commanded, for each who asks."""
    simulator.inject(faults.status(500), path="/butler")
    await clock.next_poll()
    with pytest.raises(HomeAssistantError) as raised:
        await _call(hass, "start_task", task="BackupDatabase")
    assert raised.value.translation_key == "not_plex"
    assert simulator.commands() == []
    simulator.heal()
    await asyncio.gather(
        _call(hass, "start_task", task="BackupDatabase"),
        _call(hass, "start_task", task="OptimizeDatabase"),
    )
    assert sorted(simulator.butler.running) == ["BackupDatabase", "OptimizeDatabase"]


@pytest.mark.usefixtures("setup_entry")
async def test_poll_fails_unexpectedly(
    hass: HomeAssistant, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A command after an unexpected error says that the server can't be reached."""

    async def fail(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(
        "custom_components.plex_butler.api.PlexClient.butler_tasks", fail
    )
    await clock.next_poll()
    with pytest.raises(HomeAssistantError) as raised:
        await _call(hass, "start_task", task="BackupDatabase")
    assert raised.value.translation_key == "cannot_connect"
    assert "Tower" in str(raised.value)


@pytest.mark.usefixtures("setup_entry")
async def test_a_refused_command_is_forgotten(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """A token that a command was refused for is asked for, until it is accepted again."""
    simulator.inject(faults.status(401), method="POST")
    with pytest.raises(HomeAssistantError) as raised:
        await _call(hass, "start_task", task="BackupDatabase")
    assert raised.value.translation_key == "invalid_auth"
    await hass.async_block_till_done()
    assert len(hass.config_entries.flow.async_progress()) == 1
    await clock.next_poll()
    assert hass.config_entries.flow.async_progress() == []
