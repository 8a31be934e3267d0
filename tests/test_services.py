"""Tests of the actions."""

import asyncio
from contextlib import nullcontext
import json
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser

from custom_components.plex_butler.const import DOMAIN
from homeassistant.auth.permissions.const import POLICY_CONTROL
from homeassistant.config_entries import ConfigEntryDisabler
from homeassistant.core import Context, HomeAssistant, ServiceResponse
from homeassistant.exceptions import (
    HomeAssistantError,
    ServiceValidationError,
    Unauthorized,
    UnknownUser,
)
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.setup import async_setup_component

from .common import STATUS, Clock
from .simulator import PlexSimulator, SimulatedTask, faults


async def _call(
    hass: HomeAssistant, action: str, *, response: bool = True, **data: Any
) -> ServiceResponse:
    return await hass.services.async_call(
        DOMAIN, action, data, blocking=True, return_response=response
    )


async def _tasks(hass: HomeAssistant) -> list[Any]:
    """Return all tasks that an action returns."""
    response = await _call(hass, "get_tasks")
    assert response is not None
    tasks = response["tasks"]
    assert isinstance(tasks, list)
    return tasks


async def test_actions_without_config_entry(hass: HomeAssistant) -> None:
    """The actions are registered without a config entry, and raise an error."""
    assert await async_setup_component(hass, DOMAIN, {})
    assert set(hass.services.async_services_for_domain(DOMAIN)) == {
        "get_runs",
        "get_tasks",
        "start_all_tasks",
        "start_task",
        "stop_all_tasks",
        "stop_task",
    }
    with pytest.raises(ServiceValidationError) as raised:
        await _call(hass, "get_tasks")
    assert raised.value.translation_domain == DOMAIN
    assert raised.value.translation_key == "no_server"


@pytest.mark.parametrize(
    "task",
    [
        pytest.param("BackupDatabase", id="name"),
        pytest.param("backupdatabase", id="name in lowercase"),
        pytest.param("ButlerTaskBackupDatabase", id="name with prefix"),
        pytest.param("butler_task_backup_database", id="prefix with underscores"),
        pytest.param("Backup Database", id="title"),
        pytest.param(" BACKUP  DATABASE ", id="title in uppercase with spaces"),
        pytest.param("backup_database", id="underscore"),
        pytest.param("backup-database", id="hyphen"),
    ],
)
@pytest.mark.usefixtures("setup_entry")
async def test_start_and_stop_task(
    hass: HomeAssistant, simulator: PlexSimulator, task: str
) -> None:
    """A task is found by its name or title, and each result is returned."""
    for action, result in (
        ("stop_task", "not_running"),
        ("start_task", "started"),
        ("start_task", "already_running"),
        ("stop_task", "stopped"),
    ):
        fields = {
            "task": "BackupDatabase",
            "title": "Backup database",
            "server": "Tower",
            "enabled": True,
            "result": result,
        }
        response = await _call(hass, action, task=task)
        assert response == {**fields, "tasks": [fields]}
    assert {path for _, path in simulator.commands()} == {"/butler/BackupDatabase"}


async def test_name_before_title(
    hass: HomeAssistant, config_entry: MockConfigEntry, simulator: PlexSimulator
) -> None:
    """The name of a task takes precedence over the title of another."""
    simulator.butler.tasks = {
        name: SimulatedTask(name=name, title=title)
        for name, title in (("First", "Second"), ("Second", "First"))
    }
    assert await hass.config_entries.async_setup(config_entry.entry_id)
    await _call(hass, "start_task", task="second")
    assert simulator.butler.running == ["Second"]


@pytest.mark.parametrize(
    ("task", "name"),
    [
        pytest.param("GenerateIntroMarkers", "ButlerTaskGenerateIntroMarkers"),
        pytest.param("generate intro markers", "ButlerTaskGenerateIntroMarkers"),
        pytest.param("Copy", "Copy"),
        pytest.param("copy", "copy"),
        pytest.param("ButlerTaskcopy", "ButlerTaskCopy"),
        pytest.param("Make Duplicates", "COPY"),
    ],
)
async def test_task_without_prefix(
    hass: HomeAssistant,
    config_entry: MockConfigEntry,
    simulator: PlexSimulator,
    task: str,
    name: str,
) -> None:
    """A task is found without the prefix of its name; an exact name comes first."""
    known = simulator.butler.tasks["ButlerTaskGenerateIntroMarkers"]
    simulator.butler.tasks = {
        task.name: task
        for task in (
            known,
            SimulatedTask(name="Copy"),
            SimulatedTask(name="copy"),
            SimulatedTask(name="ButlerTaskCopy"),
            SimulatedTask(name="COPY", title="Make duplicates"),
        )
    }
    assert await hass.config_entries.async_setup(config_entry.entry_id)
    await _call(hass, "start_task", task=task)
    assert simulator.butler.running == [name]


@pytest.mark.parametrize(
    ("tasks", "reference"),
    [
        pytest.param({"Copy": "A", "copy": "B"}, "COPY", id="case of names"),
        pytest.param({"One": "Tidy up", "Two": "Tidy-Up"}, "tidy up", id="titles"),
    ],
)
async def test_ambiguous_task(
    hass: HomeAssistant,
    config_entry: MockConfigEntry,
    simulator: PlexSimulator,
    tasks: dict[str, str],
    reference: str,
) -> None:
    """A reference to several tasks is an error that names them; none is started."""
    simulator.butler.tasks = {
        name: SimulatedTask(name=name, title=title) for name, title in tasks.items()
    }
    assert await hass.config_entries.async_setup(config_entry.entry_id)
    with pytest.raises(ServiceValidationError) as raised:
        await _call(hass, "start_task", task=reference)
    assert raised.value.translation_key == "ambiguous_task"
    for name in tasks:
        assert name in str(raised.value)
    assert simulator.commands() == []


@pytest.mark.parametrize("title", ["Backup database", "Backup Database"])
@pytest.mark.usefixtures("setup_entry")
async def test_title_of_device(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    device_registry: dr.DeviceRegistry,
    title: str,
) -> None:
    """A task is found by the name that a person gave its device, and by the former."""
    device = device_registry.async_get_child_device_by_identifier(
        (DOMAIN, f"{simulator.machine_identifier}_BackupDatabase"), setup_entry.entry_id
    )
    assert device is not None
    device_registry.async_update_child_device(device.id, name_by_user="Ma sauvegarde é")
    for task in ("ma SAUVEGARDE e\u0301", title):
        response = await _call(hass, "start_task", task=task)
        assert response is not None
        assert response["task"] == "BackupDatabase"
        assert response["title"] == "Ma sauvegarde é"
    (task,) = [task for task in await _tasks(hass) if task["task"] == "BackupDatabase"]
    assert task["title"] == "Ma sauvegarde é"


async def test_title_in_another_language(
    hass: HomeAssistant,
    config_entry: MockConfigEntry,
    simulator: PlexSimulator,
    device_registry: dr.DeviceRegistry,
) -> None:
    """A task is found by the server's title while its device has another name."""
    hass.config.language = "de"
    simulator.butler.tasks = {
        name: SimulatedTask(name=name, title=title)
        for name, title in (("BackupDatabase", "Datenbank sichern"), ("Tidy", None))
    }
    assert await hass.config_entries.async_setup(config_entry.entry_id)
    for task in ("datenbank  sichern", "Backup database"):
        response = await _call(hass, "stop_task", task=task)
        assert response is not None
        assert response["task"] == "BackupDatabase"


async def test_name_before_title_of_device(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    device_registry: dr.DeviceRegistry,
) -> None:
    """A name takes precedence over a title, but one title isn't better than another."""
    for name, title in (
        ("BackupDatabase", "Optimize database"),
        ("OptimizeDatabase", "Clean old bundles"),
        ("CleanOldCacheFiles", "Refresh my media"),
        ("CleanOldBundles", "refresh-my-media"),
    ):
        device = device_registry.async_get_child_device_by_identifier(
            (DOMAIN, f"{simulator.machine_identifier}_{name}"), setup_entry.entry_id
        )
        assert device is not None
        device_registry.async_update_child_device(device.id, name_by_user=title)
    await _call(hass, "start_task", task="Optimize database")
    assert simulator.butler.running == ["OptimizeDatabase"]
    with pytest.raises(ServiceValidationError) as raised:
        await _call(hass, "start_task", task="Refresh my media")
    assert raised.value.translation_key == "ambiguous_task"
    assert "CleanOldBundles, CleanOldCacheFiles" in str(raised.value)
    assert simulator.butler.running == ["OptimizeDatabase"]


def _status_ids(*names: str) -> list[str]:
    return [f"sensor.tower_{name}" for name in names]


@pytest.mark.usefixtures("setup_entry")
async def test_several_tasks(hass: HomeAssistant, simulator: PlexSimulator) -> None:
    """Several tasks are sent in the order of the server, each with its own result."""
    simulator.butler.start("CleanOldBundles")
    targets = _status_ids("optimize_database", "clean_old_bundles", "backup_database")
    results = {
        "start_task": ["started", "already_running", "started"],
        "stop_task": ["stopped"] * 3,
    }
    for action, expected in results.items():
        response = await _call(hass, action, entity_id=targets)
        assert json.loads(json.dumps(response)) == {
            "tasks": [
                {
                    "task": task,
                    "title": title,
                    "server": "Tower",
                    "enabled": True,
                    "result": result,
                }
                for (task, title), result in zip(
                    (
                        ("BackupDatabase", "Backup database"),
                        ("CleanOldBundles", "Clean old bundles"),
                        ("OptimizeDatabase", "Optimize database"),
                    ),
                    expected,
                    strict=True,
                )
            ]
        }


@pytest.mark.usefixtures("setup_entry")
async def test_switched_off_task(hass: HomeAssistant) -> None:
    """The response says whether a task is switched on at the server."""
    response = await _call(hass, "start_task", task="AutomaticUpdates")
    assert response is not None
    assert response["enabled"] is False


@pytest.mark.parametrize(
    ("action", "key"),
    [("start_task", "tasks_not_started"), ("stop_task", "tasks_not_stopped")],
)
@pytest.mark.usefixtures("setup_entry")
async def test_some_tasks_fail(
    hass: HomeAssistant, simulator: PlexSimulator, action: str, key: str
) -> None:
    """If tasks fail, the others are still sent, and one error names those that failed."""
    for name, status in (("BackupDatabase", 500), ("CleanOldBundles", 401)):
        method = "POST" if action == "start_task" else "DELETE"
        simulator.inject(faults.status(status), path=f"/butler/{name}", method=method)
    targets = _status_ids("backup_database", "clean_old_bundles", "optimize_database")
    with pytest.raises(HomeAssistantError) as raised:
        await _call(hass, action, entity_id=targets)
    assert raised.value.translation_domain == DOMAIN
    assert raised.value.translation_key == key
    assert raised.value.translation_placeholders == {
        "failed": "Backup database (Tower), Clean old bundles (Tower)"
    }
    cause = raised.value.__cause__
    assert isinstance(cause, ExceptionGroup)
    keys = [
        error.translation_key
        for error in cause.exceptions
        if isinstance(error, HomeAssistantError)
    ]
    assert keys == ["server_trouble", "invalid_auth"]
    assert [path for _, path in simulator.commands()] == [
        f"/butler/{name}"
        for name in ("BackupDatabase", "CleanOldBundles", "OptimizeDatabase")
    ]


async def test_unload_between_tasks(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    clock: Clock,
) -> None:
    """Nothing more is sent to a server that is unloaded meanwhile."""
    released = asyncio.Event()
    simulator.inject(faults.delay(released), path="/butler/BackupDatabase")
    targets = _status_ids("backup_database", "optimize_database")
    call = asyncio.create_task(_call(hass, "stop_task", entity_id=targets))
    await clock.settle()
    assert await hass.config_entries.async_unload(setup_entry.entry_id)
    released.set()
    with pytest.raises(HomeAssistantError) as raised:
        await call
    assert raised.value.translation_key == "tasks_not_stopped"
    assert "Optimize database (Tower)" in str(raised.value)
    assert simulator.commands() == [("DELETE", "/butler/BackupDatabase")]


@pytest.mark.usefixtures("setup_entry")
async def test_without_response(hass: HomeAssistant, simulator: PlexSimulator) -> None:
    """The response is optional."""
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
    """The actions start all due tasks and stop all tasks."""
    await _call(hass, "start_all_tasks", response=False)
    assert simulator.butler.running
    await _call(hass, "stop_all_tasks", response=False)
    assert not simulator.butler.running
    assert simulator.commands() == [("POST", "/butler"), ("DELETE", "/butler")]


@pytest.mark.usefixtures("setup_entry")
async def test_get_tasks(hass: HomeAssistant) -> None:
    """The response has every task, with its schedule, status and last run."""
    response = await _call(hass, "get_tasks")
    assert response is not None
    tasks = response["tasks"]
    assert isinstance(tasks, list)
    assert len(tasks) == 22
    assert tasks[:2] == [
        {
            "task": "AutomaticUpdates",
            "title": "Automatic updates",
            "description": "Update the server when a new version is out",
            "enabled": False,
            "interval_days": 1,
            "schedule_randomized": True,
            "status": "disabled",
            "evidence": None,
            "observed": False,
            "progress": None,
            "detail": None,
            "last_started": None,
            "last_finished": None,
            "last_duration": None,
        },
        {
            "task": "BackupDatabase",
            "title": "Backup database",
            "description": "Create a backup copy of the server's database in the configured backup directory",
            "enabled": True,
            "interval_days": 3,
            "schedule_randomized": False,
            "status": "idle",
            "evidence": None,
            "observed": False,
            "progress": None,
            "detail": None,
            "last_started": None,
            "last_finished": None,
            "last_duration": None,
        },
    ]


@pytest.mark.usefixtures("setup_entry")
async def test_get_tasks_unavailable(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """An unavailable server raises an error."""
    simulator.inject(faults.cut_off())
    await clock.next_poll()
    with pytest.raises(HomeAssistantError) as raised:
        await _call(hass, "get_tasks")
    assert raised.value.translation_key == "cannot_connect"
    assert "Tower" in str(raised.value)


@pytest.mark.parametrize("action", ["start_task", "stop_task"])
@pytest.mark.parametrize(
    "task",
    [
        pytest.param("MakeCoffee", id="unknown name"),
        pytest.param("Backup/Database", id="slash"),
        pytest.param("../identity", id="path"),
        pytest.param("", id="empty"),
        pytest.param("-_ ", id="only separators"),
        pytest.param("ButlerTask", id="only the prefix"),
    ],
)
@pytest.mark.usefixtures("setup_entry")
async def test_unknown_task(
    hass: HomeAssistant, simulator: PlexSimulator, action: str, task: str
) -> None:
    """A task that the server doesn't have raises an error, and nothing is sent."""
    with pytest.raises(ServiceValidationError) as raised:
        await _call(hass, action, task=task)
    assert raised.value.translation_domain == DOMAIN
    assert raised.value.translation_key == "unknown_task"
    assert f'Tower has no task "{task}"' in str(raised.value)
    for name in simulator.butler.tasks:
        assert name in str(raised.value)
    assert simulator.commands() == []


@pytest.mark.parametrize("action", ["start_task", "stop_task"])
@pytest.mark.usefixtures("setup_entry")
async def test_task_required(hass: HomeAssistant, action: str) -> None:
    """A task or a target is required."""
    with pytest.raises(ServiceValidationError) as raised:
        await _call(hass, action)
    assert raised.value.translation_domain == DOMAIN
    assert raised.value.translation_key == "target_required"


@pytest.mark.parametrize(
    ("fault", "key"),
    [
        pytest.param(faults.starting_up(), "starting_up", id="starting up"),
        pytest.param(faults.redirect("/"), "not_plex", id="redirect"),
        pytest.param(faults.status(401), "invalid_auth", id="401"),
        pytest.param(faults.status(403), "not_owner", id="403"),
        pytest.param(faults.status(400), "server_trouble", id="400"),
        pytest.param(faults.status(429), "server_trouble", id="429"),
        pytest.param(faults.status(500), "server_trouble", id="500"),
        pytest.param(faults.status(502), "server_trouble", id="502"),
    ],
)
@pytest.mark.parametrize(
    ("action", "data"),
    [
        pytest.param("start_task", {"task": "BackupDatabase"}, id="start task"),
        pytest.param("stop_task", {"task": "BackupDatabase"}, id="stop task"),
        pytest.param("start_all_tasks", {}, id="start all tasks"),
        pytest.param("stop_all_tasks", {}, id="stop all tasks"),
    ],
)
@pytest.mark.usefixtures("setup_entry")
async def test_action_error(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    fault: faults.Handler,
    key: str,
    action: str,
    data: dict[str, Any],
) -> None:
    """An action raises a translated error that names the server."""
    simulator.inject(fault)
    with pytest.raises(HomeAssistantError) as raised:
        await _call(hass, action, response=False, **data)
    assert raised.value.translation_key == key
    assert "Tower" in str(raised.value)


@pytest.mark.usefixtures("setup_entry")
async def test_two_servers(
    hass: HomeAssistant, simulator: PlexSimulator, entry_data: dict[str, Any]
) -> None:
    """With two servers, an action requires the config entry."""
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
        assert raised.value.translation_domain == DOMAIN
        assert raised.value.translation_key == "several_servers"
        for known in hass.config_entries.async_entries(DOMAIN):
            assert f"{known.title} ({known.entry_id})" in str(raised.value)

        await _call(
            hass, "start_task", task="BackupDatabase", config_entry_id=entry.entry_id
        )
        assert second.butler.running == ["BackupDatabase"]
        assert simulator.commands() == []


@pytest.mark.parametrize("action", ["start_all_tasks", "stop_all_tasks"])
async def test_invalid_config_entry(
    hass: HomeAssistant, setup_entry: MockConfigEntry, action: str
) -> None:
    """A config entry that is unknown or not loaded raises an error that names servers."""
    with pytest.raises(ServiceValidationError) as raised:
        await _call(hass, action, response=False, config_entry_id="unknown")
    assert raised.value.translation_key == "unknown_server"
    assert "Tower" in str(raised.value)
    data = {"config_entry_id": setup_entry.entry_id}

    await hass.config_entries.async_unload(setup_entry.entry_id)
    for fields in (data, {}):
        with pytest.raises(ServiceValidationError) as raised:
            await _call(hass, action, response=False, **fields)
        assert raised.value.translation_domain == DOMAIN
        assert raised.value.translation_key == "not_loaded"
        assert "Tower" in str(raised.value)

    await hass.config_entries.async_set_disabled_by(
        setup_entry.entry_id, ConfigEntryDisabler.USER
    )
    for fields in (data, {}):
        with pytest.raises(ServiceValidationError) as raised:
            await _call(hass, action, response=False, **fields)
        assert raised.value.translation_key == "disabled"
        assert "Tower" in str(raised.value)


@pytest.mark.parametrize(
    ("fault", "key"),
    [
        pytest.param(faults.starting_up(), "starting_up", id="starting up"),
        pytest.param(faults.cut_off(), "cannot_connect", id="cut off"),
        pytest.param(faults.status(401), "invalid_auth", id="401"),
        pytest.param(faults.status(502), "server_trouble", id="502"),
    ],
)
async def test_reason_of_not_loaded(
    hass: HomeAssistant,
    config_entry: MockConfigEntry,
    simulator: PlexSimulator,
    fault: faults.Handler,
    key: str,
) -> None:
    """While a server can't be set up, an action raises the reason of that."""
    simulator.inject(fault)
    await hass.config_entries.async_setup(config_entry.entry_id)
    with pytest.raises(ServiceValidationError) as raised:
        await _call(hass, "start_task", task="BackupDatabase")
    assert raised.value.translation_domain == DOMAIN
    assert raised.value.translation_key == key
    assert "Tower" in str(raised.value)


@pytest.mark.usefixtures("setup_entry")
async def test_command_while_unavailable(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """An unavailable server is polled before a command is sent.

    Several commands at once are all sent when the poll succeeds.
    """
    simulator.inject(faults.status(500), path="/butler")
    await clock.next_poll()
    with pytest.raises(HomeAssistantError) as raised:
        await _call(hass, "start_task", task="BackupDatabase")
    assert raised.value.translation_key == "server_trouble"
    assert simulator.commands() == []
    simulator.heal()
    await asyncio.gather(
        _call(hass, "start_task", task="BackupDatabase"),
        _call(hass, "start_task", task="OptimizeDatabase"),
    )
    assert sorted(simulator.butler.running) == ["BackupDatabase", "OptimizeDatabase"]


@pytest.mark.usefixtures("setup_entry")
async def test_unexpected_error(
    hass: HomeAssistant, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After an unexpected error in a poll, a command raises a translated error."""

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


def _context(user: MockUser) -> Context:
    return Context(user_id=user.id)


@pytest.mark.parametrize(
    ("action", "data"),
    [
        pytest.param("start_task", {"task": "BackupDatabase"}, id="start task"),
        pytest.param("stop_task", {"task": "BackupDatabase"}, id="stop task"),
        pytest.param("start_all_tasks", {}, id="start all tasks"),
        pytest.param("stop_all_tasks", {}, id="stop all tasks"),
    ],
)
@pytest.mark.usefixtures("setup_entry")
async def test_permission_to_control(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    entity_registry: er.EntityRegistry,
    hass_read_only_user: MockUser,
    hass_admin_user: MockUser,
    action: str,
    data: dict[str, Any],
) -> None:
    """A person who may not control the entities can't use the actions either.

    This holds while the entity is disabled, or isn't registered any more.
    """
    entity_id = STATUS if data else "binary_sensor.tower_maintenance_running"

    async def call(user: MockUser) -> None:
        await hass.services.async_call(
            DOMAIN, action, data, blocking=True, context=_context(user)
        )

    for change in (
        lambda: None,
        lambda: entity_registry.async_update_entity(
            entity_id, disabled_by=er.RegistryEntryDisabler.USER
        ),
        lambda: entity_registry.async_remove(entity_id),
    ):
        change()
        with pytest.raises(Unauthorized) as raised:
            await call(hass_read_only_user)
        assert raised.value.permission == POLICY_CONTROL
    with pytest.raises(UnknownUser):
        await call(MockUser(id="unknown"))
    assert simulator.commands() == []
    await call(hass_admin_user)
    assert len(simulator.commands()) == 1


@pytest.mark.usefixtures("setup_entry")
async def test_permission_for_one_task(
    hass: HomeAssistant, simulator: PlexSimulator
) -> None:
    """A person who may only control one task's status can start that task alone."""
    user = MockUser(groups=[]).add_to_hass(hass)
    user.mock_policy({"entities": {"entity_ids": {STATUS: True}}})
    context = _context(user)
    for task in ("OptimizeDatabase", "BackupDatabase"):
        with nullcontext() if task == "BackupDatabase" else pytest.raises(Unauthorized):
            await hass.services.async_call(
                DOMAIN, "start_task", {"task": task}, blocking=True, context=context
            )
    assert simulator.butler.running == ["BackupDatabase"]
    response = await hass.services.async_call(
        DOMAIN, "get_tasks", blocking=True, return_response=True, context=context
    )
    assert response is not None
    tasks = response["tasks"]
    assert isinstance(tasks, list)
    assert [task["task"] for task in tasks if isinstance(task, dict)] == [
        "BackupDatabase"
    ]


@pytest.mark.usefixtures("setup_entry")
async def test_permission_to_read(
    hass: HomeAssistant, hass_read_only_user: MockUser
) -> None:
    """A person who may read all entities gets all tasks."""
    response = await hass.services.async_call(
        DOMAIN,
        "get_tasks",
        blocking=True,
        return_response=True,
        context=_context(hass_read_only_user),
    )
    assert response is not None
    assert response == await _call(hass, "get_tasks")
