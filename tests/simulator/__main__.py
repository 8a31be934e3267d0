"""Run the simulated server alone."""

import argparse
import asyncio
from contextlib import suppress
import logging

from .server import OWNER_TOKEN, PlexSimulator
from .site import LOGGER
from .tasks import known_tasks


async def serve(simulator: PlexSimulator) -> None:
    """Serve until the task is canceled, with the timing of a real server."""
    # A real server was measured to need about as long.
    simulator.settings.unready = 0.1
    print(
        f"Simulated Plex Media Server at {simulator.url}, token {OWNER_TOKEN}",
        flush=True,
    )
    await asyncio.Event().wait()


def log_requests() -> None:
    """Log all requests to stderr."""
    logging.basicConfig(format="%(asctime)s %(message)s", level=logging.WARNING)
    LOGGER.setLevel(logging.INFO)


async def _serve(port: int, duration: float) -> None:
    async with PlexSimulator(tasks=known_tasks(duration), port=port) as simulator:
        await serve(simulator)


def main() -> None:
    """Run the server until it is interrupted, and log all requests."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.simulator", description=__doc__
    )
    parser.add_argument(
        "--port", type=int, default=32400, help="port to listen on, 0 for any"
    )
    parser.add_argument(
        "--duration", type=float, default=10, help="seconds that a task runs"
    )
    arguments = parser.parse_args()
    log_requests()
    with suppress(KeyboardInterrupt):
        asyncio.run(_serve(arguments.port, arguments.duration))


if __name__ == "__main__":
    main()
