"""The server's own schedule: its settings that say when the butler does what.

Which setting belongs to which task is known from captures, and from Plex's own names of
them. That says nothing of what a server has, which only its own list does.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from .api import ServerSetting

type Schedule = Mapping[str, ServerSetting]

WINDOW_START: Final = "ButlerStartHour"
WINDOW_END: Final = "ButlerEndHour"

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
"""The settings that aren't simply called as their task is."""


class Behavior(StrEnum):
    """When the server does a task: `ASAP` is on schedule, and for whatever is new."""

    NEVER = "never"
    SCHEDULED = "scheduled"
    ASAP = "asap"


def schedule_from(settings: Mapping[str, ServerSetting]) -> Schedule:
    """Return those of a server's settings that have to do with the butler, by their ids."""
    return {
        name: setting
        for name, setting in settings.items()
        if name in (WINDOW_START, WINDOW_END)
        or (name.startswith(_PREFIX) and setting.type == "bool")
        or (name.endswith(_SUFFIX) and setting.type == "text")
    }


def switch_of(task: str) -> str:
    """Return the id of the setting that switches a task on and off."""
    return _PREFIX + task.removeprefix(_PREFIX)


def behavior_of(task: str) -> str:
    """Return the id of the setting that says when a task is done."""
    name = task.removeprefix(_PREFIX)
    return _BEHAVIORS.get(name, name + _SUFFIX)
