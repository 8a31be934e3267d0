"""The simulated server's settings: those of a captured `GET /:/prefs` that the butler has."""

import asyncio
from dataclasses import dataclass
from typing import Any, Final

type Value = bool | int | str

_HOURS: Final = "|".join(f"{hour}:{hour}\ua78900" for hour in range(24))
"""As captured: garbled."""

_BEHAVIORS: Final = (
    "never:never|scheduled:as a scheduled task"
    "|asap:as a scheduled task and when media is added"
)

_SWITCHES: Final = (
    ("BackupDatabase", "Backup database every three days"),
    ("OptimizeDatabase", "Optimize database every week"),
    ("CleanOldBundles", "Remove old bundles every week"),
    ("CleanOldCacheFiles", "Remove old cache files every week"),
    ("RefreshLocalMedia", "Refresh local metadata every three days"),
    ("RefreshLibraries", "Update all libraries during maintenance"),
    ("UpgradeMediaAnalysis", "Upgrade media analysis during maintenance"),
    ("RefreshPeriodicMetadata", "Refresh metadata periodically"),
    ("DeepMediaAnalysis", "Perform extensive media analysis"),
    ("GarbageCollectBlobs", ""),
    ("RefreshEpgGuides", ""),
    ("ReverseGeocode", "Fetch missing location names"),
    ("GenerateAutoTags", ""),
    ("GenerateMediaIndexFiles", ""),
)

_BEHAVIOR_VALUES: Final = {
    "GenerateBIFBehavior": "never",
    "GenerateIntroMarkerBehavior": "asap",
    "GenerateCreditsMarkerBehavior": "asap",
    "GenerateVADBehavior": "scheduled",
    "GenerateChapterThumbBehavior": "scheduled",
    "LoudnessAnalysisBehavior": "scheduled",
    "MusicAnalysisBehavior": "scheduled",
}


@dataclass(kw_only=True)
class SimulatedSetting:
    """A setting; its type is that of its default."""

    id: str
    default: Value
    value: Value
    label: str = ""
    group: str = "butler"
    choices: str | None = None

    def fields(self) -> dict[str, Any]:
        """Return it as the server tells it."""
        kind = {bool: "bool", int: "int", str: "text"}[type(self.default)]
        fields: dict[str, Any] = {
            "id": self.id,
            "label": self.label,
            "summary": "",
            "type": kind,
            "default": self.default,
            "value": self.value,
            "hidden": False,
            "advanced": False,
            "group": self.group,
        }
        return fields | ({"enumValues": self.choices} if self.choices else {})

    def read(self, text: str) -> Value:
        """Return what a text means for a setting of this type."""
        if isinstance(self.default, bool):
            return text == "1"
        return int(text) if isinstance(self.default, int) else text


class Settings:
    """The settings by their ids; a change is the server's own, with no word to anyone.

    `unready` is for how many seconds after a change they can't be told.
    """

    def __init__(self) -> None:
        """Begin with the values that a real server had."""
        self.unready = 0.0
        self.all = {setting.id: setting for setting in _known_settings()}
        self._busy: asyncio.TimerHandle | None = None

    def __getitem__(self, setting: str) -> Value:
        """Return the value of a setting."""
        return self.all[setting].value

    def __setitem__(self, setting: str, value: Value) -> None:
        """Change a setting, as on the server's own page."""
        self.all[setting].value = value

    def is_on(self, task: str) -> bool | None:
        """Return what the switch of a task says, None where it has none."""
        setting = self.all.get(f"ButlerTask{task.removeprefix('ButlerTask')}")
        return setting.value is True if setting else None

    @property
    def ready(self) -> bool:
        """Return whether they can be told."""
        return self._busy is None

    def change(self, changes: dict[str, str]) -> None:
        """Take a request for changes; of a setting that isn't known, nothing is said."""
        for name, text in changes.items():
            if setting := self.all.get(name):
                setting.value = setting.read(text)
        self.forget()
        if self.unready:
            self._busy = asyncio.get_running_loop().call_later(
                self.unready, self.forget
            )

    def forget(self) -> None:
        """Be ready, at once."""
        if self._busy is not None:
            self._busy.cancel()
            self._busy = None


def _known_settings() -> list[SimulatedSetting]:
    return [
        SimulatedSetting(
            id="ButlerStartHour",
            default=2,
            value=1,
            label="Time at which tasks start to run",
            choices=_HOURS,
        ),
        SimulatedSetting(
            id="ButlerEndHour",
            default=5,
            value=7,
            label="Time at which tasks stop running",
            choices=_HOURS,
        ),
        SimulatedSetting(
            id="ButlerDatabaseBackupPath",
            default="/config/Databases",
            value="/srv/owners-name/backups",
            label="Backup directory",
        ),
        *(
            SimulatedSetting(
                id=f"ButlerTask{task}",
                default=True,
                value=task != "GenerateMediaIndexFiles",
                label=label,
            )
            for task, label in _SWITCHES
        ),
        *(
            SimulatedSetting(
                id=name,
                default="scheduled",
                value=value,
                group="library",
                choices=_BEHAVIORS,
            )
            for name, value in _BEHAVIOR_VALUES.items()
        ),
    ]
