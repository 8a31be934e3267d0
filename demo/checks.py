"""What has to work in the demo: each check prints a line, or raises DemoError."""

from pathlib import Path
import re
from typing import Final

from tests.simulator.server import OWNER_TOKEN
from tests.simulator.tasks import known_tasks

from .client import DOMAIN, HomeAssistantClient
from .processes import DemoError, Server

BUTTON: Final = "BackupDatabase_start"
BUTTON_REQUEST: Final = "POST /butler/BackupDatabase: 200"
ACTION: Final = f"{DOMAIN}.start_task"
ACTION_TASK: Final = "Optimize Database"
ACTION_REQUEST: Final = "POST /butler/OptimizeDatabase: 200"
SWITCH: Final = "BackupDatabase_scheduled"
SWITCH_REQUESTS: Final = (
    "PUT /:/prefs?ButlerTaskBackupDatabase=0: 200",
    "PUT /:/prefs?ButlerTaskBackupDatabase=1: 200",
)
SELECT: Final = "_window_start"
HOUR: Final = "04:00"
SELECT_REQUEST: Final = "PUT /:/prefs?ButlerStartHour=4: 200"


async def check_tasks(client: HomeAssistantClient, plex_url: str) -> None:
    """Add the server, and see all of its tasks."""
    entry_id = await client.add_server(plex_url, OWNER_TOKEN)
    await client.wait_until_loaded(entry_id)
    passed("the server was added by its config flow")
    devices = await client.devices(entry_id)
    server_id = (await client.server_device(entry_id))["id"]
    tasks = [
        device for device in devices if device.get("parent_device_id") == server_id
    ]
    sensors = {
        state["attributes"].get("task")
        for state in await client.get("/api/states")
        if state["entity_id"].startswith("sensor.")
    }
    names = {task.name for task in known_tasks()}
    expect(len(tasks) == len(names), f"{len(tasks)} devices of tasks")
    expect(names <= sensors, f"no sensor for {sorted(names - sensors)}")
    passed(f"there are {len(tasks)} tasks, each with a device and a sensor")


async def check_button(client: HomeAssistantClient, plex_log: Path) -> None:
    """Press a task's button."""
    button = await find_entity(client, BUTTON)
    await client.call("button.press", entity_id=button)
    check_request(button, BUTTON_REQUEST, plex_log)


async def check_settings(client: HomeAssistantClient, plex_log: Path) -> None:
    """Switch a task off and on, and move the maintenance window."""
    switch = await find_entity(client, SWITCH)
    for action, state, request in zip(
        ("turn_off", "turn_on"), ("off", "on"), SWITCH_REQUESTS, strict=True
    ):
        await client.call(f"switch.{action}", entity_id=switch)
        await check_state(client, switch, state)
        check_request(switch, request, plex_log)
    select = await find_entity(client, SELECT)
    await client.call("select.select_option", entity_id=select, option=HOUR)
    await check_state(client, select, HOUR)
    check_request(select, SELECT_REQUEST, plex_log)


async def find_entity(client: HomeAssistantClient, unique_id: str) -> str:
    """Return the id of the entity whose unique id ends so.

    Entity ids themselves differ between versions of Home Assistant.
    """
    for entity in await client.command("config/entity_registry/list"):
        if entity["platform"] == DOMAIN and entity["unique_id"].endswith(unique_id):
            return str(entity["entity_id"])
    raise DemoError(f"there is no entity {unique_id}")


async def check_state(
    client: HomeAssistantClient, entity_id: str, expected: str
) -> None:
    """See that an entity shows a state."""
    state = (await client.get(f"/api/states/{entity_id}"))["state"]
    expect(state == expected, f"{entity_id} is {state}, not {expected}")


async def check_action(client: HomeAssistantClient, plex_log: Path) -> None:
    """Call an action, and see its response."""
    response = await client.call_for_response(ACTION, task=ACTION_TASK)
    expect(response["result"] == "started", f"{ACTION} answers {response}")
    check_request(ACTION, ACTION_REQUEST, plex_log)


def check_request(cause: str, request: str, plex_log: Path) -> None:
    """See that a request reached the server."""
    expect(request in plex_log.read_text(), f"{cause} did not reach the server")
    passed(f"{cause} reached the server: {request}")


def check_end(server: Server) -> None:
    """See that Home Assistant ended in good order."""
    status = server.process.returncode
    expect(status == 0, f"{server.name} ended with exit status {status}")
    passed("Home Assistant has ended in good order")


def check_logs(log: Path, plex_log: Path) -> None:
    """See that nothing went wrong in the integration, nor in the simulated server."""
    records = re.split(r"^(?=\d{4}-\d\d-\d\d )", log.read_text(), flags=re.MULTILINE)
    for record in records:
        if DOMAIN in record and re.search("ERROR|CRITICAL|Traceback", record):
            raise DemoError(f"the integration logs {record.splitlines()[0]}")
    if "Traceback" in plex_log.read_text():
        raise DemoError("the simulated server has errors")
    passed("the logs have no errors of the integration or the simulated server")


def check_secrecy(folder: Path) -> None:
    """See that the token is in the server's config entry, and nowhere else."""
    holders = [
        file.name
        for file in folder.rglob("*")
        if file.is_file() and OWNER_TOKEN.encode() in file.read_bytes()
    ]
    expect(holders == ["core.config_entries"], f"the token is in {', '.join(holders)}")
    passed("the token is in no log, and no other file but the server's entry")


def expect(condition: bool, failure: str) -> None:
    """Raise DemoError with what is wrong, unless the condition holds."""
    if not condition:
        raise DemoError(failure)


def passed(text: str) -> None:
    """Tell of a check that passed."""
    print(f"OK: {text}", flush=True)
