"""The server, as what is measured and what measures see it."""

import asyncio
import json
from pathlib import Path
import subprocess
import sys
from types import TracebackType
from typing import Any, Final, Self

ROOT: Final = Path(__file__).parents[1]
TOKEN: Final = "token-of-the-benchmark"
JSON_HEADERS: Final = {"Accept": "application/json", "X-Plex-Token": TOKEN}
XML_HEADERS: Final = {"X-Plex-Token": TOKEN}


class PlexServer:
    """The process of the server, which obeys orders."""

    def __init__(self) -> None:
        """Start the process, and wait until it serves."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bench.server"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.urls = [f"http://127.0.0.1:{port}" for port in self._result()]
        """The address of each server, of which all answer the same."""

    @property
    def url(self) -> str:
        """Return the address of the first server."""
        return self.urls[0]

    def __enter__(self) -> Self:
        """Return the server."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """End the process."""
        self._process.terminate()
        self._process.communicate()

    def order(self, do: str, **order: Any) -> Any:
        """Give an order, and return its result; the event loop waits for it."""
        self._send(do, order)
        return self._result()

    async def async_order(self, do: str, **order: Any) -> Any:
        """Give an order, and return its result; the event loop goes on meanwhile."""
        self._send(do, order)
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(None, self._result)

    def sync(self) -> None:
        """Return once the server has answered everything that it was sent."""
        self.order("sync")

    def _send(self, do: str, order: dict[str, Any]) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"do": do, **order}) + "\n")
        self._process.stdin.flush()

    def _result(self) -> Any:
        assert self._process.stdout is not None
        return json.loads(self._process.stdout.readline())
