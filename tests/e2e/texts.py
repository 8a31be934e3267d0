"""The texts that a person sees, by their translation keys."""

from collections.abc import Mapping
from functools import cache
import json
from pathlib import Path
from typing import Any, Final

from demo.const import DOMAIN, REPOSITORY

TRANSLATIONS: Final = REPOSITORY / "custom_components" / DOMAIN / "translations"
FRONTEND_TRANSLATIONS: Final = REPOSITORY / "frontend/translations"


def text(key: str, language: str = "en", **placeholders: str) -> str:
    """Return the integration's text with a translation key, such as `issues.x.title`."""
    return _resolve(TRANSLATIONS / f"{language}.json", key, placeholders)


def card_text(key: str, **placeholders: str) -> str:
    """Return the text of the cards with a translation key, in English."""
    return _resolve(FRONTEND_TRANSLATIONS / "en.json", key, placeholders)


def longest_languages(count: int) -> list[str]:
    """Return the languages with the longest texts of the cards, the longest first."""
    files = sorted(FRONTEND_TRANSLATIONS.glob("*.json"), key=_length, reverse=True)
    return [file.stem for file in files[:count]]


def _length(file: Path) -> int:
    def length(value: Any) -> int:
        if isinstance(value, Mapping):
            return sum(length(each) for each in value.values())
        return len(value)

    return length(_read(file))


def _resolve(file: Path, key: str, placeholders: Mapping[str, str]) -> str:
    value = _read(file)
    for part in key.split("."):
        value = value[part]
    assert isinstance(value, str)
    for name, replacement in placeholders.items():
        value = value.replace(f"{{{name}}}", replacement)
    return value


@cache
def _read(file: Path) -> Any:
    return json.loads(file.read_text(encoding="utf-8"))
