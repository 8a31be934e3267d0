"""Install the requirements of Home Assistant's integrations before it starts.

Home Assistant would install them during startup. The frontend isn't available until
then, and two of them have to be compiled. The versions are those that the installed
version of Home Assistant requires.
"""

from collections.abc import Iterable, Iterator
import json
from pathlib import Path
import subprocess
import sys
from typing import Any, Final

import homeassistant
from homeassistant.bootstrap import CORE_INTEGRATIONS, DEFAULT_INTEGRATIONS
from homeassistant.util.package import is_installed

from .config_folder import INTEGRATIONS
from .exceptions import DemoError

HOME_ASSISTANT_FOLDER: Final = Path(homeassistant.__path__[0])


def iter_manifests(domains: Iterable[str]) -> Iterator[dict[str, Any]]:
    """Yield the manifests of integrations and their dependencies."""
    pending = set(domains)
    seen: set[str] = set()
    while pending:
        domain = pending.pop()
        seen.add(domain)
        file = HOME_ASSISTANT_FOLDER / "components" / domain / "manifest.json"
        manifest: dict[str, Any] = json.loads(file.read_text())
        pending |= set(manifest.get("dependencies", ())) - seen
        yield manifest


def missing_requirements() -> list[str]:
    """Return the pinned requirements that aren't installed yet."""
    return sorted(
        {
            requirement
            for manifest in iter_manifests(
                {*CORE_INTEGRATIONS, *DEFAULT_INTEGRATIONS, *INTEGRATIONS}
            )
            for requirement in manifest.get("requirements", ())
            if not is_installed(requirement)
        }
    )


def install_requirements() -> None:
    """Install missing requirements with the constraints of Home Assistant.

    Raises DemoError if this fails.
    """
    if not (requirements := missing_requirements()):
        return
    print(f"Installing requirements: {', '.join(requirements)}", flush=True)
    command = [
        *(sys.executable, "-m", "uv", "pip", "install", "--quiet"),
        *("--python", sys.executable),
        *("--constraint", str(HOME_ASSISTANT_FOLDER / "package_constraints.txt")),
        *requirements,
    ]
    if subprocess.run(command, check=False).returncode:
        raise DemoError(
            "couldn't install all requirements; some of them need a C++ compiler"
        )
