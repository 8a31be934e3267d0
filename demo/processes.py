"""The demo's processes: Home Assistant and the simulated Plex server."""

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

from .config_folder import REPOSITORY

START_TIMEOUT: Final = 300
STOP_TIMEOUT: Final = 30
LOCALHOST: Final = "127.0.0.1"


class DemoError(Exception):
    """The demo failed, as its text says."""


async def wait_until(holds: Callable[[], Awaitable[bool]], failure: str) -> None:
    """Ask until the answer is yes; raises DemoError with the failure where it never is."""
    deadline = monotonic() + START_TIMEOUT
    while not await holds():
        if monotonic() > deadline:
            raise DemoError(failure)
        await asyncio.sleep(0.2)


@dataclass(frozen=True, kw_only=True)
class Server:
    """A process that serves HTTP."""

    name: str
    url: str
    process: Process

    async def wait_until_it_answers(self, path: str) -> None:
        """Wait until the process answers there; raises DemoError where it won't."""
        async with aiohttp.ClientSession() as session:
            await wait_until(
                lambda: self._answers(session, path),
                f"{self.name} does not answer at {self.url}",
            )

    async def _answers(self, session: aiohttp.ClientSession, path: str) -> bool:
        self.expect_alive()
        with suppress(aiohttp.ClientConnectionError):
            async with session.get(f"{self.url}{path}") as response:
                return response.ok
        return False

    def expect_alive(self) -> None:
        """Raise DemoError where the process has ended."""
        if (status := self.process.returncode) is not None:
            raise DemoError(f"{self.name} ended by itself, with exit status {status}")

    async def stop(self) -> None:
        """End the process; raises DemoError where it has to be killed."""
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
                f"{self.name} did not end within {STOP_TIMEOUT} s"
            ) from None


def pick_port(host: str, wanted: int = 0) -> int:
    """Return the wanted port, or any free one where that is taken."""
    with socket.socket() as probe:
        # As servers do, else a port is taken for a while after its server has ended.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, wanted))
        except OSError:
            probe.bind((host, 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def run_simulator(port: int, log: Path | None) -> AsyncIterator[Server]:
    """Run the simulated Plex server, with its log in a file or on the terminal."""
    async with _run(
        "The simulated server",
        f"http://{LOCALHOST}:{port}",
        ["tests.simulator", "--port", str(port)],
        REPOSITORY,
        log,
    ) as server:
        await server.wait_until_it_answers("/identity")
        yield server


@asynccontextmanager
async def run_home_assistant(
    host: str, port: int, folder: Path, log: Path
) -> AsyncIterator[Server]:
    """Run Home Assistant in its folder, with its log in a file."""
    async with _run(
        "Home Assistant",
        f"http://{LOCALHOST if host == '0.0.0.0' else host}:{port}",
        ["homeassistant", "--config", str(folder), "--log-no-color"],
        folder,
        log,
    ) as server:
        await server.wait_until_it_answers("/manifest.json")
        yield server


@asynccontextmanager
async def _run(
    name: str, url: str, module: list[str], folder: Path, log: Path | None
) -> AsyncIterator[Server]:
    """Run a Python module in a folder until the block ends.

    It gets a session of its own: Ctrl-C is for us, who then end it in good order.
    """
    with log.open("wb") if log else nullcontext() as output:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            *module,
            cwd=folder,
            env=_environment(),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    server = Server(name=name, url=url, process=process)
    try:
        yield server
    finally:
        await server.stop()


def _environment() -> dict[str, str]:
    """Return our environment without what is for the demo alone, the token above all."""
    return {
        key: value for key, value in os.environ.items() if not key.startswith("PLEX_")
    }
