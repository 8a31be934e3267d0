"""Which of the server's settings schedule which butler task.

The relation is known from captures and from Plex's own names of settings and tasks. It
doesn't tell which settings a server has: only the server's own list does.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from ..api import ServerSetting

type Schedule = Mapping[str, ServerSetting]
"""The settings that schedule butler tasks, by their ids."""

WINDOW_START: Final = "ButlerStartHour"
WINDOW_END: Final = "ButlerEndHour"

INFORMATIVE: Final = frozenset({"MarkerSource", "ButlerTaskUpdateServer"})
"""Settings that are only shown in diagnostics: with the markers of Plex's cloud, the
tasks that find markers do nothing (measured), and updates probably depend on the other.
"""

_PREFIX: Final = "ButlerTask"
_SUFFIX: Final = "Behavior"

_BEHAVIORS: Final = {
    "GenerateAdMarkers": "GenerateAdMarkerBehavior",
    "GenerateChapterThumbs": "GenerateChapterThumbBehavior",
    "GenerateCreditsMarkers": "GenerateCreditsMarkerBehavior",
    "GenerateIntroMarkers": "GenerateIntroMarkerBehavior",
    "GenerateMediaIndexFiles": "GenerateBIFBehavior",
    "GenerateVoiceActivity": "GenerateVADBehavior",
}
"""The behavior settings whose ids differ from the names of their tasks."""


class Behavior(StrEnum):
    """When the server runs a task; ASAP is on schedule and when media is added."""

    NEVER = "never"
    SCHEDULED = "scheduled"
    ASAP = "asap"


def schedule_from(settings: Mapping[str, ServerSetting]) -> Schedule:
    """Return the settings that schedule butler tasks, by their ids."""
    return {
        name: setting
        for name, setting in settings.items()
        if name in (WINDOW_START, WINDOW_END, *INFORMATIVE)
        or (name.startswith(_PREFIX) and setting.type == "bool")
        or (name.endswith(_SUFFIX) and setting.type == "text")
    }


def enabled_setting_id(task: str) -> str:
    """Return the id of the setting that enables a task."""
    return _PREFIX + task.removeprefix(_PREFIX)


def behavior_setting_id(task: str) -> str:
    """Return the id of the setting that determines when a task runs."""
    name = task.removeprefix(_PREFIX)
    return _BEHAVIORS.get(name, name + _SUFFIX)
