"""Run the simulated server with the tasks of the demo."""

import argparse
import asyncio
from contextlib import suppress

from tests.simulator import PlexSimulator, known_tasks
from tests.simulator.__main__ import log_requests, serve

from .scenario import prepare


async def _serve(port: int, duration: float) -> None:
    async with PlexSimulator(tasks=known_tasks(duration), port=port) as simulator:
        prepare(simulator, duration)
        await serve(simulator)


def main() -> None:
    """Run the server until it is interrupted, and log all requests."""
    parser = argparse.ArgumentParser(prog="python -m demo.plex_server")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--duration", type=float, required=True)
    arguments = parser.parse_args()
    log_requests()
    with suppress(KeyboardInterrupt):
        asyncio.run(_serve(arguments.port, arguments.duration))


if __name__ == "__main__":
    main()
