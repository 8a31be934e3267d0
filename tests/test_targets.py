"""Tests of targets: what an action sends for devices, entities, labels, areas and floors."""

from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.plex_butler.const import DOMAIN
from homeassistant.components.button.const import DOMAIN as BUTTON_DOMAIN, SERVICE_PRESS
from homeassistant.config_entries import ConfigEntryDisabler
from homeassistant.const import Platform
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import (
    HomeAssistantError,
    ServiceValidationError,
    Unauthorized,
)
from homeassistant.helpers import (
    area_registry as ar,
    device_registry as dr,
    entity_registry as er,
    floor_registry as fr,
    label_registry as lr,
)
from homeassistant.setup import async_setup_component

from .common import Clock
from .simulator import PlexSimulator, faults

PLATFORMS: Final = {
    "last_started": Platform.SENSOR,
    "running": Platform.BINARY_SENSOR,
    "running_tasks": Platform.SENSOR,
    "start": Platform.BUTTON,
    "status": Platform.SENSOR,
}

BACKUP: Final = ("POST", "/butler/BackupDatabase")
OPTIMIZATION: Final = ("POST", "/butler/OptimizeDatabase")
STOP_BACKUP: Final = ("DELETE", "/butler/BackupDatabase")
START_ALL: Final = ("POST", "/butler")
STOP_ALL: Final = ("DELETE", "/butler")


@dataclass(frozen=True, kw_only=True)
class Case:
    """What a person has arranged, a target, and what it sends to each server.

    A thing of the arrangement and the target is "1" for the device of the first server,
    "1/BackupDatabase" for that of a task, "1/BackupDatabase/status" or "1//running" for
    an entity; "other" is a device of another integration. There are the areas "office" on the ground floor and "loft" on the upper
    floor, and the label "night". `all_hidden` are devices whose entities are all hidden.
    `error` is the translation key of the error instead.
    """

    areas: Mapping[str, str] = field(default_factory=dict)
    labeled: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    all_hidden: tuple[str, ...] = ()
    disabled: tuple[str, ...] = ()
    target: Mapping[str, Any]
    first: tuple[tuple[str, str], ...] = ()
    second: tuple[tuple[str, str], ...] = ()
    error: str | None = None


class Home:
    """A home with two servers of the same name, which a person arranges."""

    def __init__(self, hass: HomeAssistant, servers: list[PlexSimulator]) -> None:
        """Initialize the home with its areas, floors and label."""
        self.servers = servers
        self._hass = hass
        floors = fr.async_get(hass)
        areas = ar.async_get(hass)
        for area, floor in (("office", "ground"), ("loft", "upper")):
            created = areas.async_create(area)
            floor_id = floors.async_create(floor).floor_id
            areas.async_update(created.id, floor_id=floor_id)
        lr.async_get(hass).async_create("night")
        entry = MockConfigEntry(domain="other")
        entry.add_to_hass(hass)
        self._other = dr.async_get(hass).async_get_or_create(
            config_entry_id=entry.entry_id, identifiers={("other", "1_BackupDatabase")}
        )

    def entry(self, number: int) -> MockConfigEntry:
        """Return the config entry of a server."""
        entry = self._hass.config_entries.async_entry_for_domain_unique_id(
            DOMAIN, self.servers[number - 1].machine_identifier
        )
        assert isinstance(entry, MockConfigEntry)
        return entry

    def id(self, thing: str) -> str:
        """Return the id of a device or entity; other ids stay as they are."""
        if thing == "other":
            return self._other.id
        if not thing[0].isdigit():
            return thing
        number, task, key, *_ = [*thing.split("/"), "", ""]
        entry = self.entry(int(number))
        machine_identifier = str(entry.unique_id)
        if key:
            unique_id = f"{machine_identifier}_{task}_{key}".replace("__", "_")
            entity_id = er.async_get(self._hass).async_get_entity_id(
                PLATFORMS[key], DOMAIN, unique_id
            )
            assert entity_id
            return entity_id
        devices = dr.async_get(self._hass)
        device: dr.AnyDeviceEntry | None
        if task:
            device = devices.async_get_child_device_by_identifier(
                (DOMAIN, f"{machine_identifier}_{task}"), entry.entry_id
            )
        else:
            device = devices.async_get_device_by_identifier(
                (DOMAIN, machine_identifier), entry.entry_id
            )
        assert device
        return device.id

    def update(self, thing: str, **changes: Any) -> None:
        """Change a device, an entity or an area."""
        devices = dr.async_get(self._hass)
        match thing.count("/") if thing[0].isdigit() else thing:
            case 0 | "other":
                devices.async_update_device(self.id(thing), **changes)
            case 1:
                devices.async_update_child_device(self.id(thing), **changes)
            case 2:
                entities = er.async_get(self._hass)
                entities.async_update_entity(self.id(thing), **changes)
            case _:
                ar.async_get(self._hass).async_update(thing, **changes)

    def target(self, target: Mapping[str, Any]) -> dict[str, Any]:
        """Return a target with the ids of its things."""
        return {
            key: things
            if isinstance(things, str)
            else [self.id(each) for each in things]
            for key, things in target.items()
        }

    async def arrange(self, case: Case) -> None:
        """Arrange everything as a case says."""
        for thing, area in case.areas.items():
            self.update(thing, area_id=area)
        for thing in case.labeled:
            self.update(thing, labels={"night"})
        for thing in case.hidden:
            self.update(thing, hidden_by=er.RegistryEntryHider.USER)
        for thing in case.all_hidden:
            entities = er.async_get(self._hass)
            for entity in er.async_entries_for_device(
                entities, self.id(thing), include_disabled_entities=True
            ):
                entities.async_update_entity(
                    entity.entity_id, hidden_by=er.RegistryEntryHider.USER
                )
        for thing in case.disabled:
            self.update(thing, disabled_by=er.RegistryEntryDisabler.USER)
        await self._hass.async_block_till_done()

    async def call(self, action: str, target: Mapping[str, Any], **data: Any) -> None:
        """Call an action with a target."""
        await self._hass.services.async_call(
            DOMAIN, action, data, blocking=True, target=self.target(target)
        )

    def commands(self) -> list[tuple[tuple[str, str], ...]]:
        """Return what was sent to each server."""
        return [tuple(server.commands()) for server in self.servers]


@pytest.fixture
async def twin(socket_enabled: None) -> AsyncGenerator[PlexSimulator]:
    """Serve a second server with the name and the tasks of the first."""
    async with PlexSimulator() as server:
        server.machine_identifier = "twin"
        yield server


@pytest.fixture
async def home(
    hass: HomeAssistant,
    config_entry: MockConfigEntry,
    simulator: PlexSimulator,
    twin: PlexSimulator,
    clock: Clock,
) -> Home:
    """Set up both servers, each with a few tasks."""
    data = {**config_entry.data, "url": twin.url}
    MockConfigEntry(
        domain=DOMAIN, title="Tower", unique_id="twin", data=data
    ).add_to_hass(hass)
    for server in (simulator, twin):
        server.butler.tasks = {
            name: server.butler.tasks[name]
            for name in ("BackupDatabase", "CleanOldBundles", "OptimizeDatabase")
        }
    assert await async_setup_component(hass, DOMAIN, {})
    await hass.async_block_till_done()
    await clock.tick(2)
    return Home(hass, [simulator, twin])


TASK_CASES: Final = {
    "device": Case(target={"device_id": ["1/BackupDatabase"]}, first=(BACKUP,)),
    "device of second server": Case(
        target={"device_id": ["2/BackupDatabase"]}, second=(BACKUP,)
    ),
    "devices of both servers": Case(
        target={
            "device_id": ["2/BackupDatabase", "1/OptimizeDatabase", "1/BackupDatabase"]
        },
        first=(BACKUP, OPTIMIZATION),
        second=(BACKUP,),
    ),
    "device and its entities": Case(
        target={
            "device_id": ["1/BackupDatabase"],
            "entity_id": ["1/BackupDatabase/status", "1/BackupDatabase/start"],
        },
        first=(BACKUP,),
    ),
    "server's device": Case(target={"device_id": ["1"]}, error="target_has_server"),
    "server's device and a task": Case(
        target={"device_id": ["1", "2/BackupDatabase"]}, error="target_has_server"
    ),
    "device of another integration": Case(
        target={"device_id": ["other"]}, error="target_without_task"
    ),
    "area with a device of another integration": Case(
        areas={"1/BackupDatabase": "office", "other": "office"},
        target={"area_id": ["office"]},
        first=(BACKUP,),
    ),
    "unknown device": Case(target={"device_id": ["x"]}, error="target_without_task"),
    "unknown and known device": Case(
        target={"device_id": ["x", "1/BackupDatabase"]}, first=(BACKUP,)
    ),
    "entity": Case(target={"entity_id": ["1/BackupDatabase/status"]}, first=(BACKUP,)),
    "config entity": Case(
        target={"entity_id": ["1/BackupDatabase/start"]}, first=(BACKUP,)
    ),
    "hidden entity": Case(
        hidden=("1/BackupDatabase/status",),
        target={"entity_id": ["1/BackupDatabase/status"]},
        first=(BACKUP,),
    ),
    "disabled entity": Case(
        disabled=("1/BackupDatabase/status",),
        target={"entity_id": ["1/BackupDatabase/status"]},
        first=(BACKUP,),
    ),
    "server's entity": Case(
        target={"entity_id": ["1//running"]}, error="target_has_server"
    ),
    "task's and server's entity": Case(
        target={"entity_id": ["1/BackupDatabase/status", "1//running_tasks"]},
        error="target_has_server",
    ),
    "entity of another integration": Case(
        target={"entity_id": ["sun.sun", "sensor.unknown"]}, error="target_without_task"
    ),
    "group": Case(target={"entity_id": ["group.night"]}, first=(BACKUP,)),
    "all": Case(target={"entity_id": "all"}, error="target_without_task"),
    "none": Case(target={"entity_id": "none"}, error="target_required"),
    "no device": Case(target={"device_id": []}, error="target_required"),
    "area of a task": Case(
        areas={"1/BackupDatabase": "office"},
        target={"area_id": ["office"]},
        first=(BACKUP,),
    ),
    "area of tasks of both servers": Case(
        areas={"1/OptimizeDatabase": "office", "2/BackupDatabase": "office"},
        target={"area_id": ["office"]},
        first=(OPTIMIZATION,),
        second=(BACKUP,),
    ),
    "area of the server": Case(
        areas={"1": "office"}, target={"area_id": ["office"]}, error="target_has_server"
    ),
    "area of a task, the server in another": Case(
        areas={"1": "office", "1/BackupDatabase": "loft"},
        target={"area_id": ["loft"]},
        first=(BACKUP,),
    ),
    "area of the server, a task in another": Case(
        areas={"1": "office", "1/BackupDatabase": "loft"},
        target={"area_id": ["office"]},
        error="target_has_server",
    ),
    "area of the other server": Case(
        areas={"1/BackupDatabase": "office", "2": "office"},
        target={"area_id": ["office"]},
        error="target_has_server",
    ),
    "area of an entity": Case(
        areas={"1/BackupDatabase/last_started": "office"},
        target={"area_id": ["office"]},
        first=(BACKUP,),
    ),
    "area of a server's entity": Case(
        areas={"1/BackupDatabase": "office", "1//running": "office"},
        target={"area_id": ["office"]},
        error="target_has_server",
    ),
    "area of a device, its entities hidden or in another": Case(
        areas={"1/BackupDatabase": "office", "1/BackupDatabase/last_started": "loft"},
        hidden=("1/BackupDatabase/status",),
        target={"area_id": ["office"]},
        first=(BACKUP,),
    ),
    "area of a device with a disabled status": Case(
        areas={"1/BackupDatabase": "office"},
        disabled=("1/BackupDatabase/status",),
        target={"area_id": ["office"]},
        first=(BACKUP,),
    ),
    "area of a device with hidden entities alone": Case(
        areas={"1/BackupDatabase": "office"},
        all_hidden=("1/BackupDatabase",),
        target={"area_id": ["office"]},
        first=(BACKUP,),
    ),
    "area of a server with hidden entities alone": Case(
        areas={"1": "office", "1/BackupDatabase": "office"},
        all_hidden=("1",),
        target={"area_id": ["office"]},
        error="target_has_server",
    ),
    "empty area": Case(target={"area_id": ["office"]}, error="target_without_task"),
    "unknown area": Case(target={"area_id": ["x"]}, error="target_without_task"),
    "floor of a task": Case(
        areas={"1/BackupDatabase": "office", "1": "loft"},
        target={"floor_id": ["ground"]},
        first=(BACKUP,),
    ),
    "floor of the server": Case(
        areas={"1/BackupDatabase": "office", "1": "loft"},
        target={"floor_id": ["upper"]},
        error="target_has_server",
    ),
    "label of tasks of both servers": Case(
        areas={"1": "office"},
        labeled=("1/BackupDatabase", "2/BackupDatabase"),
        target={"label_id": ["night"]},
        first=(BACKUP,),
        second=(BACKUP,),
    ),
    "label of an entity": Case(
        labeled=("2/BackupDatabase/status",),
        target={"label_id": ["night"]},
        second=(BACKUP,),
    ),
    "label of a hidden entity": Case(
        labeled=("2/BackupDatabase/status",),
        hidden=("2/BackupDatabase/status",),
        target={"label_id": ["night"]},
        error="target_without_task",
    ),
    "label of an area": Case(
        areas={"1/BackupDatabase": "office", "1": "loft"},
        labeled=("office",),
        target={"label_id": ["night"]},
        first=(BACKUP,),
    ),
    "label of an area with the server": Case(
        areas={"1": "office"},
        labeled=("office",),
        target={"label_id": ["night"]},
        error="target_has_server",
    ),
    "label of the server": Case(
        labeled=("1/BackupDatabase", "1"),
        target={"label_id": ["night"]},
        error="target_has_server",
    ),
    "label and area": Case(
        areas={"1/BackupDatabase": "office"},
        labeled=("1/OptimizeDatabase",),
        target={"label_id": ["night"], "area_id": ["office"]},
        first=(BACKUP, OPTIMIZATION),
    ),
}


@pytest.mark.parametrize("case", TASK_CASES.values(), ids=TASK_CASES.keys())
async def test_start_task(hass: HomeAssistant, home: Home, case: Case) -> None:
    """Exactly the tasks of the target are started, or nothing at all."""
    group = {"night": {"entities": [home.id("1/BackupDatabase/status")]}}
    assert await async_setup_component(hass, "group", {"group": group})
    await home.arrange(case)
    if case.error:
        with pytest.raises(ServiceValidationError) as raised:
            await home.call("start_task", case.target)
        assert raised.value.translation_domain == DOMAIN
        assert raised.value.translation_key == case.error
    else:
        await home.call("start_task", case.target)
    assert home.commands() == [case.first, case.second]


SERVER_CASES: Final = {
    "device": Case(target={"device_id": ["1"]}, first=(START_ALL, STOP_ALL)),
    "devices": Case(
        target={"device_id": ["2", "1"]},
        first=(START_ALL, STOP_ALL),
        second=(START_ALL, STOP_ALL),
    ),
    "entity": Case(target={"entity_id": ["2//running"]}, second=(START_ALL, STOP_ALL)),
    "area": Case(
        areas={"1": "office"},
        target={"area_id": ["office"]},
        first=(START_ALL, STOP_ALL),
    ),
    "floor": Case(
        areas={"1": "office", "2": "loft"},
        target={"floor_id": ["upper"]},
        second=(START_ALL, STOP_ALL),
    ),
    "label": Case(
        labeled=("1", "2"),
        target={"label_id": ["night"]},
        first=(START_ALL, STOP_ALL),
        second=(START_ALL, STOP_ALL),
    ),
    "task's device": Case(
        target={"device_id": ["1/BackupDatabase"]}, error="target_without_server"
    ),
    "area of a task": Case(
        areas={"1": "office", "1/BackupDatabase": "loft"},
        target={"area_id": ["loft"]},
        error="target_without_server",
    ),
    "all": Case(target={"entity_id": "all"}, error="target_without_server"),
}


@pytest.mark.parametrize("case", SERVER_CASES.values(), ids=SERVER_CASES.keys())
async def test_all_tasks(home: Home, case: Case) -> None:
    """Exactly the servers of the target start or stop all tasks, or none does."""
    await home.arrange(case)
    for action in ("start_all_tasks", "stop_all_tasks"):
        if case.error:
            with pytest.raises(ServiceValidationError) as raised:
                await home.call(action, case.target)
            assert raised.value.translation_domain == DOMAIN
            assert raised.value.translation_key == case.error
        else:
            await home.call(action, case.target)
    assert home.commands() == [case.first, case.second]


async def test_stop_task(home: Home) -> None:
    """A stop takes the same targets, and refuses the same."""
    await home.call(
        "stop_task", {"device_id": ["1/BackupDatabase", "2/BackupDatabase"]}
    )
    with pytest.raises(ServiceValidationError) as raised:
        await home.call("stop_task", {"device_id": ["2"]})
    assert raised.value.translation_key == "target_has_server"
    assert "Tower" in str(raised.value)
    assert home.commands() == [(STOP_BACKUP,), (STOP_BACKUP,)]


@pytest.mark.parametrize(
    ("action", "fields"),
    [
        ("start_task", {"task": "BackupDatabase"}),
        ("stop_task", {"task": "BackupDatabase", "config_entry_id": "x"}),
        ("start_task", {"config_entry_id": "x"}),
        ("stop_task", {"config_entry_id": "x"}),
        ("start_all_tasks", {"config_entry_id": "x"}),
        ("stop_all_tasks", {"config_entry_id": "x"}),
    ],
)
async def test_target_and_name(home: Home, action: str, fields: dict[str, str]) -> None:
    """A target and a task or server beside it are an error."""
    with pytest.raises(ServiceValidationError) as raised:
        await home.call(action, {"device_id": ["1/BackupDatabase"]}, **fields)
    assert raised.value.translation_key == "target_and_name"
    assert home.commands() == [(), ()]


async def test_server_without_task(home: Home) -> None:
    """A server alone doesn't say which task is meant."""
    entry_id = home.entry(1).entry_id
    for action in ("start_task", "stop_task"):
        with pytest.raises(ServiceValidationError) as raised:
            await home.call(action, {}, config_entry_id=entry_id)
        assert raised.value.translation_key == "target_required"
    assert home.commands() == [(), ()]


@pytest.mark.parametrize("disable", [False, True], ids=["unloaded", "disabled"])
async def test_not_loaded(hass: HomeAssistant, home: Home, disable: bool) -> None:
    """The error says why a server isn't loaded."""
    entry_id = home.entry(2).entry_id
    if disable:
        await hass.config_entries.async_set_disabled_by(
            entry_id, ConfigEntryDisabler.USER
        )
    else:
        await hass.config_entries.async_unload(entry_id)
    for action, thing in (
        ("start_task", "2/BackupDatabase"),
        ("stop_task", "2/BackupDatabase"),
        ("start_all_tasks", "2"),
        ("stop_all_tasks", "2"),
    ):
        with pytest.raises(ServiceValidationError) as raised:
            await home.call(action, {"device_id": [thing]})
        key = "disabled" if disable else "not_loaded"
        assert raised.value.translation_key == key
    assert home.commands() == [(), ()]


async def test_one_not_loaded(hass: HomeAssistant, home: Home) -> None:
    """If one server of the target isn't loaded, the others are still sent."""
    await hass.config_entries.async_unload(home.entry(2).entry_id)
    for action, thing, key in (
        ("start_task", "{}/BackupDatabase", "tasks_not_started"),
        ("stop_task", "{}/BackupDatabase", "tasks_not_stopped"),
        ("start_all_tasks", "{}", "servers_not_started"),
        ("stop_all_tasks", "{}", "servers_not_stopped"),
    ):
        things = [thing.format(number) for number in (1, 2)]
        with pytest.raises(HomeAssistantError) as raised:
            await home.call(action, {"device_id": things})
        assert raised.value.translation_key == key
    assert len(home.commands()[0]) == 4
    assert home.commands()[1] == ()


async def test_task_not_listed(hass: HomeAssistant, home: Home) -> None:
    """A device whose task the server doesn't list is an error; the others are sent."""
    entry_id = home.entry(2).entry_id
    await hass.config_entries.async_unload(entry_id)
    # A list without any task isn't believed at once, so the devices stay.
    home.servers[1].butler.tasks.clear()
    assert await hass.config_entries.async_setup(entry_id)
    with pytest.raises(ServiceValidationError) as raised:
        await home.call("start_task", {"device_id": ["2/BackupDatabase"]})
    assert raised.value.translation_key == "unknown_task"
    assert "BackupDatabase" in str(raised.value)
    with pytest.raises(HomeAssistantError) as failed:
        await home.call(
            "start_task", {"device_id": ["1/BackupDatabase", "2/BackupDatabase"]}
        )
    assert failed.value.translation_key == "tasks_not_started"
    assert home.commands() == [(BACKUP,), ()]


async def test_permission(hass: HomeAssistant, home: Home) -> None:
    """Without permission for all tasks or servers of the target, nothing is sent."""
    user = MockUser(groups=[]).add_to_hass(hass)
    allowed = [home.id("1/BackupDatabase/status"), home.id("1//running")]
    user.mock_policy({"entities": {"entity_ids": dict.fromkeys(allowed, True)}})

    async def call(action: str, *things: str) -> None:
        await hass.services.async_call(
            DOMAIN,
            action,
            blocking=True,
            target=home.target({"device_id": things}),
            context=Context(user_id=user.id),
        )

    for action, *things in (
        ("start_task", "1/BackupDatabase", "1/OptimizeDatabase"),
        ("stop_task", "1/BackupDatabase", "2/BackupDatabase"),
        ("start_all_tasks", "1", "2"),
        ("stop_all_tasks", "1", "2"),
    ):
        with pytest.raises(Unauthorized):
            await call(action, *things)
    assert home.commands() == [(), ()]
    await call("start_task", "1/BackupDatabase")
    await call("stop_all_tasks", "1")
    assert home.commands() == [(BACKUP, STOP_ALL), ()]


@pytest.mark.parametrize(
    ("action", "method", "key"),
    [
        ("start_all_tasks", "POST", "servers_not_started"),
        ("stop_all_tasks", "DELETE", "servers_not_stopped"),
    ],
)
async def test_one_server_fails(home: Home, action: str, method: str, key: str) -> None:
    """If one of two servers fails, the other still gets the request."""
    home.servers[0].inject(faults.status(500), method=method)
    with pytest.raises(HomeAssistantError) as raised:
        await home.call(action, {"device_id": ["1", "2"]})
    assert raised.value.translation_domain == DOMAIN
    assert raised.value.translation_key == key
    assert raised.value.translation_placeholders == {"failed": "Tower"}
    assert home.commands() == [((method, "/butler"),)] * 2


BUTTON_CASES: Final = {
    "task's device": Case(target={"device_id": ["1/BackupDatabase"]}),
    "server's device": Case(target={"device_id": ["1"]}),
    "area of a task": Case(
        areas={"1/BackupDatabase": "office"}, target={"area_id": ["office"]}
    ),
    "area of the server": Case(areas={"1": "office"}, target={"area_id": ["office"]}),
    "floor of the server": Case(areas={"1": "office"}, target={"floor_id": ["ground"]}),
    "label of a task": Case(
        labeled=("1/BackupDatabase",), target={"label_id": ["night"]}
    ),
    "label of the server": Case(labeled=("1",), target={"label_id": ["night"]}),
    "label of an area": Case(
        areas={"1": "office"}, labeled=("office",), target={"label_id": ["night"]}
    ),
}


@pytest.mark.parametrize("case", BUTTON_CASES.values(), ids=BUTTON_CASES.keys())
async def test_press_button(hass: HomeAssistant, home: Home, case: Case) -> None:
    """A device, area or label as the target presses no button."""
    await home.arrange(case)
    await hass.services.async_call(
        BUTTON_DOMAIN, SERVICE_PRESS, blocking=True, target=home.target(case.target)
    )
    assert home.commands() == [(), ()]


EDITOR_CASES: Final = {
    "task's device": (
        Case(target={"device_id": ["1/BackupDatabase"]}),
        {"start_task", "stop_task"},
    ),
    "status": (
        Case(target={"entity_id": ["1/BackupDatabase/status"]}),
        {"start_task", "stop_task"},
    ),
    "last started": (
        Case(target={"entity_id": ["1/BackupDatabase/last_started"]}),
        set(),
    ),
    "area of a task": (
        Case(areas={"1/BackupDatabase": "office"}, target={"area_id": ["office"]}),
        {"start_task", "stop_task"},
    ),
    "server's entity": (
        Case(target={"entity_id": ["1//running"]}),
        {"start_all_tasks", "stop_all_tasks"},
    ),
    "server's sensor": (Case(target={"entity_id": ["1//running_tasks"]}), set()),
    "server's device": (
        Case(target={"device_id": ["1"]}),
        {"start_task", "stop_task", "start_all_tasks", "stop_all_tasks"},
    ),
    "empty area": (Case(target={"area_id": ["loft"]}), set()),
}


@pytest.mark.parametrize(
    ("case", "actions"), EDITOR_CASES.values(), ids=EDITOR_CASES.keys()
)
async def test_actions_in_editor(
    hass: HomeAssistant,
    home: Home,
    hass_ws_client: WebSocketGenerator,
    case: Case,
    actions: set[str],
) -> None:
    """The automation editor offers the actions for what they can have as a target."""
    assert await async_setup_component(hass, "websocket_api", {})
    await home.arrange(case)
    client = await hass_ws_client(hass)
    await client.send_json_auto_id(
        {"type": "get_services_for_target", "target": home.target(case.target)}
    )
    response = await client.receive_json()
    offered = {
        action.removeprefix(f"{DOMAIN}.")
        for action in response["result"]
        if action.startswith(f"{DOMAIN}.")
    }
    assert offered == actions
