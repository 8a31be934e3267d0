"""Install what Home Assistant would otherwise install while it starts.

Its web page waits for some of that, and two packages have to be compiled first. The
versions are those that the installed Home Assistant asks for.
"""

from collections.abc import Iterable, Iterator
import json
from pathlib import Path
import subprocess
import sys
from typing import Any

import homeassistant
from homeassistant.bootstrap import CORE_INTEGRATIONS, DEFAULT_INTEGRATIONS
from homeassistant.util.package import is_installed

from .config_folder import INTEGRATIONS
from .processes import DemoError

HOME_ASSISTANT = Path(homeassistant.__path__[0])


def manifests(domains: Iterable[str]) -> Iterator[dict[str, Any]]:
    """Yield the manifests of integrations and of all that they depend on."""
    waiting = set(domains)
    seen: set[str] = set()
    while waiting:
        domain = waiting.pop()
        seen.add(domain)
        file = HOME_ASSISTANT / "components" / domain / "manifest.json"
        manifest: dict[str, Any] = json.loads(file.read_text())
        waiting |= set(manifest.get("dependencies", ())) - seen
        yield manifest


def missing_requirements() -> list[str]:
    """Return the requirements that the demo's integrations lack, with their versions."""
    return sorted(
        {
            requirement
            for manifest in manifests(
                {*CORE_INTEGRATIONS, *DEFAULT_INTEGRATIONS, *INTEGRATIONS}
            )
            for requirement in manifest.get("requirements", ())
            if not is_installed(requirement)
        }
    )


def install_requirements() -> None:
    """Install what is missing, the way Home Assistant does, and say so: it may take long.

    Raises DemoError where that fails.
    """
    if not (requirements := missing_requirements()):
        return
    print(f"Installing {', '.join(requirements)}", flush=True)
    command = [
        *(sys.executable, "-m", "uv", "pip", "install", "--quiet"),
        *("--python", sys.executable),
        *("--constraint", str(HOME_ASSISTANT / "package_constraints.txt")),
        *requirements,
    ]
    if subprocess.run(command, check=False).returncode:
        raise DemoError("not all of that could be installed; some takes a C++ compiler")
