"""The documents: links and pictures exist, and nothing that a person sees is missing."""

from collections import Counter
from collections.abc import Iterator
import json
from pathlib import Path
import re
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

import pytest

from homeassistant.util.yaml import parse_yaml

ROOT: Final = Path(__file__).parents[1]
REPOSITORY: Final = "https://github.com/plex-butler/plex-butler"
DOCUMENTS: Final = [ROOT / "README.md", ROOT / "SECURITY.md", *ROOT.glob("docs/*.md")]
README, AUTOMATIONS, ENTITIES, TASKS, TROUBLESHOOTING = (
    (ROOT / name).read_text(encoding="utf-8")
    for name in (
        "README.md",
        "docs/automations.md",
        "docs/entities.md",
        "docs/tasks.md",
        "docs/troubleshooting.md",
    )
)
TEXTS: Final[dict[str, Any]] = json.loads(
    (ROOT / "custom_components/plex_butler/translations/en.json").read_text("utf-8")
)

MY_REDIRECTS: Final = {
    "blueprint_import": {"blueprint_url"},
    "config_flow_start": {"domain"},
    "hacs_repository": {"owner", "repository", "category"},
    "lovelace_dashboards": set(),
}
"""The pages of Home Assistant that buttons open, each with its parameters."""

MAX_README_WORDS: Final = 1100

each_document = pytest.mark.parametrize(
    "path", DOCUMENTS, ids=[path.stem for path in DOCUMENTS]
)


def _prose(text: str) -> str:
    """Return a document without its blocks of code."""
    return re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)


def _targets(path: Path) -> Iterator[str]:
    """Yield what a document links to or shows, also its inline HTML."""
    text = _prose(path.read_text(encoding="utf-8"))
    yield from re.findall(r"\]\(([^)\s]+)\)", text)
    yield from re.findall(r'(?:src|srcset|href)="([^"]+)"', text)


def _anchors(path: Path) -> set[str]:
    """Return the anchors of the headings of a document, as GitHub makes them."""
    text = _prose(path.read_text(encoding="utf-8"))
    seen = Counter[str]()
    anchors = set[str]()
    for heading in re.findall(r"^#+ (.+)$", text, flags=re.MULTILINE):
        heading = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", heading)
        slug = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        anchors.add(f"{slug}-{seen[slug]}" if seen[slug] else slug)
        seen[slug] += 1
    return anchors


def _leaves(texts: dict[str, Any], key: str) -> Iterator[str]:
    """Yield all texts with a key."""
    for name, text in texts.items():
        if isinstance(text, dict):
            yield from _leaves(text, key)
        elif name == key:
            yield text


@each_document
def test_links(path: Path) -> None:
    """Every file and every heading that a document links to exists."""
    for target in _targets(path):
        address = urlsplit(target)
        if address.scheme:
            continue
        file = (path.parent / address.path).resolve() if address.path else path
        assert file.exists(), target
        if address.fragment:
            assert address.fragment in _anchors(file), target


@each_document
def test_addresses(path: Path) -> None:
    """Addresses are secure, and those of this repository lead to something in it."""
    forms = {file.name for file in ROOT.glob(".github/ISSUE_TEMPLATE/*.yml")}
    for target in _targets(path):
        address = urlsplit(target)
        assert address.scheme in ("", "https"), target
        if address.netloc == "my.home-assistant.io":
            kind, name = address.path.strip("/").split("/")
            assert name.removesuffix(".svg") in MY_REDIRECTS, target
            if kind == "redirect":
                assert parse_qs(address.query).keys() == MY_REDIRECTS[name], target
            for url in parse_qs(address.query).get("blueprint_url", []):
                assert (ROOT / url.removeprefix(f"{REPOSITORY}/blob/main/")).exists()
        if target.startswith(f"{REPOSITORY}/issues/new?"):
            assert set(parse_qs(address.query)["template"]) <= forms, target


def test_pictures() -> None:
    """Every picture is shown."""
    shown = {
        str((path.parent / target).resolve().relative_to(ROOT))
        for path in DOCUMENTS
        for target in _targets(path)
        if "images/" in target
    }
    taken = {str(file.relative_to(ROOT)) for file in ROOT.glob("docs/images/*")}
    assert taken == shown


def test_every_document_is_found() -> None:
    """The README links to each document."""
    links = set(_targets(ROOT / "README.md"))
    assert links >= {str(file.relative_to(ROOT)) for file in DOCUMENTS[1:]}


def test_readme_is_short() -> None:
    """The README stays readable."""
    text = re.sub(r"\]\([^)]*\)", "]", README)
    assert len(re.findall(r"[\w'’.-]+", text)) <= MAX_README_WORDS


def test_readme_in_hacs() -> None:
    """HACS shows the README with its pictures and links.

    It completes only relative links in Markdown, not before an address in the same line,
    and shows tags that it doesn't know as text.
    """
    assert not re.search(r"<[a-z]", README)
    for line in README.splitlines():
        relative = [match.end() for match in re.finditer(r"\]\((?!https:)", line)]
        assert all("://" not in line[end:] for end in relative), line


@each_document
def test_contents(path: Path) -> None:
    """The contents of a page are its sections, in their order."""
    text = path.read_text(encoding="utf-8")
    head, *sections = re.split(r"^## ", _prose(text), flags=re.MULTILINE)
    if contents := re.findall(r"^\* \[(.+?)\]\(#", head, flags=re.MULTILINE):
        assert contents == [section.splitlines()[0] for section in sections]


@each_document
def test_yaml(path: Path) -> None:
    """Every block of YAML is valid."""
    text = path.read_text(encoding="utf-8")
    for block in re.findall(r"^```yaml\n(.+?)^```", text, re.MULTILINE | re.DOTALL):
        assert parse_yaml(block)


@pytest.mark.parametrize("title", _leaves(TEXTS["device"], "name"))
def test_task(title: str) -> None:
    """Every known task is described."""
    [name] = re.findall(rf"^\| \*\*{title}\*\* `(\w+)` \|", TASKS, flags=re.MULTILINE)
    short = name.removeprefix("ButlerTask").casefold()
    assert short == title.replace(" ", "").casefold()


def test_entities() -> None:
    """Every entity and every attribute is described."""
    rows = [row.split("|")[1] for row in ENTITIES.splitlines() if row.startswith("|")]
    described = {name.strip() for row in rows for name in row.split(",")}
    for domain in TEXTS["entity"].values():
        for entity in domain.values():
            assert entity.get("name", "*The task itself*") in described
    for attribute in TEXTS["entity"]["sensor"]["status"]["state_attributes"].values():
        assert f"| {attribute['name']} |" in ENTITIES


@pytest.mark.parametrize("kind", ["services", "triggers", "conditions"])
def test_automations(kind: str) -> None:
    """Every action, trigger and condition is described, with its fields."""
    for key, texts in TEXTS[kind].items():
        assert f"| **{texts['name']}** (`plex_butler.{key}`) |" in AUTOMATIONS
        fields = texts.get("fields", {}).keys() | {
            field
            for section in texts.get("sections", {})
            for field in texts["sections"][section].get("fields", {})
        }
        for field in fields:
            assert f"`{field}`" in AUTOMATIONS


def _messages() -> Iterator[str]:
    """Yield the messages of errors, as far as they tell one from another."""
    errors = TEXTS["config"]["error"] | TEXTS["config"]["abort"]
    texts = [text for key, text in errors.items() if "successful" not in key]
    texts += [error["message"] for error in TEXTS["exceptions"].values()]
    for text in texts:
        sentence = re.split(r"(?<=[.:])\s", re.sub(r"\{\w+\}", "…", text))[0]
        yield re.sub(r"…\.$", "…", sentence)


@pytest.mark.parametrize("message", sorted(set(_messages())))
def test_error(message: str) -> None:
    """Every error is explained."""
    assert re.search(rf"^\| {re.escape(message)}", TROUBLESHOOTING, flags=re.MULTILINE)


@pytest.mark.parametrize("issue", _leaves(TEXTS["issues"], "title"))
def test_repair(issue: str) -> None:
    """Every repair issue is explained."""
    assert f"| **{re.sub(r'{\w+}', '…', issue)}** |" in TROUBLESHOOTING
