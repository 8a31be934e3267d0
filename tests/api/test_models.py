"""Tests of loosely typed values, and of titles made from names."""

from typing import Any

import pytest

from custom_components.plex_butler.api import (
    Activity,
    ActivityNotification,
    ButlerTask,
    PlexResponseError,
    ServerIdentity,
)


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
        (2, True),
        ([False], True),
        (" 0 ", False),
        (0.0, False),
        ({"a": False}, True),
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
        (7.5, None),
        ("7.0", 7),
        (" 7 ", 7),
        ("-7", -7),
        ("1e3", None),
        ("١", None),
        (True, None),
        (float("nan"), None),
        (10**9, 10**9),
        (10**9 + 1, None),
        (-(10**9) - 1, None),
        (2**64, None),
        (1e300, None),
        ({"a": 7}, None),
    ],
)
def test_interval(value: Any, expected: int | None) -> None:
    """Integers are accepted in all forms; the default is None."""
    assert (
        ButlerTask.from_api({"name": "A", "interval": value}).interval_days == expected
    )


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (42, 42),
        (42.5, 42.5),
        ("42.5", 42.5),
        ("42", 42),
        (42.0, 42),
        (-1, -1),
        ("-1", -1),
        (-1.0, -1),
        (0, 0),
        (100, 100),
        (100.5, None),
        (-0.5, None),
        (-2, None),
        (True, None),
        (float("nan"), None),
        (float("inf"), None),
        ("nan", None),
        ("inf", None),
        ("", None),
        ([42], None),
        (None, None),
    ],
)
def test_progress(value: Any, expected: float | None) -> None:
    """Fractions of progress count, also as strings; whole values are integers."""
    activity = Activity.from_api({"uuid": "a", "progress": value})
    assert activity.progress == expected
    assert type(activity.progress) is type(expected)
    assert activity.percent == (None if expected == -1 else expected)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("half a pair \ud83d here", "half a pair \ufffd here"),
        ("\udc00", "\ufffd"),
        ("two halves \ud83d\ude00", "two halves \ufffd\ufffd"),
        ("two\nlines", "two lines"),
        ("\x00zero\x1b[31m\x7f", "zero [31m"),
        ("a\u2028b\x85c", "a b c"),
        ("\u202etxt.exe\u202c", "txt.exe"),
        ("\u2067a\u2069 \u202a", "a"),
        (
            "\u200f\u05d0 \u2764\ufe0f\u200d\U0001f525",
            "\u200f\u05d0 \u2764\ufe0f\u200d\U0001f525",
        ),
        ("\u200b\u200b", None),
        ("\u202e \ufeff\u3164\u2800\U000e0041", None),
        ("\n\t ", None),
        ("x" * 301, "x" * 300),
        ("   " + "x" * 500, "x" * 300),
        ("\U0001f600" * 301, "\U0001f600" * 300),
        ("family \U0001f468\u200d\U0001f469", "family \U0001f468\u200d\U0001f469"),
        ("", None),
        (5, None),
        (["a"], None),
        ({"a": "b"}, None),
    ],
)
def test_texts(value: Any, expected: str | None) -> None:
    """Every text is mended and limited where it comes in."""
    activity = Activity.from_api(
        {"uuid": "a", "type": value, "title": value, "subtitle": value}
    )
    assert activity.title == activity.subtitle == expected
    assert activity.type == (expected or "")
    task = ButlerTask.from_api({"name": "A", "title": value})
    assert task.title == (expected or "A")
    server = ServerIdentity.from_api(
        {"machineIdentifier": "a", "friendlyName": value, "version": value}
    )
    assert server.friendly_name == server.version == expected


def test_description() -> None:
    """A description may be longer than other texts."""
    task = ButlerTask.from_api({"name": "A", "description": "\ud83d" + "x" * 5000})
    assert task.description == "\ufffd" + "x" * 1999


def test_title_from_a_long_name() -> None:
    """A title made from a name is limited too."""
    assert len(ButlerTask.from_api({"name": "aB" * 150}).title) == 300


@pytest.mark.parametrize("value", ["a\ud83d", "a\nb", " a", "x" * 301, "", ["a"], 5])
def test_unusable_identifiers(value: Any) -> None:
    """An identifier that can't be used unchanged makes the row invalid."""
    event = {"event": "ended", "uuid": value}
    with pytest.raises(PlexResponseError):
        ServerIdentity.from_api({"machineIdentifier": value})
    with pytest.raises(PlexResponseError):
        Activity.from_api({"uuid": value})
    with pytest.raises(PlexResponseError):
        ButlerTask.from_api({"name": value})
    with pytest.raises(PlexResponseError):
        ActivityNotification.from_api(event)
    with pytest.raises(PlexResponseError):
        ActivityNotification.from_api({"event": value, "uuid": "a"})
