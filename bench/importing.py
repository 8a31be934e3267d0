"""What an import costs: `python -m bench.importing`, in a process of its own.

It imports what a Home Assistant that has started has imported anyway: its bootstrap, the
integrations of `default_config`, and those that entities belong to. What else a contender
imports is counted: only that follows from its set-up. Each import is measured in a fork
of the process, so that each meets the same state, with the bytecode that an earlier one
has written to a temporary folder: an installation compiles a module once, too.

A line in JSON on stdin has, for each name, the modules to import in their order, and the
number of rounds. The answer is a line with the CPU time in milliseconds and the private
memory in KiB of each.
"""

from collections.abc import Iterator
from contextlib import suppress
import gc
import importlib
import json
import os
from pathlib import Path
import re
import sys
from tempfile import TemporaryDirectory
import time
from typing import Final

import homeassistant
from homeassistant.const import Platform

from .measure import shuffled

COMPONENTS: Final = Path(homeassistant.__file__).parent / "components"


def import_base() -> None:
    """Import what a Home Assistant that has started has imported."""
    importlib.import_module("homeassistant.bootstrap")
    for domain in sorted({*_with_dependencies("default_config"), *Platform}):
        # Some need a library that isn't installed beside the tests.
        with suppress(ImportError):
            importlib.import_module(f"homeassistant.components.{domain}")


def _with_dependencies(domain: str) -> Iterator[str]:
    """Yield an integration, and all that are set up before it."""
    manifest = (COMPONENTS / domain / "manifest.json").read_text(encoding="utf-8")
    yield domain
    for dependency in json.loads(manifest).get("dependencies", ()):
        yield from _with_dependencies(dependency)


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
    contenders: dict[str, list[str]] = order["modules"]
    results: dict[str, list[tuple[float, int]]] = {name: [] for name in contenders}
    import_base()
    with TemporaryDirectory(prefix="bench") as folder:
        sys.pycache_prefix, sys.dont_write_bytecode = folder, False
        for modules in contenders.values():
            _fork(modules)
        gc.collect()
        gc.freeze()
        for names in shuffled(contenders, order["rounds"]):
            for name in names:
                results[name].append(_fork(contenders[name]))
    sys.stdout.write(json.dumps(results) + "\n")


if __name__ == "__main__":
    main()
