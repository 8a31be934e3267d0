"""Run the demo until the user stops it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
import os
import re

from homeassistant.const import RESTART_EXIT_CODE
from tests.simulator.server import OWNER_TOKEN

from .client import connect
from .const import HOME_ASSISTANT_PORT, LOCALHOST, PASSWORD, PLEX_PORT, REPOSITORY, USER
from .exceptions import DemoError
from .instance import DemoInstance
from .processes import find_free_port, run_simulator


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
        # A restart from the frontend exits the process with this code.
        while await _serve_once(instance, plex_url, token) == RESTART_EXIT_CODE:
            pass


@asynccontextmanager
async def _plex_server(real_url: str | None) -> AsyncIterator[str]:
    """Yield the URL of the real server, or run a simulated server and yield its URL."""
    if real_url:
        yield real_url
    else:
        port = find_free_port(LOCALHOST, PLEX_PORT)
        async with run_simulator(port, log=None) as simulator:
            yield simulator.url


async def _serve_once(instance: DemoInstance, plex_url: str, token: str) -> int:
    """Run Home Assistant until it exits, and return its exit status."""
    print("Starting Home Assistant", flush=True)
    async with instance.run() as server:
        async with connect(server.url) as client:
            entry_id = await client.add_server(plex_url, token)
            await client.wait_until_loaded(entry_id)
            device = await client.get_server_device(entry_id)
        _print_overview(instance, server.url, plex_url, device["id"])
        status = await server.process.wait()
        if status not in (0, RESTART_EXIT_CODE):
            server.raise_if_exited()
    return status


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

Press Ctrl-C to stop.
""",
        flush=True,
    )
