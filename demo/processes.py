"""Child processes of the demo: Home Assistant and the simulated Plex server."""

import asyncio
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, nullcontext, suppress
from dataclasses import dataclass
import os
from pathlib import Path
import socket
import sys
from time import monotonic
from typing import Final

import aiohttp

from .const import LOCALHOST, REPOSITORY
from .exceptions import DemoError

# Seconds. The start has to be possible on slow machines, such as those of CI.
START_TIMEOUT: Final = 300
STOP_TIMEOUT: Final = 30
CHECK_INTERVAL: Final = 0.2


async def wait_until(
    condition: Callable[[], Awaitable[bool]],
    error: str,
    timeout: float = START_TIMEOUT,
) -> None:
    """Wait until a condition is true.

    Raises DemoError with the error message after the timeout, in seconds.
    """
    deadline = monotonic() + timeout
    while not await condition():
        if monotonic() > deadline:
            raise DemoError(error)
        await asyncio.sleep(CHECK_INTERVAL)


@dataclass(frozen=True, kw_only=True)
class ServerProcess:
    """A child process that serves HTTP."""

    name: str
    url: str
    process: Process

    async def wait_until_ready(self, path: str) -> None:
        """Wait until the server responds to requests for a path.

        Raises DemoError if it exits first, or doesn't respond in time.
        """
        async with aiohttp.ClientSession() as session:
            await wait_until(
                lambda: self._is_ready(session, path),
                f"{self.name} doesn't respond at {self.url}",
            )

    async def _is_ready(self, session: aiohttp.ClientSession, path: str) -> bool:
        self.raise_if_exited()
        with suppress(aiohttp.ClientConnectionError):
            async with session.get(f"{self.url}{path}") as response:
                return response.ok
        return False

    def raise_if_exited(self) -> None:
        """Raise DemoError if the process has exited."""
        if (status := self.process.returncode) is not None:
            raise DemoError(f"{self.name} exited unexpectedly with status {status}")

    async def stop(self) -> None:
        """Stop the process.

        Raises DemoError if it doesn't stop in time and has to be killed.
        """
        if self.process.returncode is not None:
            return
        self.process.terminate()
        try:
            async with asyncio.timeout(STOP_TIMEOUT):
                await self.process.wait()
        except TimeoutError:
            self.process.kill()
            await self.process.wait()
            raise DemoError(
                f"{self.name} didn't stop within {STOP_TIMEOUT} seconds"
            ) from None


def find_free_port(host: str, preferred: int = 0) -> int:
    """Return the preferred port, or another free port if it's in use."""
    with socket.socket() as probe:
        # Servers set this option too. Without it, the port of a server that has just
        # stopped seems to be in use.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, preferred))
        except OSError:
            probe.bind((host, 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def run_simulator(
    port: int, duration: float, log: Path | None
) -> AsyncIterator[ServerProcess]:
    """Run the simulated Plex server, and log to a file or to the terminal.

    `duration` is how long most of its tasks run, in seconds.
    """
    async with _run_module(
        "The simulated server",
        f"http://{LOCALHOST}:{port}",
        ["demo.plex_server", "--port", str(port), "--duration", str(duration)],
        log,
    ) as server:
        await server.wait_until_ready("/identity")
        yield server


@asynccontextmanager
async def run_home_assistant(
    host: str, port: int, config_folder: Path, log: Path
) -> AsyncIterator[ServerProcess]:
    """Run Home Assistant in its configuration folder, and log to a file."""
    async with _run_module(
        "Home Assistant",
        f"http://{LOCALHOST if host == '0.0.0.0' else host}:{port}",
        ["demo.home_assistant", "--config", str(config_folder), "--log-no-color"],
        log,
    ) as server:
        await server.wait_until_ready("/manifest.json")
        yield server


@asynccontextmanager
async def _run_module(
    name: str, url: str, arguments: list[str], log: Path | None
) -> AsyncIterator[ServerProcess]:
    """Run a Python module, and stop it at the end of the block."""
    with log.open("wb") if log else nullcontext() as output:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            *arguments,
            cwd=REPOSITORY,
            env=_child_environment(),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            # Ctrl-C must only reach the demo, which then stops its processes in order.
            start_new_session=True,
        )
    server = ServerProcess(name=name, url=url, process=process)
    try:
        yield server
    finally:
        await server.stop()


def _child_environment() -> dict[str, str]:
    """Return the environment without the demo's own variables, such as the token."""
    return {
        key: value for key, value in os.environ.items() if not key.startswith("PLEX_")
    }
