"""The texts are complete in every language, and no unused text remains."""

import ast
from collections import Counter
from collections.abc import Iterator
from itertools import dropwhile, takewhile
import json
from pathlib import Path
import re
from typing import Any, Final

import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    get_system_health_info,
)
import voluptuous as vol

from custom_components.plex_butler.condition import async_get_conditions
from custom_components.plex_butler.config_flow import OTHER_WAYS
from custom_components.plex_butler.const import DOMAIN
from custom_components.plex_butler.errors import ERROR_KEYS
from custom_components.plex_butler.flow.schemas import CONF_SERVER
from custom_components.plex_butler.issues import BACKUPS_OFF, CONNECTION_ISSUES
from custom_components.plex_butler.trigger import (
    CONF_OUTCOME,
    OUTCOMES,
    async_get_triggers,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers import config_validation as cv, entity_registry as er
from homeassistant.setup import async_setup_component
from homeassistant.util.yaml import load_yaml_dict

from .common import STATUS
from .same_as_english import SAME_AS_ENGLISH

REPOSITORY: Final = Path(__file__).parents[1]
ROOT: Final = REPOSITORY / "custom_components/plex_butler"
GLOSSARIES: Final = REPOSITORY / "docs/glossaries"
TRANSLATIONS: Final = {
    "integration": ROOT / "translations",
    "frontend": REPOSITORY / "frontend/translations",
}
LANGUAGES: Final = (
    *("en", "de", "fr", "es", "it", "nl", "pt-BR", "pl", "sv", "da"),
    *("nb", "fi", "cs", "hu", "uk", "tr", "ja", "ko", "zh-Hans", "ru"),
)
MIN_TERMS: Final = 35
PLACEHOLDER: Final = re.compile(r"\{\w+\}")

# The categories of CLDR's cardinal plural rules; the other languages have two.
PLURALS: Final = (
    dict.fromkeys(LANGUAGES, ("one", "other"))
    | dict.fromkeys(("fr", "es", "it", "pt-BR"), ("one", "many", "other"))
    | dict.fromkeys(("pl", "cs", "uk", "ru"), ("one", "few", "many", "other"))
    | dict.fromkeys(("ja", "ko", "zh-Hans"), ("other",))
)
# There, "one" is also 21, 31 and so on, and the number can't be left out.
ONE_IS_NOT_ALWAYS_1: Final = {"uk", "ru"}


def _load(file: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return content


ENGLISH: Final = _load(ROOT / "translations/en.json")
ICONS: Final = _load(ROOT / "icons.json")
SERVICES: Final = load_yaml_dict(ROOT / "services.yaml")
TRIGGERS: Final = load_yaml_dict(ROOT / "triggers.yaml")
CONDITIONS: Final = load_yaml_dict(ROOT / "conditions.yaml")
UNCLEAR_WORDS: Final = re.compile(
    r"\b(that is to|anew|mend(?:s|ed)?|behind it|is said to|who waits|the one of"
    r"|films?|guests?|by hand)\b",
    re.IGNORECASE,
)


def _texts(content: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Yield each text with its path."""
    for key, value in content.items():
        if isinstance(value, dict):
            yield from _texts(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def _literals() -> set[str]:
    """Return every string literal in the integration's code."""
    return {
        node.value
        for file in ROOT.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def _read(part: str, language: str) -> dict[str, Any]:
    """Return the texts of the integration or the frontend in a language."""
    return _load(TRANSLATIONS[part] / f"{language}.json")


def _groups(content: dict[str, Any]) -> dict[str, dict[str, str]]:
    """Return the texts of the frontend that have plural forms."""
    return {key: forms for key, forms in content.items() if isinstance(forms, dict)}


def _placeholders(text: str) -> list[str]:
    return sorted(PLACEHOLDER.findall(text))


def _texts_and_placeholders(content: dict[str, Any]) -> dict[str, list[str]]:
    return {path: _placeholders(text) for path, text in _texts(content)}


@pytest.mark.parametrize("part", TRANSLATIONS)
def test_all_languages(part: str) -> None:
    """There is a file for each language, and no other file."""
    files = {file.name for file in TRANSLATIONS[part].iterdir()}
    assert files == {f"{language}.json" for language in LANGUAGES}


@pytest.mark.parametrize("language", LANGUAGES)
def test_languages(language: str) -> None:
    """Every language has the same texts, each with the same placeholders."""
    assert _texts_and_placeholders(
        _read("integration", language)
    ) == _texts_and_placeholders(ENGLISH)


@pytest.mark.parametrize("language", LANGUAGES)
def test_languages_of_frontend(language: str) -> None:
    """Every language has the frontend's texts, each with the same placeholders."""
    content, english = _read("frontend", language), _read("frontend", "en")
    groups = _groups(english)
    assert _groups(content).keys() == groups.keys()
    assert _texts_and_placeholders(
        {key: text for key, text in content.items() if key not in groups}
    ) == _texts_and_placeholders(
        {key: text for key, text in english.items() if key not in groups}
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_plurals_of_frontend(language: str) -> None:
    """Every language has its own plural forms, each with the same placeholders."""
    groups = _groups(_read("frontend", "en"))
    for key, forms in _groups(_read("frontend", language)).items():
        assert forms.keys() - {"=1"} == set(PLURALS[language]), key
        is_one = {"=1"} if language in ONE_IS_NOT_ALWAYS_1 else {"=1", "one"}
        for category, text in forms.items():
            allowed = [groups[key]["other"]]
            if category in is_one:
                allowed.append(groups[key]["one"])
            assert _placeholders(text) in map(_placeholders, allowed), (key, category)


def test_built_texts_of_frontend() -> None:
    """The built frontend has the texts of its sources; English is in the script."""
    built = {file.stem: _load(file) for file in (ROOT / "frontend").rglob("*.json")}
    assert built == {
        language: _read("frontend", language) for language in LANGUAGES[1:]
    }


@pytest.mark.parametrize("part", TRANSLATIONS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_references(language: str, part: str) -> None:
    """No text is empty or a reference, which only core would resolve."""
    for path, text in _texts(_read(part, language)):
        assert text.strip(), path
        assert text == text.strip(), path
        assert "[%key:" not in text, path


def test_same_as_english() -> None:
    """A text is translated, or listed with a reason; no entry of the list is unused."""
    same: set[tuple[str, str]] = set()
    for part in TRANSLATIONS:
        english = dict(_texts(_read(part, "en")))
        for language in LANGUAGES[1:]:
            for path, text in _texts(_read(part, language)):
                # A plural form that English doesn't have is compared with "other".
                group = path.rpartition(".")[0]
                if text == english.get(path, english.get(f"{group}.other")):
                    same.add((text, language))
    listed = [
        (text, language)
        for text, reasons in SAME_AS_ENGLISH.items()
        for languages, reason in reasons.items()
        for language in languages.split()
        if reason
    ]
    assert [entry for entry, count in Counter(listed).items() if count > 1] == []
    assert same - set(listed) == set(), "not translated, or not listed"
    assert set(listed) - same == set(), "listed, but translated"


def test_all_glossaries() -> None:
    """Every language that texts are translated to has a glossary."""
    files = {file.name for file in GLOSSARIES.iterdir()}
    assert files == {f"{language}.md" for language in LANGUAGES[1:]}


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_glossaries(language: str) -> None:
    """A glossary has a table of the terms, each with where it comes from."""
    lines = (GLOSSARIES / f"{language}.md").read_text(encoding="utf-8").splitlines()
    table = list(
        takewhile(
            lambda line: line.startswith("|"),
            dropwhile(lambda line: not line.startswith("|"), lines),
        )
    )
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table[2:]]
    assert len(rows) >= MIN_TERMS
    for row in rows:
        assert len(row) == len(table[0].strip("|").split("|")) == 3, row
        assert all(row), row
    terms = [row[0] for row in rows]
    assert [term for term, count in Counter(terms).items() if count > 1] == []


def test_plain_english() -> None:
    """No text has words that are unclear, or for which Home Assistant uses others."""
    for path, text in _texts(ENGLISH):
        assert not UNCLEAR_WORDS.findall(text), path


async def test_entities(
    setup_entry: MockConfigEntry, entity_registry: er.EntityRegistry
) -> None:
    """Every entity has its texts and an icon, and none of these is unused."""
    used: dict[str, set[str]] = {}
    for entry in er.async_entries_for_config_entry(
        entity_registry, setup_entry.entry_id
    ):
        assert entry.translation_key is not None
        used.setdefault(entry.domain, set()).add(entry.translation_key)
        has_name = "name" in ENGLISH["entity"][entry.domain][entry.translation_key]
        assert has_name is (entry.original_name is not None)
    for texts in (ENGLISH, ICONS):
        assert {domain: set(keys) for domain, keys in texts["entity"].items()} == used


@pytest.mark.usefixtures("setup_entry")
async def test_states_and_attributes(hass: HomeAssistant) -> None:
    """Every state and attribute of the status has a name."""
    state = hass.states.get(STATUS)
    assert state is not None
    texts = ENGLISH["entity"]["sensor"]["status"]
    assert texts["state"].keys() == set(state.attributes["options"])
    assert ICONS["entity"]["sensor"]["status"]["state"].keys() == texts["state"].keys()
    general = {"options", "device_class", "friendly_name"}
    assert texts["state_attributes"].keys() == state.attributes.keys() - general


def test_errors() -> None:
    """Every error has a text, in forms and as an exception, and no text is unused."""
    keys = set(ERROR_KEYS.values())
    assert keys <= ENGLISH["exceptions"].keys() | {"server_trouble"}
    assert keys <= ENGLISH["config"]["error"].keys()
    literals = _literals()
    for section in (ENGLISH["exceptions"], ENGLISH["config"]["error"]):
        assert section.keys() <= literals


def _check_steps(steps: dict[str, Any]) -> None:
    """Check that the code has every step, and that the step's texts are complete."""
    literals = _literals()
    assert steps.keys() <= literals
    for step in steps.values():
        assert step["title"]
        assert step.get("data", {}).keys() == step.get("data_description", {}).keys()
        options = step.get("menu_options", {}).keys()
        assert options <= literals
        assert step.get("menu_option_descriptions", {}).keys() <= options


def test_config_flow() -> None:
    """Every step of the config flow has its texts, and each reason to abort is used."""
    literals = _literals()
    config = ENGLISH["config"]
    _check_steps(config["step"])
    assert config["progress"].keys() <= literals
    standard = {"already_configured", "reauth_successful", "reconfigure_successful"}
    assert config["abort"].keys() - standard <= literals
    ways = ENGLISH["selector"][CONF_SERVER]["options"]
    assert ways.keys() == set(OTHER_WAYS)
    assert ways.items() <= config["step"]["user"]["menu_options"].items()


def test_issues() -> None:
    """Every issue and its fix flow have their texts."""
    literals = _literals()
    assert ENGLISH["issues"].keys() == {BACKUPS_OFF, *CONNECTION_ISSUES}
    for issue in ENGLISH["issues"].values():
        assert issue["title"]
        _check_steps(issue["fix_flow"]["step"])
        assert issue["fix_flow"].get("abort", {}).keys() <= literals
        assert issue["fix_flow"].get("error", {}).keys() <= literals


async def test_system_health(hass: HomeAssistant) -> None:
    """Every value of the system information has a name."""
    assert await async_setup_component(hass, "system_health", {})
    assert await async_setup_component(hass, DOMAIN, {})
    info = await get_system_health_info(hass, DOMAIN)
    assert info.keys() == ENGLISH["system_health"]["info"].keys()


def _flat(fields: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of an action, with those of its sections."""
    flat: dict[str, Any] = {}
    for key, field in fields.items():
        flat |= field.get("fields", {key: field})
    return flat


@pytest.mark.usefixtures("setup_entry")
async def test_actions(hass: HomeAssistant) -> None:
    """Every action has its fields in services.yaml, its texts, and an icon."""
    actions = hass.services.async_services_for_domain(DOMAIN)
    assert actions.keys() == SERVICES.keys()
    assert actions.keys() == ICONS["services"].keys()
    assert actions.keys() == ENGLISH["services"].keys()
    for name, action in actions.items():
        assert isinstance(action.schema, vol.Schema)
        fields = {str(field) for field in action.schema.schema}
        if "target" in SERVICES[name]:
            fields -= {str(field) for field in cv.ENTITY_SERVICE_FIELDS}
        described, texts = SERVICES[name]["fields"], ENGLISH["services"][name]
        sections = {key for key, field in described.items() if "fields" in field}
        assert fields == _flat(described).keys()
        assert fields == texts["fields"].keys()
        assert sections == texts.get("sections", {}).keys()


def test_task_selector() -> None:
    """The actions that start and stop a task share a selector, with custom values."""
    start, stop = (
        _flat(SERVICES[name]["fields"]) for name in ("start_task", "stop_task")
    )
    assert start["task"] is stop["task"]
    assert start["task"]["selector"]["select"]["custom_value"] is True


def _options(description: dict[str, Any]) -> dict[str, list[str]]:
    """Return the options of the fields that have some, by their translation key."""
    selects = [
        field["selector"]["select"] for field in description.get("fields", {}).values()
    ]
    return {select["translation_key"]: select["options"] for select in selects}


async def test_triggers_and_conditions(hass: HomeAssistant) -> None:
    """Every trigger, condition, field and option has its texts, and an icon."""
    used: dict[str, list[str]] = {}
    for kind, registered, descriptions in (
        ("trigger", await async_get_triggers(hass), TRIGGERS),
        ("condition", await async_get_conditions(hass), CONDITIONS),
    ):
        texts, icons = ENGLISH[f"{kind}s"], ICONS[f"{kind}s"]
        assert registered.keys() == descriptions.keys() == texts.keys() == icons.keys()
        for name, description in descriptions.items():
            assert description["target"]["entity"]["integration"] == DOMAIN
            fields = texts[name].get("fields", {})
            assert fields.keys() == description.get("fields", {}).keys()
            for text in (texts[name], *fields.values()):
                assert text["name"]
                assert text["description"]
            assert icons[name][kind].startswith("mdi:")
            used |= _options(description)
    for key, options in used.items():
        assert ENGLISH["selector"][key]["options"].keys() == set(options)
    assert used == {CONF_OUTCOME: OUTCOMES}
