"""What an import costs: `python -m bench.importing`, in a process of its own.

It imports what a Home Assistant has imported anyway, and then forks a process for each
import, so that each meets the same state. A line in JSON on stdin has, for each name, the
modules to import in their order, and the number of rounds. The answer is a line with the
CPU time in milliseconds and the private memory in KiB of each.
"""

import gc
import importlib
import json
import os
from pathlib import Path
import re
import sys
import time
from typing import Final

from .measure import shuffled_rounds

BASE: Final = (
    "homeassistant.bootstrap",
    "homeassistant.components.binary_sensor",
    "homeassistant.components.button",
    "homeassistant.components.calendar",
    "homeassistant.components.diagnostics",
    "homeassistant.components.event",
    "homeassistant.components.frontend",
    "homeassistant.components.http",
    "homeassistant.components.llm",
    "homeassistant.components.lovelace",
    "homeassistant.components.lovelace.resources",
    "homeassistant.components.notify",
    "homeassistant.components.repairs",
    "homeassistant.components.select",
    "homeassistant.components.sensor",
    "homeassistant.components.switch",
    "homeassistant.components.system_health",
    "homeassistant.components.zeroconf",
    "homeassistant.helpers.discovery",
    "homeassistant.helpers.httpx_client",
    "homeassistant.helpers.llm",
    "homeassistant.helpers.reload",
    "homeassistant.helpers.trigger_template_entity",
    "homeassistant.helpers.update_coordinator",
)
"""Modules that a usual Home Assistant has imported before either contender."""


def measure(modules: list[str]) -> tuple[float, int]:
    """Return the milliseconds and the KiB that imports take, in this process."""
    # Memory that is still shared with the parent would be copied while it is measured.
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    memory, begin = _private_memory(), time.process_time()
    for module in modules:
        importlib.import_module(module)
    seconds = time.process_time() - begin
    return seconds * 1000, _private_memory() - memory


def _private_memory() -> int:
    """Return the memory in KiB that only this process has."""
    text = Path("/proc/self/smaps_rollup").read_text(encoding="ascii")
    return sum(int(size) for size in re.findall(r"Private_\w+: +(\d+) kB", text))


def _fork(modules: list[str]) -> tuple[float, int]:
    """Return what imports take in a fork of this process."""
    reader, writer = os.pipe()
    if not (child := os.fork()):
        os.write(writer, json.dumps(measure(modules)).encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        milliseconds, memory = json.loads(pipe.read())
    os.waitpid(child, 0)
    return milliseconds, memory


def main() -> None:
    """Measure what stdin asks for."""
    order = json.loads(sys.stdin.readline())
    for module in BASE:
        importlib.import_module(module)
    gc.collect()
    gc.freeze()
    contenders: dict[str, list[str]] = order["modules"]
    results: dict[str, list[tuple[float, int]]] = {name: [] for name in contenders}
    for name in shuffled_rounds(contenders, order["rounds"]):
        results[name].append(_fork(contenders[name]))
    sys.stdout.write(json.dumps(results) + "\n")


if __name__ == "__main__":
    main()
