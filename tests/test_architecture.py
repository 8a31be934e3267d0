"""The rules that docs/architecture.md draws: layers, and the size of things."""

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path
import re
from typing import Final, override

import pytest

REPOSITORY: Final = Path(__file__).parents[1]
ROOT: Final = REPOSITORY / "custom_components/plex_butler"
PACKAGE: Final = "custom_components.plex_butler"

LAYERS: Final = (
    {"api"},
    {"const"},
    {"butler"},
    {"records"},
    {"clock", "connection", "contexts", "deadline", "devices", "errors", "markdown"}
    | {"recording", "refreshes", "signals", "store", "updates", "waiters"},
    {"issues", "listeners", "permissions", "stop_scope", "targets"},
    {"reporter"},
    {"flow", "monitor"},
    {"commands", "trouble"},
    {"coordinator"},
    {"entity", "exposure"},
    {"current_task_sensor", "descriptions", "setting_entity", "window_sensor"},
    {"binary_sensor", "button", "calendar", "event", "select", "sensor", "switch"},
    {"actions"},
    {"condition", "config_flow", "dashboard", "diagnostics", "llm", "repairs"}
    | {"services", "system_health", "trigger"},
    {"__init__"},
)
"""Modules and packages from the bottom up; each imports from lower layers only."""

LEVELS: Final = {name: level for level, layer in enumerate(LAYERS) for name in layer}

PLATFORMS: Final = next(layer for layer in LAYERS if "sensor" in layer)
CONFIG_FLOW_IMPORTS: Final = {
    "api",
    "connection",
    "const",
    "flow",
    "markdown",
}

MAX_LINES: Final = 250
MAX_LINES_OF: Final = {Path("config_flow.py"): 400}
MAX_FUNCTION_LINES: Final = 40
MAX_FIELDS: Final = 8
MAX_FIELDS_OF: Final = {"PlexButlerCoordinator": 12}

type Function = ast.FunctionDef | ast.AsyncFunctionDef


class Module:
    """A module of the integration, with what it imports."""

    def __init__(self, file: Path) -> None:
        """Parse a file."""
        self.path = file.relative_to(ROOT)
        self.source = file.read_text(encoding="utf-8")
        self.tree = ast.parse(self.source)
        # The first level below the integration: a module or a whole package.
        self.part = self.path.with_suffix("").parts[0]

    @override
    def __repr__(self) -> str:
        """Return the path, which names the test."""
        return str(self.path)

    def imports(self) -> Iterator[tuple[str, str]]:
        """Yield the full name of each imported module, and each name imported from it."""
        package = [*PACKAGE.split("."), *self.path.parent.parts]
        for node in ast.walk(self.tree):
            match node:
                case ast.Import():
                    for alias in node.names:
                        yield alias.name, ""
                case ast.ImportFrom():
                    parents = package[: len(package) + 1 - node.level]
                    base = [*parents] if node.level else []
                    name = ".".join([*base, *([node.module] if node.module else [])])
                    for alias in node.names:
                        file = REPOSITORY / name.replace(".", "/") / f"{alias.name}.py"
                        module = f"{name}.{alias.name}" if file.exists() else name
                        yield module, alias.name

    def own_imports(self) -> Iterator[tuple[str, str]]:
        """Yield the imports from the integration, relative to its package."""
        for module, name in self.imports():
            if f"{module}.".startswith(f"{PACKAGE}."):
                yield module.removeprefix(PACKAGE).removeprefix("."), name

    def functions(self) -> Iterator[Function]:
        """Yield all functions, also nested ones."""
        for node in ast.walk(self.tree):
            if isinstance(node, Function.__value__):
                yield node

    def classes(self) -> Iterator[ast.ClassDef]:
        """Yield all classes."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.ClassDef):
                yield node


MODULES: Final = [Module(file) for file in sorted(ROOT.rglob("*.py"))]

each_module = pytest.mark.parametrize("module", MODULES, ids=repr)


def _fields(node: ast.ClassDef) -> set[str]:
    """Return the fields of a record, and the attributes that a class sets on itself."""
    kinds = [ast.unparse(each) for each in (*node.decorator_list, *node.bases)]
    is_record = any("dataclass" in kind or kind == "NamedTuple" for kind in kinds)
    fields = set()
    for child in ast.walk(node):
        match child:
            case ast.Attribute(value=ast.Name("self"), attr=name, ctx=ast.Store()):
                fields.add(name)
    for child in node.body:
        match child:
            case ast.AnnAssign(target=ast.Name(name)) if is_record:
                fields.add(name)
    return fields


def test_every_module_has_a_layer() -> None:
    """A new module is given a layer."""
    assert {module.part for module in MODULES} == LEVELS.keys()


@each_module
def test_imports_go_down(module: Module) -> None:
    """No module imports from its own layer, from above it, or from the package itself."""
    for imported, _ in module.own_imports():
        part = imported.partition(".")[0]
        if part != module.part:
            assert part, "imports from the package itself"
            assert LEVELS[part] < LEVELS[module.part], f"imports {imported}"
            assert part != "api" or imported == "api", f"imports {imported}"
            assert part not in PLATFORMS or module.part == "__init__"
            if module.part == "config_flow":
                assert part in CONFIG_FLOW_IMPORTS


def test_no_circles() -> None:
    """No module imports itself by way of others, also within a package."""
    graph = {
        ".".join(module.path.with_suffix("").parts).removesuffix(".__init__"): {
            imported for imported, _ in module.own_imports()
        }
        for module in MODULES
    }
    assert list(TopologicalSorter(graph).static_order())


@each_module
def test_home_assistant_stays_out_of_api_and_butler(module: Module) -> None:
    """The client and the rules of the butler work without Home Assistant."""
    if module.part in ("api", "butler"):
        for imported, _ in module.imports():
            assert not imported.startswith("homeassistant")
            assert module.part == "api" or imported != "time", "has a clock"


@each_module
def test_requests_of_butler(module: Module) -> None:
    """In butler, the guard, the poller and the settings alone send requests."""
    senders = ("guard", "poller", "settings")
    if module.part == "butler" and module.path.stem not in senders:
        for imported, name in module.own_imports():
            assert (imported, name) != ("api", "PlexClient")


@each_module
def test_errors_above_the_coordinator_are_translated(module: Module) -> None:
    """Errors of the client go no further up than the coordinator."""
    if LEVELS[module.part] > LEVELS["coordinator"]:
        for imported, name in module.own_imports():
            assert not (imported == "api" and name.endswith("Error"))


@each_module
def test_sizes(module: Module) -> None:
    """Files, functions and classes stay small."""
    lines = module.source.count("\n")
    assert lines <= MAX_LINES_OF.get(module.path, MAX_LINES)
    for function in module.functions():
        assert function.end_lineno is not None
        assert function.end_lineno - function.lineno < MAX_FUNCTION_LINES, function.name
    for node in module.classes():
        fields = _fields(node)
        assert len(fields) <= MAX_FIELDS_OF.get(node.name, MAX_FIELDS), fields


def test_map() -> None:
    """docs/architecture.md has a place for every module, and for no other."""
    text = (REPOSITORY / "docs/architecture.md").read_text(encoding="utf-8")
    modules, package = set(), ""
    for line in text.splitlines():
        if not (entry := re.fullmatch(r"    (│   )?[├└]── (.+)", line)):
            continue
        nested, content = entry.groups()
        names = re.split(r"  |$", content)[0].split()
        if names[0].endswith("/"):
            package = names[0]
        else:
            modules |= {f"{package if nested else ''}{name}" for name in names}
    # A package's own module stands for the package.
    expected = {str(module) for module in MODULES}
    packages = {
        f"{name}/__init__.py" for name in ("actions", "butler", "flow", "recording")
    }
    assert modules | packages == expected
