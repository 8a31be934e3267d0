"""The demo's Home Assistant instance, with its configuration folder and log."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
import fcntl
import os
from pathlib import Path
import sys
from typing import Final

from .config_folder import prepare_config_folder
from .exceptions import DemoError
from .processes import ServerProcess, run_home_assistant

LOG_TAIL_LINES: Final = 30


@dataclass(frozen=True, kw_only=True)
class DemoInstance:
    """A Home Assistant instance that the demo can run."""

    config_folder: Path
    host: str
    port: int

    @property
    def log(self) -> Path:
        """Return the path of the file with the output of Home Assistant."""
        return self.config_folder / "demo.log"

    @asynccontextmanager
    async def run(self) -> AsyncIterator[ServerProcess]:
        """Run Home Assistant, and print the end of its log if anything fails."""
        with lock_folder(self.config_folder):
            await prepare_config_folder(self.config_folder, self.host, self.port)
            try:
                async with run_home_assistant(
                    self.host, self.port, self.config_folder, self.log
                ) as server:
                    yield server
            except Exception:
                print_log_tail(self.log)
                raise


@contextmanager
def lock_folder(folder: Path) -> Iterator[None]:
    """Create a folder if it doesn't exist, and lock it for this process.

    Raises DemoError if another process has locked it.
    """
    # Home Assistant stores the server's token in this folder.
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise DemoError(f"the demo is already running in {folder}") from None
        yield
    finally:
        os.close(descriptor)


def print_log_tail(log: Path) -> None:
    """Print the last lines of a log to stderr."""
    if log.exists():
        print(f"Last lines of {log}:", file=sys.stderr)
        for line in log.read_text(errors="replace").splitlines()[-LOG_TAIL_LINES:]:
            print(f"  {line}", file=sys.stderr)
