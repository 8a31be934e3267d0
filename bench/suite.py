"""All figures, measured in one run."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from .figures import bursts, hours, imports, polls, presses, recorder, sizes, starts
from .loop import SkippingLoop
from .measure import Line
from .plex import PlexServer
from .run import Run

FIGURES: Final[dict[str, Callable[[Run], Awaitable[list[Line]]]]] = {
    "polls": polls.measure,
    "tasks": sizes.measure_tasks,
    "hours": hours.measure,
    "bursts": bursts.measure,
    "presses": presses.measure,
    "starts": starts.measure,
    "servers": sizes.measure_servers,
    "imports": imports.measure,
    "recorder": recorder.measure,
}

LONG_ONLY: Final = {"recorder"}
"""Figures without a budget, which the short form leaves out."""


def measure(
    names: list[str], *, is_short: bool, report: Callable[[str], None]
) -> list[Line]:
    """Measure figures, by default all; `report` is told what is measured."""
    loop = SkippingLoop()
    with PlexServer() as server, asyncio.Runner(loop_factory=lambda: loop) as runner:
        loop.selector.sync = server.sync
        run = Run(
            loop=loop,
            server=server,
            rounds=5 if is_short else 11,
            repeat=10 if is_short else 20,
            is_short=is_short,
        )
        return runner.run(_measure(run, names, report))


async def _measure(
    run: Run, names: list[str], report: Callable[[str], None]
) -> list[Line]:
    lines = []
    for name, figure in FIGURES.items():
        if name in names or not (names or (run.is_short and name in LONG_ONLY)):
            report(name)
            lines += await figure(run)
    return lines
