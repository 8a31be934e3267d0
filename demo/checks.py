"""Automated checks of the demo.

Each check prints a line for what works, and raises DemoError if something doesn't.
"""

from pathlib import Path
import re
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Final

from tests.simulator.server import OWNER_TOKEN
from tests.simulator.tasks import known_tasks

from .client import HomeAssistantClient, connect
from .const import DOMAIN, LOCALHOST
from .exceptions import DemoError
from .instance import DemoInstance
from .processes import ServerProcess, find_free_port, run_simulator
from .report import report, require
from .scenario_checks import check_scenario

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
SELECT_OPTION: Final = "04:00"
SELECT_REQUEST: Final = "PUT /:/prefs?ButlerStartHour=4: 200"

TASK_DURATION: Final = 2
"""Seconds that most tasks run."""


async def run_checks() -> None:
    """Run all checks in a new configuration folder, on free ports.

    Raises DemoError with the first failure.
    """
    start = monotonic()
    with TemporaryDirectory(prefix="plex-butler-demo-") as name:
        plex_log = Path(name) / "simulator.log"
        instance = DemoInstance(
            config_folder=Path(name) / "config",
            host=LOCALHOST,
            port=find_free_port(LOCALHOST),
        )
        async with (
            run_simulator(
                find_free_port(LOCALHOST), TASK_DURATION, plex_log
            ) as simulator,
            instance.run() as server,
        ):
            async with connect(server.url) as client:
                report(f"Home Assistant started at {server.url}")
                entry_id = await check_config_flow(client, simulator.url)
                await check_tasks(client, entry_id)
                await check_scenario(client, server.process, simulator.url)
                await check_button(client, plex_log)
                await check_action(client, plex_log)
                await check_settings(client, plex_log)
            await server.stop()
            check_exit_status(server)
            check_logs(instance.log, plex_log)
            check_token_storage(instance.config_folder)
    print(f"demo: all checks passed in {monotonic() - start:.0f} seconds")


async def check_config_flow(client: HomeAssistantClient, plex_url: str) -> str:
    """Add the server, and return the ID of its config entry."""
    entry_id = await client.add_server(plex_url, OWNER_TOKEN)
    await client.wait_until_loaded(entry_id)
    report("The config flow added the server")
    return entry_id


async def check_tasks(client: HomeAssistantClient, entry_id: str) -> None:
    """Check that each task has a device and a sensor."""
    server = await client.get_server_device(entry_id)
    tasks = [
        device
        for device in await client.get_devices(entry_id)
        if device.get("parent_device_id") == server["id"]
    ]
    sensors = {
        state["attributes"].get("task")
        for state in await client.get("/api/states")
        if state["entity_id"].startswith("sensor.")
    }
    names = {task.name for task in known_tasks()}
    require(len(tasks) == len(names), f"{len(tasks)} devices for {len(names)} tasks")
    require(names <= sensors, f"no sensor for {', '.join(sorted(names - sensors))}")
    report(f"All {len(tasks)} tasks have a device and a sensor")


async def check_button(client: HomeAssistantClient, plex_log: Path) -> None:
    """Press a task's start button, and check that the server was asked to start it."""
    button = await client.find_entity(BUTTON)
    await client.call_action("button.press", entity_id=button)
    check_request(button, BUTTON_REQUEST, plex_log)


async def check_action(client: HomeAssistantClient, plex_log: Path) -> None:
    """Call the action to start a task, and check its response."""
    response = await client.call_action_with_response(ACTION, task=ACTION_TASK)
    require(response["result"] == "started", f"{ACTION} responded with {response}")
    check_request(ACTION, ACTION_REQUEST, plex_log)


async def check_settings(client: HomeAssistantClient, plex_log: Path) -> None:
    """Turn a task's schedule off and on, and change the maintenance window."""
    switch = await client.find_entity(SWITCH)
    for action, state, request in zip(
        ("turn_off", "turn_on"), ("off", "on"), SWITCH_REQUESTS, strict=True
    ):
        await client.call_action(f"switch.{action}", entity_id=switch)
        await check_state(client, switch, state)
        check_request(switch, request, plex_log)
    select = await client.find_entity(SELECT)
    await client.call_action(
        "select.select_option", entity_id=select, option=SELECT_OPTION
    )
    await check_state(client, select, SELECT_OPTION)
    check_request(select, SELECT_REQUEST, plex_log)


async def check_state(
    client: HomeAssistantClient, entity_id: str, expected: str
) -> None:
    """Check the state of an entity."""
    state = (await client.get(f"/api/states/{entity_id}"))["state"]
    require(state == expected, f"{entity_id} is {state} instead of {expected}")


def check_request(source: str, request: str, plex_log: Path) -> None:
    """Check that the simulated server has logged a request."""
    require(
        request in plex_log.read_text(),
        f"the server didn't receive the request from {source}: {request}",
    )
    report(f"The server received the request from {source}: {request}")


def check_exit_status(server: ServerProcess) -> None:
    """Check that a process that was stopped exited without an error."""
    status = server.process.returncode
    require(status == 0, f"{server.name} exited with status {status}")
    report(f"{server.name} stopped without an error")


def check_logs(log: Path, plex_log: Path) -> None:
    """Check that neither the integration nor the simulated server logged an error."""
    records = re.split(r"^(?=\d{4}-\d\d-\d\d )", log.read_text(), flags=re.MULTILINE)
    for record in records:
        if DOMAIN in record and re.search("ERROR|CRITICAL|Traceback", record):
            raise DemoError(f"the integration logged {record.splitlines()[0]}")
    if "Traceback" in plex_log.read_text():
        raise DemoError("the simulated server logged an error")
    report("The integration and the simulated server logged no errors")


def check_token_storage(config_folder: Path) -> None:
    """Check that only the server's config entry contains the token."""
    files = [
        file.name
        for file in config_folder.rglob("*")
        if file.is_file() and OWNER_TOKEN.encode() in file.read_bytes()
    ]
    require(
        files == ["core.config_entries"],
        f"files that contain the token: {', '.join(files) or 'none'}",
    )
    report("Only the config entry contains the token")
