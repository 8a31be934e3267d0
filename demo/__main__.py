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
from typing import Final

import aiohttp

from homeassistant.const import RESTART_EXIT_CODE
from tests.simulator.server import OWNER_TOKEN

from .checks import (
    check_action,
    check_button,
    check_end,
    check_logs,
    check_secrecy,
    check_settings,
    check_tasks,
    passed,
)
from .client import log_in
from .config_folder import PASSWORD, REPOSITORY, USER, async_prepare_folder
from .processes import (
    LOCALHOST,
    DemoError,
    Server,
    pick_port,
    run_home_assistant,
    run_simulator,
)
from .requirements import install_requirements

HOME_ASSISTANT_PORT: Final = 8123
PLEX_PORT: Final = 32400

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
            device = await client.server_device(entry_id)
        print_where_to_look(home_assistant, server.url, plex_url, device["id"])
        status = await server.process.wait()
        if status not in (0, RESTART_EXIT_CODE):
            server.expect_alive()
    return status


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
                await check_button(client, plex_log)
                await check_action(client, plex_log)
                await check_settings(client, plex_log)
            await server.stop()
            check_end(server)
            check_logs(home_assistant.log, plex_log)
            check_secrecy(home_assistant.folder)
    print(f"demo: all is well, after {monotonic() - began:.0f} s")


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
