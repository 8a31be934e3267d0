"""The contenders and their versions, which are pinned, and the machine."""

from importlib.metadata import PackageNotFoundError, version
import os
from pathlib import Path
import platform
import re
from typing import Final

from .plex import ROOT

REQUIREMENTS: Final = ROOT / "requirements_bench.txt"
TEST_REQUIREMENTS: Final = ROOT / "requirements_test.txt"
PLEXAPI: Final = "plexapi"
SHOWN: Final = ("homeassistant", "aiohttp", PLEXAPI, "plexwebsocket")


def pinned_versions() -> dict[str, str]:
    """Return the version that each contender has to have."""
    versions = _read(REQUIREMENTS)
    versions[PLEXAPI] = _read(TEST_REQUIREMENTS)[PLEXAPI]
    return versions


def missing_contenders() -> list[str]:
    """Return a line for each contender that is missing, or has another version."""
    problems = []
    for name, pinned in pinned_versions().items():
        try:
            found = version(name)
        except PackageNotFoundError:
            found = "missing"
        if found != pinned:
            problems.append(f"{name} has to be {pinned}, but is {found}")
    return problems


def shown_versions() -> dict[str, str]:
    """Return the versions of what was measured."""
    return {"Python": platform.python_version()} | {
        name: version(name) for name in SHOWN
    }


def machine() -> str:
    """Return what the machine is."""
    text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    model = re.search(r"model name\s*: (.+)", text)
    processor = model[1] if model else platform.machine()
    return f"{processor}, {os.cpu_count()} cores, {platform.system()}"


def _read(file: Path) -> dict[str, str]:
    text = file.read_text(encoding="utf-8")
    return dict(re.findall(r"^([\w.-]+)==(\S+)$", text, flags=re.MULTILINE))
