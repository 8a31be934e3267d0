"""The tasks of the simulated butler, with the names of a real server in 2026."""

from dataclasses import dataclass
from typing import Final


@dataclass(kw_only=True)
class SimulatedTask:
    """A butler task. A task without a title has no description either (measured).

    `duration` is in seconds: None means that it runs until `Butler.finish` is called, 0
    that it has ended before the start request is answered. If the task works on media, it
    spends that time on `items` one after the other, with `gap` seconds between two.
    `named`: an activity names the task; None means as `ButlerDisplay.names_task` says.
    `wedged_at` is the progress at which it stays, until it is stopped.
    """

    name: str
    title: str | None = None
    description: str | None = None
    interval: int = 1
    schedule_randomized: bool = False
    enabled: bool = True
    duration: float | None = None
    items: int = 1
    gap: float = 0
    named: bool | None = None
    wedged_at: float | None = None


_TASKS: Final = (
    (
        "AutomaticUpdates",
        "Automatic Updates",
        "Update the server when a new version is out",
        1,
    ),
    (
        "BackupDatabase",
        "Backup Database",
        "Create a backup copy of the server's database in the configured backup directory",
        3,
    ),
    ("ButlerTaskCleanSupplementalLogFiles", None, None, 1),
    (
        "ButlerTaskGenerateAdMarkers",
        "Generate Ad Markers",
        "Detect commercials in recordings",
        1,
    ),
    (
        "ButlerTaskGenerateCreditsMarkers",
        "Generate Credits Markers",
        "Detect the credits of films and episodes",
        1,
    ),
    (
        "ButlerTaskGenerateIntroMarkers",
        "Generate Intro Markers",
        "Detect the intros of episodes",
        1,
    ),
    (
        "ButlerTaskGenerateVoiceActivity",
        "Generate Voice Activity",
        "Find out where people speak",
        1,
    ),
    (
        "CleanOldBundles",
        "Clean Old Bundles",
        "Remove media bundles that nothing uses any more",
        7,
    ),
    (
        "CleanOldCacheFiles",
        "Clean Old Cache Files",
        "Remove cache files that nothing uses any more",
        7,
    ),
    ("DeepMediaAnalysis", "Deep Media Analysis", "Analyze media in depth", 1),
    (
        "GarbageCollectBlobs",
        "Garbage Collect Blobs",
        "Clean up the database of blobs",
        7,
    ),
    (
        "GarbageCollectLibraryMedia",
        "Garbage Collect Library Media",
        "Clean up media that left the library",
        7,
    ),
    (
        "GenerateChapterThumbs",
        "Generate Chapter Thumbs",
        "Make thumbnails of chapters",
        1,
    ),
    (
        "GenerateMediaIndexFiles",
        "Generate Media Index Files",
        "Make video preview thumbnails",
        1,
    ),
    ("LoudnessAnalysis", "Loudness Analysis", "Measure the loudness of music", 1),
    ("MusicAnalysis", "Music Analysis", "Analyze the sound of music", 1),
    ("OptimizeDatabase", "Optimize Database", "Optimize the server's database", 7),
    ("ProcessAssets", None, None, 1),
    ("RefreshEpgGuides", "Refresh EPG Guides", "Refresh the program guide", 1),
    ("RefreshLibraries", "Refresh Libraries", "Scan all libraries for changes", 1),
    (
        "RefreshLocalMedia",
        "Refresh Local Media",
        "Refresh the metadata of local media",
        3,
    ),
    (
        "UpgradeMediaAnalysis",
        "Upgrade Media Analysis",
        "Renew outdated analyses of media",
        1,
    ),
)

_DISABLED: Final = {"AutomaticUpdates"}
_RANDOMIZED: Final = {"AutomaticUpdates", "RefreshEpgGuides"}


def known_tasks(duration: float | None = None) -> list[SimulatedTask]:
    """Return the 22 tasks of that server, all with the same duration in seconds."""
    return [
        SimulatedTask(
            name=name,
            title=title,
            description=description,
            interval=interval,
            schedule_randomized=name in _RANDOMIZED,
            enabled=name not in _DISABLED,
            duration=duration,
        )
        for name, title, description, interval in _TASKS
    ]
