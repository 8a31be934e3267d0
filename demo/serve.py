"""Run the demo until the user stops it."""

import asyncio
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
import os
import re
import sys
from typing import Final

from homeassistant.const import RESTART_EXIT_CODE
from tests.simulator.server import OWNER_TOKEN

from .client import HomeAssistantClient, connect
from .clock import MOVE_MINUTES, move_clock
from .const import HOME_ASSISTANT_PORT, LOCALHOST, PASSWORD, PLEX_PORT, REPOSITORY, USER
from .exceptions import DemoError
from .instance import DemoInstance
from .processes import find_free_port, run_simulator
from .scenario import start_tasks

TASK_DURATION: Final = 10
"""Seconds that most tasks of the simulated server run."""


async def serve(host: str) -> None:
    """Run Home Assistant with a Plex server until it stops or is interrupted.

    Raises DemoError if it can't be started, or if PLEX_TOKEN is missing.
    """
    real_url = os.environ.get("PLEX_URL")
    token = os.environ.get("PLEX_TOKEN", "") if real_url else OWNER_TOKEN
    if not token:
        raise DemoError("PLEX_URL is set, but PLEX_TOKEN isn't")
    instance = DemoInstance(
        config_folder=REPOSITORY / ".demo" / ("real" if real_url else "simulated"),
        host=host,
        port=find_free_port(host, HOME_ASSISTANT_PORT),
    )
    async with _plex_server(real_url) as plex_url:
        starts_tasks = not real_url
        # A restart from the frontend exits the process with this code.
        while (
            await _serve_once(instance, plex_url, token, starts_tasks=starts_tasks)
            == RESTART_EXIT_CODE
        ):
            starts_tasks = False


@asynccontextmanager
async def _plex_server(real_url: str | None) -> AsyncIterator[str]:
    """Yield the URL of the real server, or run a simulated server and yield its URL."""
    if real_url:
        yield real_url
    else:
        port = find_free_port(LOCALHOST, PLEX_PORT)
        async with run_simulator(port, TASK_DURATION, log=None) as simulator:
            yield simulator.url


async def _serve_once(
    instance: DemoInstance, plex_url: str, token: str, *, starts_tasks: bool
) -> int:
    """Run Home Assistant until it exits, and return its exit status."""
    print("Starting Home Assistant", flush=True)
    async with instance.run() as server:
        async with connect(server.url) as client:
            entry_id = await client.add_server(plex_url, token)
            await client.wait_until_loaded(entry_id)
            device = await client.get_server_device(entry_id)
            _print_overview(instance, server.url, plex_url, device["id"])
            if starts_tasks:
                await _start_tasks(client)
        async with _move_clock_on_enter(server.process):
            status = await server.process.wait()
        if status not in (0, RESTART_EXIT_CODE):
            server.raise_if_exited()
    return status


async def _start_tasks(client: HomeAssistantClient) -> None:
    """Start some tasks, and print what to look at."""
    await start_tasks(client)
    print(
        """
Some tasks were started:
  Clean old bundles, Clean old cache files: both run, each with its own progress.
  Music analysis: goes on while the server shows nothing of it between two items.
  Refresh EPG guides: waits for its turn in the maintenance window.
  Deep media analysis: makes no more progress soon, which shows after half an hour.
""",
        flush=True,
    )


@asynccontextmanager
async def _move_clock_on_enter(process: Process) -> AsyncIterator[None]:
    """Move Home Assistant's clock on when Enter is pressed in a terminal."""
    print("Press Ctrl-C to stop.", flush=True)
    if not sys.stdin.isatty():
        yield
        return
    moves: set[asyncio.Task[None]] = set()

    def handle_line() -> None:
        sys.stdin.readline()
        if moves or process.returncode is not None:
            return
        print(f"Moving Home Assistant's clock on by {MOVE_MINUTES} minutes", flush=True)
        move = asyncio.create_task(move_clock(process))
        moves.add(move)
        move.add_done_callback(moves.discard)

    loop = asyncio.get_running_loop()
    loop.add_reader(sys.stdin, handle_line)
    print(
        f"Press Enter to let {MOVE_MINUTES} minutes pass at once for Home Assistant.",
        flush=True,
    )
    try:
        yield
    finally:
        loop.remove_reader(sys.stdin)
        for move in moves:
            move.cancel()


def _print_overview(
    instance: DemoInstance, url: str, plex_url: str, device_id: str
) -> None:
    """Print where to look."""
    # A URL that was copied from a browser may contain the token.
    plex_url = re.split("[?#]", plex_url)[0]
    print(
        f"""
Home Assistant: {url} (user {USER}, password {PASSWORD})
Server device:  {url}/config/devices/device/{device_id}
Actions:        {url}/config/developer-tools/action
Plex server:    {plex_url}
Log:            {instance.log}
Data:           {instance.config_folder} (includes the server's token)
""",
        flush=True,
    )
