"""Tests of the assistants' tools, called as a language model calls them."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
import json
import re
from typing import Any, Final, Literal, override

from freezegun.api import FrozenDateTimeFactory
from probatio import to_openapi
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.plex_butler.const import DOMAIN
from homeassistant.components.conversation import (
    AbstractConversationAgent,
    AssistantContent,
    ConversationInput,
    ConversationResult,
    async_get_chat_log,
    async_get_result_from_chat_log,
    async_set_agent,
)
from homeassistant.components.llm import async_get_tools
from homeassistant.config_entries import ConfigEntryDisabler
from homeassistant.const import MATCH_ALL
from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.chat_session import async_get_chat_session
from homeassistant.helpers.llm import (
    LLM_API_ASSIST,
    APIInstance,
    LLMContext,
    Tool,
    ToolInput,
    ToolResult,
    async_get_api,
)
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util

from .common import RUNNING, START, STATUS, STOP, Clock, press
from .simulator import PlexSimulator, SimulatedTask, faults

OPTIMIZE: Final = "sensor.tower_optimize_database"
GET, START_TASK, STOP_TASK = (
    f"{DOMAIN}__{name}" for name in ("get_tasks", "start_task", "stop_task")
)

type Expose = Callable[..., Awaitable[None]]


class Model(AbstractConversationAgent):
    """An agent with a model that understands two sentences and makes one call for each.

    `tools` is what the model is given, as agents send it.
    """

    def __init__(self, hass: HomeAssistant) -> None:
        """Initialize the agent."""
        self.tools: list[dict[str, Any]] = []
        self._hass = hass

    @property
    @override
    def supported_languages(self) -> list[str] | Literal["*"]:
        return MATCH_ALL

    @override
    async def async_process(self, user_input: ConversationInput) -> ConversationResult:
        """Let the model call a tool, and answer from the result."""
        with (
            async_get_chat_session(self._hass, user_input.conversation_id) as session,
            async_get_chat_log(self._hass, session, user_input) as chat_log,
        ):
            await chat_log.async_provide_llm_data(
                user_input.as_llm_context("test"), LLM_API_ASSIST
            )
            assert chat_log.llm_api
            self.tools = [
                _formatted(tool, chat_log.llm_api) for tool in _ours(chat_log.llm_api)
            ]
            call = self._understand(user_input.text)
            content = AssistantContent(agent_id="model", tool_calls=[call])
            answer = ""
            async for result in chat_log.async_add_assistant_content(content):
                answer += self._phrase(result.result)
            chat_log.async_add_assistant_content_without_tools(
                AssistantContent(agent_id="model", content=answer)
            )
            return async_get_result_from_chat_log(user_input, chat_log)

    def _understand(self, text: str) -> ToolInput:
        """Return the call that a sentence leads to, from the tools' descriptions."""
        word, arguments = {
            "Back up Plex": ("back up Plex", {"task": "Backup database"}),
            "Is Plex busy?": ("Is Plex busy?", {"server": ""}),
        }[text]
        [tool] = [tool for tool in self.tools if word in tool["description"]]
        assert arguments.keys() <= tool["parameters"]["properties"].keys()
        assert set(tool["parameters"].get("required", ())) <= arguments.keys()
        return ToolInput(tool_name=tool["name"], tool_args=arguments)

    def _phrase(self, result: ToolResult) -> str:
        """Return a sentence made of a result."""
        data: Any = result.data
        if result.error:
            return f"Sorry: {data['error']}"
        if "servers" not in data:
            return f"{data['title']} on {data['server']}: {data['result']}"
        running = [
            task["title"] for task in data["tasks"] if task["status"] == "running"
        ]
        return "; ".join(
            f"{server['server']} is busy with {server.get('busy_with', running)}"
            if server["busy"]
            else f"{server['server']} isn't busy"
            for server in data["servers"]
        )


def _ours(api: APIInstance) -> list[Tool]:
    return [tool for tool in api.tools if tool.name.startswith(DOMAIN)]


def _formatted(tool: Tool, api: APIInstance) -> dict[str, Any]:
    """Return a tool as agents send it to models."""
    schema = to_openapi(
        tool.parameters,
        custom_serializer=api.custom_serializer,
        openapi_version="3.1.0",
    )
    tool_dict = {
        "name": tool.name,
        "description": tool.description,
        "parameters": schema,
    }
    decoded: dict[str, Any] = json.loads(json.dumps(tool_dict))
    return decoded


@pytest.fixture
async def assist(hass: HomeAssistant) -> None:
    """Set up what Home Assistant has by default."""
    for domain in ("homeassistant", "conversation"):
        assert await async_setup_component(hass, domain, {})


@pytest.fixture
async def expose(
    hass: HomeAssistant,
    hass_ws_client: WebSocketGenerator,
    assist: None,
    setup_entry: MockConfigEntry,
) -> Expose:
    """Return a function that exposes entities as the page of the voice assistants does."""
    client = await hass_ws_client(hass)

    async def async_expose(*entity_ids: str, exposed: bool = True) -> None:
        await client.send_json_auto_id(
            {
                "type": "homeassistant/expose_entity",
                "assistants": ["conversation"],
                "entity_ids": entity_ids,
                "should_expose": exposed,
            }
        )
        assert (await client.receive_json())["success"]

    return async_expose


@pytest.fixture
async def exposed(expose: Expose) -> None:
    """Expose two of Tower's tasks."""
    await expose(STATUS, OPTIMIZE)


@pytest.fixture
async def second(
    hass: HomeAssistant,
    attic: PlexSimulator,
    entry_data: dict[str, Any],
    setup_entry: MockConfigEntry,
) -> MockConfigEntry:
    """Set up a second server, with the same tasks."""
    entry = MockConfigEntry(
        domain=DOMAIN,
        title=attic.friendly_name,
        unique_id=attic.machine_identifier,
        data={**entry_data, "url": attic.url},
    )
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    return entry


async def _api(hass: HomeAssistant, user: MockUser | None = None) -> APIInstance:
    """Return the API that an agent gets, when a person speaks to it."""
    context = Context(user_id=user.id if user else None)
    return await async_get_api(
        hass,
        LLM_API_ASSIST,
        LLMContext(
            platform="test",
            context=context,
            language="en",
            assistant="conversation",
            device_id=None,
        ),
    )


async def _call(
    hass: HomeAssistant, tool: str, *, user: MockUser | None = None, **arguments: Any
) -> Any:
    """Call a tool, and return its answer, which isn't an error."""
    api = await _api(hass, user)
    result = await api.async_call_tool(ToolInput(tool, arguments))
    assert not result.error, result.data
    return result.data


async def _fail(
    hass: HomeAssistant, tool: str, *, user: MockUser | None = None, **arguments: Any
) -> str:
    """Call a tool, and return the error."""
    api = await _api(hass, user)
    result = await api.async_call_tool(ToolInput(tool, arguments))
    assert result.error
    assert result.data.keys() == {"error"}
    return str(result.data["error"])


async def _names(hass: HomeAssistant) -> list[str]:
    return [tool.name for tool in _ours(await _api(hass))]


async def _say(hass: HomeAssistant, text: str, user: MockUser | None = None) -> Any:
    """Say a sentence to the model, and return the answer."""
    result: Any = await hass.services.async_call(
        "conversation",
        "process",
        {"text": text, "agent_id": "model"},
        blocking=True,
        return_response=True,
        context=Context(user_id=user.id if user else None),
    )
    return result["response"]["speech"]["plain"]["speech"]


@pytest.fixture
def model(hass: HomeAssistant, assist: None) -> Model:
    """Register an agent with a model."""
    entry = MockConfigEntry(domain="model", entry_id="model")
    entry.add_to_hass(hass)
    agent = Model(hass)
    async_set_agent(hass, entry, agent)
    return agent


@pytest.mark.usefixtures("exposed", "model")
async def test_back_up_plex(
    hass: HomeAssistant, simulator: PlexSimulator, hass_admin_user: MockUser
) -> None:
    """A model that is told to back up Plex starts the backup for who told it."""
    answer = await _say(hass, "Back up Plex", hass_admin_user)
    assert answer == "Backup database on Tower: started"
    assert simulator.commands() == [("POST", "/butler/BackupDatabase")]
    assert simulator.butler.running == ["BackupDatabase"]
    state = hass.states.get(STATUS)
    assert state and state.state == "running"
    assert state.context.user_id == hass_admin_user.id
    answer = await _say(hass, "Back up Plex")
    assert answer == "Backup database on Tower: already_running"


@pytest.mark.usefixtures("exposed", "model")
async def test_is_plex_busy(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """A model that is asked whether Plex is busy knows it, and with what."""
    assert await _say(hass, "Is Plex busy?") == "Tower isn't busy"
    simulator.butler.start("BackupDatabase")
    await clock.tick(2)
    assert await _say(hass, "Is Plex busy?") == "Tower is busy with ['Backup database']"
    simulator.butler.finish("BackupDatabase")
    await clock.tick(2)
    assert await _say(hass, "Is Plex busy?") == "Tower isn't busy"
    # One that isn't exposed.
    simulator.butler.start("LoudnessAnalysis")
    await clock.tick(2)
    assert await _say(hass, "Is Plex busy?") == "Tower is busy with other maintenance"
    assert simulator.commands() == []


@pytest.mark.usefixtures("exposed")
async def test_tools(
    hass: HomeAssistant, model: Model, caplog: pytest.LogCaptureFixture
) -> None:
    """The tools are as Home Assistant and models require, and no larger than needed."""
    await _say(hass, "Is Plex busy?")
    server = {
        "type": "string",
        "description": "Name of a server, to list only its tasks",
    }
    assert model.tools[0]["parameters"]["properties"] == {"server": server}
    assert "required" not in model.tools[0]["parameters"] or (
        model.tools[0]["parameters"]["required"] == []
    )
    for command in model.tools[1:]:
        assert {
            name: field["type"]
            for name, field in command["parameters"]["properties"].items()
        } == {"task": "string", "server": "string"}
        assert command["parameters"]["required"] == ["task"]
    assert len(json.dumps(model.tools)) < 2200
    tools = _ours(await _api(hass))
    assert [tool.name for tool in tools] == [GET, START_TASK, STOP_TASK]
    for tool in tools:
        assert re.fullmatch("[a-zA-Z0-9_-]{1,64}", tool.name)
        assert tool.integration == DOMAIN
        assert tool.title and tool.description
        assert tool.annotations.read_only is (tool.name == GET)
        assert tool.annotations.destructive is (tool.name != GET)
    assert "LLM tool" not in caplog.text
    assert "deprecated" not in caplog.text


@pytest.mark.usefixtures("exposed")
async def test_get_tasks(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    freezer: FrozenDateTimeFactory,
    clock: Clock,
) -> None:
    """The answer has what is known of each task, with times as the model knows them."""
    await hass.config.async_set_time_zone("Asia/Tokyo")
    idle = {
        "task": "BackupDatabase",
        "title": "Backup database",
        "server": "Tower",
        "status": "idle",
    }
    other = {**idle, "task": "OptimizeDatabase", "title": "Optimize database"}
    assert await _call(hass, GET) == {
        "servers": [{"server": "Tower", "busy": False}],
        "tasks": [idle, other],
    }
    freezer.move_to("2027-01-01 20:00:00+00:00")
    await clock.tick(2)
    row = simulator.activities.begin("butler", "Butler", "Backup Database", 5)
    simulator.activities.begin("butler", "A private film", "Optimize Database")
    await clock.tick(2)
    simulator.activities.update(row, progress=42.5)
    await clock.tick(2)
    running = {
        "status": "running",
        "evidence": "reported by the server",
        "last_started": "2027-01-02T05:00+09:00",
    }
    answer = await _call(hass, GET, server="tower")
    assert answer == {
        "servers": [{"server": "Tower", "busy": True}],
        "tasks": [
            idle | running | {"progress": 42.5},
            other | running | {"progress": 0},
        ],
    }
    await clock.tick(1801)
    simulator.activities.end(row)
    await clock.tick(2)
    backup, optimize = (await _call(hass, GET))["tasks"]
    assert backup == idle | {
        "last_started": "2027-01-02T05:00+09:00",
        "last_finished": "2027-01-02T05:30+09:00",
    }
    assert optimize["status"] == "running"


@pytest.mark.usefixtures("exposed")
async def test_busy_at_once(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """A server is busy while a task is running, before the entities show it too."""
    row = simulator.activities.begin("butler", "Butler", "Backup Database", 5)
    await clock.tick(2)
    simulator.activities.end(row)
    await clock.settle()
    simulator.activities.begin("butler", "Butler", "Optimize Database", 5)
    await clock.settle()
    assert hass.states.is_state(OPTIMIZE, "idle")
    answer = await _call(hass, GET)
    assert [task["status"] for task in answer["tasks"]] == ["idle", "running"]
    assert answer["servers"] == [{"server": "Tower", "busy": True}]


@pytest.mark.usefixtures("exposed")
async def test_busy_with_other_maintenance_at_once(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """The same holds while the butler works on something unknown."""
    row = simulator.activities.begin("butler", "Butler", "Backup Database", 5)
    await clock.tick(2)
    simulator.activities.end(row)
    await clock.settle()
    assert hass.states.is_state(RUNNING, "off")
    simulator.activities.begin("butler", "Butler", "Something else", 5)
    await clock.settle()
    assert hass.states.is_state(RUNNING, "off")
    answer = await _call(hass, GET)
    assert answer["servers"] == [
        {"server": "Tower", "busy": True, "busy_with": "other maintenance"}
    ]


@pytest.mark.usefixtures("exposed")
async def test_stalled(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """The answer has since when a run stands still."""
    row = simulator.activities.begin("butler", "Butler", "Backup Database", 5)
    await clock.tick(120)
    simulator.activities.update(row, progress=6)
    await clock.tick(0)
    since = dt_util.now().isoformat(timespec="minutes")
    await clock.tick(1801)
    await clock.tick(2)
    [backup, _] = (await _call(hass, GET))["tasks"]
    assert backup["stalled_since"] == since
    assert backup["stalled_since"] > backup["last_started"]


async def test_detail_stays_private(
    hass: HomeAssistant, expose: Expose, simulator: PlexSimulator, clock: Clock
) -> None:
    """A model isn't told which item a task is working on."""
    await expose("sensor.tower_loudness_analysis")
    simulator.display.row = simulator.display.children = False
    await press(hass, "button.tower_loudness_analysis_start")
    simulator.activities.begin("media.generate.loudness", "Loudness", "Private", 42.5)
    await clock.tick(2)
    state = hass.states.get("sensor.tower_loudness_analysis")
    assert state and state.attributes["detail"] == "Private"
    answer = await _call(hass, GET)
    assert answer["tasks"][0]["progress"] == 42.5
    assert "Private" not in json.dumps(answer)


@pytest.mark.usefixtures("exposed")
async def test_evidence(hass: HomeAssistant, simulator: PlexSimulator) -> None:
    """A model is told that a start isn't confirmed yet."""
    simulator.display.row = simulator.display.children = False
    await _call(hass, START_TASK, task="BackupDatabase")
    [backup, _] = (await _call(hass, GET))["tasks"]
    assert backup["status"] == "running"
    assert "not yet seen on the server" in backup["evidence"]


@pytest.mark.usefixtures("expose", "model")
async def test_nothing_exposed(
    hass: HomeAssistant, expose: Expose, simulator: PlexSimulator
) -> None:
    """With nothing exposed, a model is told where to expose tasks, and can't start any."""
    assert await _names(hass) == [GET]
    answer = await _call(hass, GET)
    assert answer["tasks"] == []
    assert "Settings > Voice assistants > Expose" in answer["hint"]
    await expose(STATUS)
    api = await _api(hass)
    assert len(_ours(api)) == 3
    await expose(STATUS, exposed=False)
    for tool in (START_TASK, STOP_TASK):
        result = await api.async_call_tool(ToolInput(tool, {"task": "BackupDatabase"}))
        assert result == ToolResult(data={"error": answer["hint"]}, error=True)
    assert simulator.commands() == []


@pytest.mark.parametrize("tool", [START_TASK, STOP_TASK])
@pytest.mark.parametrize("task", ["Loudness analysis", "LoudnessAnalysis", "Coffee"])
@pytest.mark.usefixtures("exposed")
async def test_task_not_exposed(
    hass: HomeAssistant, simulator: PlexSimulator, tool: str, task: str
) -> None:
    """A task that isn't exposed is the same as one that doesn't exist."""
    assert await _fail(hass, tool, task=task) == (
        f'There is no task "{task}". Tasks of Tower: Backup database, Optimize database.'
    )
    assert simulator.commands() == []


async def test_other_entities_exposed(hass: HomeAssistant, expose: Expose) -> None:
    """Only the sensor that is named after the task exposes it."""
    await expose(START, STOP, f"{STATUS}_last_started", "sensor.tower_running_tasks")
    assert await _names(hass) == [GET]


@pytest.mark.usefixtures("exposed")
async def test_disabled_sensor(
    hass: HomeAssistant, entity_registry: er.EntityRegistry
) -> None:
    """A task whose sensor is disabled, or removed, isn't exposed."""
    entity_registry.async_update_entity(
        STATUS, disabled_by=er.RegistryEntryDisabler.USER
    )
    assert "Backup" not in json.dumps(await _call(hass, GET))
    entity_registry.async_remove(OPTIMIZE)
    assert await _names(hass) == [GET]


@pytest.mark.parametrize(
    "task",
    [
        "BackupDatabase",
        "butler task backup-database",
        "backup database",
        "BACKUP  DATABASE",
        "Tower Backup database",
        "Sicherung",
        "Plex saving",
    ],
)
@pytest.mark.usefixtures("exposed")
async def test_spellings(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    entity_registry: er.EntityRegistry,
    device_registry: dr.DeviceRegistry,
    task: str,
) -> None:
    """A task is found by each of its names, and called as people call it."""
    sensor = entity_registry.async_get(STATUS)
    assert sensor and sensor.device_id
    entity_registry.async_update_entity(
        STATUS, aliases=["Plex saving", *(sensor.aliases or [er.COMPUTED_NAME])]
    )
    title = "Backup database"
    if task == "Sicherung":
        title = task
        device_registry.async_update_child_device(sensor.device_id, name_by_user=title)
    assert await _call(hass, START_TASK, task=task) == {
        "task": "BackupDatabase",
        "title": title,
        "server": "Tower",
        "result": "started",
    }
    assert simulator.butler.running == ["BackupDatabase"]
    answer = await _call(hass, STOP_TASK, task=task, server=None)
    assert answer["result"] == "stopped"
    assert simulator.butler.running == []
    answer = await _call(hass, STOP_TASK, task=task, server="")
    assert answer["result"] == "not_running"


async def test_ambiguous_task(
    hass: HomeAssistant,
    assist: None,
    expose: Expose,
    simulator: PlexSimulator,
    clock: Clock,
) -> None:
    """A name that matches several tasks is an error that names those exposed."""
    simulator.butler.tasks = {
        name: SimulatedTask(name=name, title=title)
        for name, title in (
            ("One", "Tidy up"),
            ("Two", "Tidy-Up"),
            ("Three", "tidy up"),
        )
    }
    await clock.next_poll()
    sensors = [
        state.entity_id
        for state in hass.states.async_all("sensor")
        if state.attributes.get("task") in ("One", "Two")
        and "description" in state.attributes
    ]
    assert len(sensors) == 2
    await expose(*sensors)
    assert await _fail(hass, START_TASK, task="tidy up") == (
        '"tidy up" matches several tasks: One, Two. Use one of these IDs.'
    )
    assert simulator.commands() == []
    await _call(hass, START_TASK, task="Two")
    assert simulator.butler.running == ["Two"]


@pytest.mark.usefixtures("exposed", "second")
async def test_two_servers(
    hass: HomeAssistant, expose: Expose, simulator: PlexSimulator, attic: PlexSimulator
) -> None:
    """With two servers, a task that both have needs the server."""
    await expose("sensor.attic_backup_database")
    assert await _fail(hass, START_TASK, task="Backup database") == (
        'Several servers have a task "Backup database": Tower, Attic. Ask the user which'
        " server is meant, unless it's clear."
    )
    error = await _fail(hass, START_TASK, task="Backup database", server="Cellar")
    assert error == 'There is no server "Cellar". Servers: Tower, Attic.'
    error = await _fail(hass, START_TASK, task="Optimize database", server="attic")
    assert error == (
        'There is no task "Optimize database". Tasks of Attic: Backup database.'
    )
    error = await _fail(hass, START_TASK, task="Coffee")
    assert error.endswith(
        "Tasks of Tower: Backup database, Optimize database; Attic: Backup database."
    )
    assert simulator.commands() == attic.commands() == []
    await _call(hass, START_TASK, task="Backup database", server="attic ")
    assert (simulator.butler.running, attic.butler.running) == ([], ["BackupDatabase"])
    answer = await _call(hass, START_TASK, task="Optimize database")
    assert answer["server"] == "Tower"
    assert simulator.butler.running == ["OptimizeDatabase"]
    await expose("sensor.attic_loudness_analysis")
    answer = await _call(hass, START_TASK, task="Loudness analysis")
    assert answer["server"] == "Attic"
    assert "LoudnessAnalysis" in attic.butler.running
    answer = await _call(hass, GET, server="Attic")
    assert [server["server"] for server in answer["servers"]] == ["Attic"]
    assert [task["server"] for task in answer["tasks"]] == ["Attic"] * 2
    answer = await _call(hass, GET)
    assert [server["server"] for server in answer["servers"]] == ["Tower", "Attic"]


@pytest.mark.usefixtures("exposed")
async def test_same_name(
    hass: HomeAssistant,
    expose: Expose,
    second: MockConfigEntry,
    attic: PlexSimulator,
    simulator: PlexSimulator,
) -> None:
    """Servers with the same name are told apart by their ids."""
    hass.config_entries.async_update_entry(second, title="Tower")
    await expose("sensor.attic_backup_database")
    error = await _fail(hass, START_TASK, task="Backup database", server="Tower")
    assert f"Tower ({second.entry_id})" in error
    for server in (second.entry_id, f"Tower ({second.entry_id})"):
        await _call(hass, START_TASK, task="Backup database", server=server)
    assert [path for _, path in attic.commands()] == ["/butler/BackupDatabase"] * 2
    assert simulator.commands() == []


@pytest.mark.usefixtures("second")
async def test_size(hass: HomeAssistant, expose: Expose, clock: Clock) -> None:
    """The answer for all tasks of two servers stays small."""
    sensors = [
        state.entity_id
        for state in hass.states.async_all("sensor")
        if "observed" in state.attributes
    ]
    await expose(*sensors)
    await press(hass, START)
    await clock.tick(2)
    answer = await _call(hass, GET)
    assert len(answer["tasks"]) == 44
    assert len(json.dumps(answer)) < 44 * 140


@pytest.mark.usefixtures("exposed")
async def test_permission(
    hass: HomeAssistant, simulator: PlexSimulator, hass_read_only_user: MockUser
) -> None:
    """A model may do what the person may who speaks to it, and knows no more."""
    error = await _fail(
        hass, START_TASK, user=hass_read_only_user, task="Backup database"
    )
    assert "permission" in error
    assert len((await _call(hass, GET, user=hass_read_only_user))["tasks"]) == 2

    user = MockUser(groups=[]).add_to_hass(hass)
    user.mock_policy({"entities": {"entity_ids": {STATUS: True}}})
    error = await _fail(hass, START_TASK, user=user, task="Optimize database")
    assert error.endswith("Tasks of Tower: Backup database.")
    [task] = (await _call(hass, GET, user=user))["tasks"]
    assert task["task"] == "BackupDatabase"
    assert simulator.commands() == []
    await _call(hass, START_TASK, user=user, task="Backup database")
    assert simulator.butler.running == ["BackupDatabase"]

    for nobody in (MockUser(groups=[]).add_to_hass(hass), MockUser(id="unknown")):
        for tool, arguments in ((GET, {}), (STOP_TASK, {"task": "BackupDatabase"})):
            error = await _fail(hass, tool, user=nobody, **arguments)
            assert error == "The user doesn't have permission to do this."
    assert simulator.butler.running == ["BackupDatabase"]


@pytest.mark.usefixtures("exposed")
async def test_server_away(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """While the server is away, a model is told so, and still knows the last runs."""
    await press(hass, START)
    await clock.tick(2)
    simulator.inject(faults.cut_off())
    await clock.next_poll()
    answer = await _call(hass, GET)
    [server] = answer["servers"]
    assert server["unavailable"].startswith("Tower doesn't respond.")
    assert [task["status"] for task in answer["tasks"]] == ["unavailable"] * 2
    assert "last_started" in answer["tasks"][0]
    for tool in (START_TASK, STOP_TASK):
        error = await _fail(hass, tool, task="Backup database")
        assert error.startswith("Tower doesn't respond.")


@pytest.mark.parametrize("disabled_by", [None, ConfigEntryDisabler.USER])
@pytest.mark.usefixtures("exposed")
async def test_not_loaded(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    disabled_by: ConfigEntryDisabler | None,
) -> None:
    """The tasks of a server that isn't loaded aren't available."""
    await hass.config_entries.async_unload(setup_entry.entry_id)
    if disabled_by:
        await hass.config_entries.async_set_disabled_by(
            setup_entry.entry_id, disabled_by
        )
    reason = "Tower is disabled." if disabled_by else "Tower isn't ready at the moment."
    answer = await _call(hass, GET)
    assert answer["servers"][0]["unavailable"].startswith(reason)
    assert answer["tasks"][0] == {
        "task": "BackupDatabase",
        "title": "Backup database",
        "server": "Tower",
        "status": "unavailable",
    }
    error = await _fail(hass, START_TASK, task="backup database")
    assert error.startswith(reason)


@pytest.mark.parametrize(
    ("sensors", "others"),
    [
        pytest.param([STATUS], "", id="one task"),
        pytest.param(
            [STATUS, OPTIMIZE], " Tasks of Tower: Optimize database.", id="two tasks"
        ),
    ],
)
async def test_task_gone(
    hass: HomeAssistant,
    expose: Expose,
    simulator: PlexSimulator,
    sensors: list[str],
    others: str,
) -> None:
    """If the server no longer has the task, the error names those exposed alone."""
    await expose(*sensors)
    simulator.inject(faults.status(404), path="/butler/BackupDatabase")
    error = await _fail(hass, START_TASK, task="Backup database")
    assert error == f'There is no task "Backup database".{others}'


@pytest.mark.parametrize(
    ("fault", "text"),
    [
        pytest.param(faults.status(500), "reports a problem (500)", id="500"),
        pytest.param(faults.starting_up(), "is starting up", id="starting up"),
        pytest.param(faults.cut_off(), "may have started", id="no answer"),
    ],
)
@pytest.mark.usefixtures("exposed")
async def test_error(
    hass: HomeAssistant, simulator: PlexSimulator, fault: faults.Handler, text: str
) -> None:
    """A model is told what went wrong in the same words as a person."""
    simulator.inject(fault, path="/butler/BackupDatabase")
    assert text in await _fail(hass, START_TASK, task="Backup database")


@pytest.mark.parametrize(
    ("tool", "arguments", "text"),
    [
        pytest.param(START_TASK, {}, "task", id="no task"),
        pytest.param(STOP_TASK, {"task": None}, "task", id="null"),
        pytest.param(START_TASK, {"task": " "}, "task", id="blank"),
        pytest.param(START_TASK, {"task": ["a"]}, "task", id="list"),
        pytest.param(GET, {"room": "attic"}, "room", id="unknown argument"),
    ],
)
@pytest.mark.usefixtures("exposed")
async def test_invalid_arguments(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    tool: str,
    arguments: dict[str, Any],
    text: str,
) -> None:
    """A model is told which argument is wrong."""
    assert text in await _fail(hass, tool, **arguments)
    assert simulator.commands() == []


@pytest.mark.usefixtures("exposed")
async def test_other_apis(hass: HomeAssistant, setup_entry: MockConfigEntry) -> None:
    """There are no tools for another API, nor once the last server is removed.

    An API whose assistant isn't known has none either, since nothing is exposed to it.
    """
    context = (await _api(hass)).llm_context
    for api_id, assistant, is_offered in (
        ("other", "conversation", False),
        (LLM_API_ASSIST, "", False),
        (LLM_API_ASSIST, "conversation", True),
    ):
        given = replace(context, assistant=assistant)
        tools = (await async_get_tools(hass, given, api_id)).tools
        assert any(tool.name == GET for tool in tools) is is_offered
    await hass.config_entries.async_remove(setup_entry.entry_id)
    assert await _names(hass) == []
