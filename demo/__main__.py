"""Run Home Assistant with the integration, to try it out or to check that it works."""

import argparse
import asyncio
import signal
import sys
from typing import Final

import aiohttp

from .checks import run_checks
from .const import LOCALHOST
from .exceptions import DemoError
from .requirements import install_requirements
from .serve import serve

STOP_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
INTERRUPTED_STATUS: Final = 128 + signal.SIGINT


def _parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/demo", description=__doc__)
    parser.add_argument(
        "--host",
        default=LOCALHOST,
        help="address to listen on (default: %(default)s; 0.0.0.0 allows access from"
        " the network)",
    )
    parser.add_argument(
        "--check",
        action="store_true",
        help="check the integration with the simulated server, and exit",
    )
    return parser.parse_args()


def _cancel_on_signal() -> None:
    """Cancel the current task on the first stop signal, so that it can clean up."""
    loop = asyncio.get_running_loop()
    task = asyncio.current_task()

    def handle_signal() -> None:
        for number in STOP_SIGNALS:
            loop.add_signal_handler(number, lambda: None)
        if task:
            task.cancel()

    for number in STOP_SIGNALS:
        loop.add_signal_handler(number, handle_signal)


async def _run(arguments: argparse.Namespace) -> None:
    _cancel_on_signal()
    await (run_checks() if arguments.check else serve(arguments.host))


def main() -> None:
    """Run the demo, and exit with an error message if it fails."""
    arguments = _parse_arguments()
    try:
        install_requirements()
        asyncio.run(_run(arguments))
    except asyncio.CancelledError, KeyboardInterrupt:
        sys.exit(INTERRUPTED_STATUS if arguments.check else 0)
    except (DemoError, OSError, aiohttp.ClientError) as err:
        sys.exit(f"demo: failed: {err}")


if __name__ == "__main__":
    main()
