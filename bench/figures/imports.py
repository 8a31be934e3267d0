"""Imports, and the memory that they and a set-up take."""

import asyncio
import gc
import json
import subprocess
import sys
import tracemalloc
from typing import Final

from custom_components.plex_butler.coordinator import INTERVAL_PUSH

from ..contenders.butler import PlexButler
from ..contenders.contender import Contender
from ..contenders.empty import EmptyCoordinator
from ..contenders.rest import Rest
from ..measure import Line, compare
from ..names import IMPORT, IMPORT_MEMORY, MEMORY
from ..plex import ROOT
from ..run import Run

PACKAGES: Final = {
    PlexButler.name: ("custom_components.plex_butler",),
    Rest.name: ("homeassistant.components.rest", "jsonpath", "xmltodict"),
}
"""The packages that nothing else imports."""


async def measure(run: Run) -> list[Line]:
    """Measure imports in a process of their own, and set-ups in a new Home Assistant."""
    memory = {}
    contenders: list[Contender] = [
        PlexButler(),
        EmptyCoordinator(INTERVAL_PUSH),
        Rest(),
    ]
    # The first time, what Home Assistant itself keeps counts as well.
    for contender in (*contenders, *contenders):
        memory[contender.name] = [await _set_up_memory(run, contender)]
    order = {"modules": _modules(), "rounds": 8 if run.is_short else 20}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bench.importing",
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    answer, _ = await process.communicate(json.dumps(order).encode() + b"\n")
    results: dict[str, list[tuple[float, float]]] = json.loads(answer)
    times = {name: [ms for ms, _ in each] for name, each in results.items()}
    sizes = {name: [kib for _, kib in each] for name, each in results.items()}
    return [
        *compare(IMPORT, times, reference=Rest.name),
        *compare(IMPORT_MEMORY, sizes, reference=Rest.name, unit="KiB"),
        *compare(MEMORY, memory, unit="KiB"),
    ]


def _modules() -> dict[str, list[str]]:
    """Return what the set-up of each contender has imported, in its order."""
    return {
        name: [
            module
            for module in sys.modules
            if any(f"{module}.".startswith(f"{package}.") for package in packages)
        ]
        for name, packages in PACKAGES.items()
    }


async def _set_up_memory(run: Run, contender: Contender) -> float:
    """Return how many KiB a contender keeps after its set-up."""
    async with run.home() as home:
        gc.collect()
        tracemalloc.start()
        await contender.async_set_up(home)
        gc.collect()
        size, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    return size / 1024
