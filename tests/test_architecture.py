"""Imports go down only, as docs/architecture.md draws it."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

PACKAGE: Final = Path("custom_components/plex_butler")
ROOT: Final = Path(__file__).parents[1] / PACKAGE

LAYERS: Final = (
    {"api"},
    {"const"},
    {"evidence", "schedule"},
    {"task_state"},
    {"activities", "runs", "waiting"},
    {"tracker"},
    {"connection", "devices", "errors", "history", "issues"},
    {"sign_in", "watch", "whereabouts"},
    {"known_servers", "validation"},
    {"dialogs"},
    {"adding", "changing", "discovering"},
    {"follower"},
    {"coordinator"},
    {"entity"},
    {"setting_entity"},
    {"binary_sensor", "button", "event", "select", "sensor", "switch"},
    {"config_flow", "diagnostics", "repairs", "services", "system_health"},
    {"__init__"},
)
"""From the bottom up; a module imports from the layers below its own."""

LEVELS: Final = {
    module: level for level, layer in enumerate(LAYERS) for module in layer
}

WITHOUT_HOME_ASSISTANT: Final = {
    "activities",
    "api",
    "evidence",
    "runs",
    "schedule",
    "task_state",
    "tracker",
    "waiting",
}

KNOW_ERRORS: Final = {
    "coordinator",
    "errors",
    "follower",
    "sign_in",
    "validation",
    "whereabouts",
}
"""The modules that may name the client's errors; above them they are translated."""


def _module(file: Path) -> str:
    """Return the module, or the subpackage as a whole, that a file belongs to."""
    return file.relative_to(ROOT).with_suffix("").parts[0]


def _imports(file: Path) -> Iterator[tuple[str, list[str]]]:
    """Yield each import of a file: the module's full name, and what is taken of it."""
    package = ".".join((PACKAGE / file.relative_to(ROOT)).parent.parts)
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        match node:
            case ast.Import():
                for alias in node.names:
                    yield alias.name, []
            case ast.ImportFrom():
                parents = package.split(".")[: len(package.split(".")) + 1 - node.level]
                base = parents if node.level else []
                yield (
                    ".".join([*base, *([node.module] if node.module else [])]),
                    [alias.name for alias in node.names],
                )


FILES: Final = sorted(ROOT.rglob("*.py"))


def test_every_module_has_its_layer() -> None:
    """A new module is given a place."""
    assert {_module(file) for file in FILES} == LEVELS.keys()


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_imports_go_down(file: Path) -> None:
    """No module imports from beside or above it, nor from the package itself."""
    module = _module(file)
    own = ".".join(PACKAGE.parts)
    for imported, names in _imports(file):
        if module in WITHOUT_HOME_ASSISTANT:
            assert not imported.startswith("homeassistant")
        if not imported.startswith(own):
            continue
        assert imported != own, "imports from the package itself"
        target = imported.removeprefix(f"{own}.").partition(".")[0]
        if target != module:
            assert LEVELS[target] < LEVELS[module], f"imports {target}"
        if target == "api" and module not in KNOW_ERRORS | {"api"}:
            assert not [name for name in names if name.endswith("Error")]
