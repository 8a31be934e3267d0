"""Tests of loosely typed values, and of titles made from names."""

from typing import Any

import pytest

from custom_components.plex_butler.api import ButlerTask


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("BackupDatabase", "Backup database"),
        ("ButlerTaskGenerateIntroMarkers", "Generate intro markers"),
        ("ButlerTaskCleanSupplementalLogFiles", "Clean supplemental log files"),
        ("RefreshEpgGuides", "Refresh epg guides"),
        ("RefreshEPGGuides", "Refresh EPG guides"),
        ("GenerateVAD", "Generate VAD"),
        ("Analyze4KVideo", "Analyze 4 k video"),
        ("lowercase", "Lowercase"),
        ("ButlerTask", "ButlerTask"),
        ("???", "???"),
    ],
)
def test_title_from_name(name: str, title: str) -> None:
    """A task without a title gets one from its name."""
    assert ButlerTask.from_api({"name": name}).title == title
    assert ButlerTask.from_api({"name": name, "title": " "}).title == title


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (True, True),
        (1, True),
        ("1", True),
        ("true", True),
        (False, False),
        (0, False),
        ("0", False),
        ("False", False),
        (None, True),
        ("maybe", True),
        ([], True),
    ],
)
def test_enabled(value: Any, expected: bool) -> None:
    """Booleans are accepted in all forms; the default is enabled."""
    assert ButlerTask.from_api({"name": "A", "enabled": value}).enabled is expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (7, 7),
        ("7", 7),
        (7.0, 7),
        (None, None),
        ("weekly", None),
        ([7], None),
        (float("inf"), None),
        ("9" * 5000, None),
    ],
)
def test_interval(value: Any, expected: int | None) -> None:
    """Integers are accepted in all forms; the default is None."""
    assert (
        ButlerTask.from_api({"name": "A", "interval": value}).interval_days == expected
    )
