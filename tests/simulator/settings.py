"""The butler's settings of the simulated server, from a captured `GET /:/prefs`."""

import asyncio
from dataclasses import dataclass
from typing import Any, Final

type Value = bool | int | str

_HOURS: Final = "|".join(f"{hour}:{hour}\ua78900" for hour in range(24))
"""The labels are garbled, as they are in the capture."""

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
    """A setting; its type is the type of its default."""

    id: str
    default: Value
    value: Value
    label: str = ""
    group: str = "butler"
    choices: str | None = None

    def fields(self) -> dict[str, Any]:
        """Return the setting as the server sends it."""
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
        """Return the value that a text stands for in a setting of this type."""
        if isinstance(self.default, bool):
            return text == "1"
        return int(text) if isinstance(self.default, int) else text


class Settings:
    """The settings of the server by ID.

    Assigning a value changes a setting as the server's own page does.

    After a change by a client, reads are answered 400 for `unready` seconds and for the
    next `unready_reads` requests. A real server does so for about 100 ms (measured).
    """

    def __init__(self) -> None:
        """Initialize with the values of the captured settings."""
        self.unready = 0.0
        self.unready_reads = 0
        self.all = {setting.id: setting for setting in _known_settings()}
        self._unready_timer: asyncio.TimerHandle | None = None
        self._unready_reads_left = 0

    def __getitem__(self, setting: str) -> Value:
        """Return the value of a setting."""
        return self.all[setting].value

    def __setitem__(self, setting: str, value: Value) -> None:
        """Change a setting."""
        self.all[setting].value = value

    def is_on(self, task: str) -> bool | None:
        """Return whether the setting of a task is on, None if it has none."""
        setting = self.all.get(f"ButlerTask{task.removeprefix('ButlerTask')}")
        return setting.value is True if setting else None

    @property
    def ready(self) -> bool:
        """Return whether a read is answered now."""
        return self._unready_timer is None and not self._unready_reads_left

    def count_unready_read(self) -> None:
        """Count a read that was answered 400."""
        self._unready_reads_left = max(0, self._unready_reads_left - 1)

    def change(self, changes: dict[str, str]) -> None:
        """Apply a request for changes, and ignore unknown settings (measured)."""
        for name, text in changes.items():
            if setting := self.all.get(name):
                setting.value = setting.read(text)
        self.forget()
        self._unready_reads_left = self.unready_reads
        if self.unready:
            self._unready_timer = asyncio.get_running_loop().call_later(
                self.unready, self._end_unready_time
            )

    def forget(self) -> None:
        """Answer reads again immediately, as after a restart."""
        self._unready_reads_left = 0
        self._end_unready_time()

    def _end_unready_time(self) -> None:
        if self._unready_timer is not None:
            self._unready_timer.cancel()
            self._unready_timer = None


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
