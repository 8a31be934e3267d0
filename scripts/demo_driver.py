"""Run Home Assistant with the integration, for a person to try or to check that it works."""

import argparse
import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
import fcntl
import os
from pathlib import Path
import re
import signal
import sys
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Any, Final

import aiohttp

from homeassistant.const import RESTART_EXIT_CODE
from tests.simulator.server import OWNER_TOKEN
from tests.simulator.tasks import known_tasks

from .demo_client import DOMAIN, HomeAssistantClient, log_in
from .demo_folder import PASSWORD, REPOSITORY, USER, async_prepare_folder
from .demo_processes import (
    LOCALHOST,
    DemoError,
    Server,
    pick_port,
    run_home_assistant,
    run_simulator,
)
from .demo_requirements import install_requirements

HOME_ASSISTANT_PORT: Final = 8123
PLEX_PORT: Final = 32400

BUTTON: Final = "BackupDatabase_start"
"""The end of a button's unique id; entity ids differ between versions of Home Assistant."""
BUTTON_REQUEST: Final = "POST /butler/BackupDatabase: 200"
ACTION: Final = f"{DOMAIN}.start_task"
ACTION_TASK: Final = "Optimize Database"
ACTION_REQUEST: Final = "POST /butler/OptimizeDatabase: 200"

SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
LOG_TAIL: Final = 30


@dataclass(frozen=True, kw_only=True)
class Demo:
    """Where the demo's Home Assistant has its things."""

    folder: Path
    host: str
    port: int

    @property
    def log(self) -> Path:
        """Return the file with all that Home Assistant prints."""
        return self.folder / "demo.log"

    @asynccontextmanager
    async def run(self) -> AsyncIterator[Server]:
        """Run Home Assistant, and show the end of its log where something fails."""
        with claim(self.folder):
            await async_prepare_folder(self.folder, self.host, self.port)
            try:
                async with run_home_assistant(
                    self.host, self.port, self.folder, self.log
                ) as server:
                    yield server
            except Exception:
                print_tail(self.log)
                raise


@contextmanager
def claim(folder: Path) -> Iterator[None]:
    """Make a folder, and have it for ourselves; raises DemoError where another has it."""
    # The server's token is going to be in there.
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise DemoError(f"it runs already, with its things in {folder}") from None
    finally:
        os.close(descriptor)


def print_tail(log: Path) -> None:
    """Print the end of a log."""
    if log.exists():
        print(f"The end of {log}:", file=sys.stderr)
        for line in log.read_text(errors="replace").splitlines()[-LOG_TAIL:]:
            print(f"  {line}", file=sys.stderr)


async def demo(host: str) -> None:
    """Run the demo until it is interrupted."""
    url = os.environ.get("PLEX_URL")
    token = os.environ.get("PLEX_TOKEN", "") if url else OWNER_TOKEN
    if not token:
        raise DemoError("with PLEX_URL, PLEX_TOKEN has to be set too")
    home_assistant = Demo(
        folder=REPOSITORY / ".demo" / ("real" if url else "simulated"),
        host=host,
        port=pick_port(host, HOME_ASSISTANT_PORT),
    )
    async with plex_server(url) as plex_url:
        # The web page has a button to restart.
        while await serve(home_assistant, plex_url, token) == RESTART_EXIT_CODE:
            pass


@asynccontextmanager
async def plex_server(url: str | None) -> AsyncIterator[str]:
    """Give the address of the real server, or of a simulated one while the block runs."""
    if url:
        yield url
    else:
        async with run_simulator(pick_port(LOCALHOST, PLEX_PORT), None) as simulator:
            yield simulator.url


async def serve(home_assistant: Demo, plex_url: str, token: str) -> int:
    """Run Home Assistant with the server until it ends; return its exit status."""
    print("Starting Home Assistant", flush=True)
    async with home_assistant.run() as server:
        async with log_in(server.url) as client:
            entry_id = await client.add_server(plex_url, token)
            await client.wait_until_loaded(entry_id)
            device = server_device(await client.devices(entry_id))
        print_where_to_look(home_assistant, server.url, plex_url, device["id"])
        status = await server.process.wait()
        if status not in (0, RESTART_EXIT_CODE):
            server.expect_alive()
    return status


def server_device(devices: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the server's own device, of which the tasks' are parts."""
    return next(device for device in devices if not device.get("parent_device_id"))


def print_where_to_look(
    home_assistant: Demo, url: str, plex_url: str, device_id: str
) -> None:
    """Tell a person where everything is."""
    # An address from the browser may have the token behind it.
    plex_url = re.split("[?#]", plex_url)[0]
    print(
        f"""
Home Assistant: {url}  (user {USER}, password {PASSWORD})
The server:     {url}/config/devices/device/{device_id}
Its actions:    {url}/config/developer-tools/action
Plex:           {plex_url}
Log:            {home_assistant.log}
Everything is kept in {home_assistant.folder}, the server's token too. Ctrl-C ends it.
""",
        flush=True,
    )


async def check() -> None:
    """Run the demo in a new folder, on free ports, and try what it is for."""
    began = monotonic()
    with TemporaryDirectory(prefix="plex-butler-demo-") as name:
        folder = Path(name)
        plex_log = folder / "simulator.log"
        home_assistant = Demo(
            folder=folder / "config", host=LOCALHOST, port=pick_port(LOCALHOST)
        )
        async with (
            run_simulator(pick_port(LOCALHOST), plex_log) as simulator,
            home_assistant.run() as server,
        ):
            async with log_in(server.url) as client:
                passed(f"Home Assistant has started at {server.url}")
                await check_tasks(client, simulator.url)
                button = await check_button(client)
                check_request(button, BUTTON_REQUEST, plex_log)
                await check_action(client)
                check_request(ACTION, ACTION_REQUEST, plex_log)
            await server.stop()
            check_end(server)
            check_logs(home_assistant.log, plex_log)
            check_secrecy(home_assistant.folder)
    print(f"demo: all is well, after {monotonic() - began:.0f} s")


async def check_tasks(client: HomeAssistantClient, plex_url: str) -> None:
    """Add the server, and see all of its tasks."""
    entry_id = await client.add_server(plex_url, OWNER_TOKEN)
    await client.wait_until_loaded(entry_id)
    passed("the server was added by its config flow")
    devices = await client.devices(entry_id)
    server_id = server_device(devices)["id"]
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


async def check_button(client: HomeAssistantClient) -> str:
    """Press a task's button and return its entity id."""
    for entity in await client.command("config/entity_registry/list"):
        if entity["platform"] == DOMAIN and entity["unique_id"].endswith(BUTTON):
            await client.call("button.press", entity_id=entity["entity_id"])
            return str(entity["entity_id"])
    raise DemoError(f"there is no button {BUTTON}")


async def check_action(client: HomeAssistantClient) -> None:
    """Call an action, and see its response."""
    response = await client.call_for_response(ACTION, task=ACTION_TASK)
    expect(response["result"] == "started", f"{ACTION} answers {response}")


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
        print_tail(plex_log)
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


def parse_arguments() -> argparse.Namespace:
    """Return what the command line says."""
    parser = argparse.ArgumentParser(prog="scripts/demo", description=__doc__)
    parser.add_argument(
        "--host",
        default=LOCALHOST,
        help="address to listen at (%(default)s; 0.0.0.0 lets the whole network in)",
    )
    parser.add_argument(
        "--check",
        action="store_true",
        help="try everything against the simulated server, and end",
    )
    return parser.parse_args()


def cancel_on_signals() -> None:
    """Cancel the running task at the first signal, so that it ends what it started."""
    loop = asyncio.get_running_loop()
    task = asyncio.current_task()

    def interrupt() -> None:
        for number in SIGNALS:
            loop.add_signal_handler(number, lambda: None)
        if task:
            task.cancel()

    for number in SIGNALS:
        loop.add_signal_handler(number, interrupt)


async def run(arguments: argparse.Namespace) -> None:
    """Do what the command line says."""
    cancel_on_signals()
    await (check() if arguments.check else demo(arguments.host))


def main() -> None:
    """Run, and tell in a line what failed."""
    arguments = parse_arguments()
    try:
        install_requirements()
        asyncio.run(run(arguments))
    except asyncio.CancelledError, KeyboardInterrupt:
        sys.exit(130 if arguments.check else 0)
    except (DemoError, OSError, aiohttp.ClientError) as err:
        sys.exit(f"demo: failed: {err}")


if __name__ == "__main__":
    main()
