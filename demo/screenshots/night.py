"""A simulated server in the middle of a night, so that the pictures show it at work."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from custom_components.plex_butler.butler.evidence import Evidence
from custom_components.plex_butler.butler.history import EndedRun
from custom_components.plex_butler.butler.memory import Memory
from custom_components.plex_butler.butler.models import (
    LastRun,
    StartedBy,
    TaskEventType,
)
from custom_components.plex_butler.store import RunStore
from homeassistant.core import HomeAssistant
from tests.simulator import PlexSimulator
from tests.simulator.display import CHILDREN

HOUR: Final = 3
"""The hour that it is in the pictures, whatever time it is here."""

WINDOW: Final = (1, 5)

PRESSED: Final = "BackupDatabase"
FILMED: Final = "OptimizeDatabase"
"""Tasks that are started for pictures. The server names them, so that their ends are seen
at once."""

WAITING: Final = "RefreshEpgGuides"
"""Starts at a random time within the maintenance window."""

AT_WORK: Final = (
    ("ButlerTaskGenerateIntroMarkers", "Harbor Lights – Season 2", 62),
    ("GenerateChapterThumbs", "The Long Way North", 28),
)
"""Tasks that are running, with what they work on and their progress in percent."""


@dataclass(frozen=True, kw_only=True)
class PastRun:
    """A run that has ended: how many nights ago, and how long after the window opened.

    `minute` is when it began, in minutes since then.
    """

    task: str
    nights: int = 0
    minute: int
    seconds: float
    outcome: TaskEventType = TaskEventType.FINISHED
    started_by: StartedBy = StartedBy.SERVER


PAST_RUNS: Final = (
    PastRun(task="GarbageCollectBlobs", nights=5, minute=51, seconds=14),
    PastRun(task="GarbageCollectLibraryMedia", nights=5, minute=52, seconds=128),
    PastRun(task="CleanOldBundles", nights=3, minute=44, seconds=75),
    PastRun(task="CleanOldCacheFiles", nights=3, minute=46, seconds=9),
    PastRun(task="RefreshLocalMedia", nights=2, minute=20, seconds=415),
    PastRun(task="GenerateChapterThumbs", nights=1, minute=31, seconds=1325),
    PastRun(task="ButlerTaskGenerateIntroMarkers", nights=1, minute=54, seconds=2205),
    PastRun(task="RefreshEpgGuides", nights=1, minute=93, seconds=38),
    PastRun(task="BackupDatabase", minute=1, seconds=161),
    PastRun(task="OptimizeDatabase", minute=4, seconds=95),
    PastRun(task="RefreshLibraries", minute=6, seconds=262),
    PastRun(task="ProcessAssets", minute=11, seconds=8),
    PastRun(task="ButlerTaskCleanSupplementalLogFiles", minute=12, seconds=3),
    PastRun(
        task="ButlerTaskGenerateCreditsMarkers",
        minute=13,
        seconds=1894,
        outcome=TaskEventType.STOPPED,
    ),
    PastRun(task="ButlerTaskGenerateVoiceActivity", minute=46, seconds=745),
    PastRun(task="LoudnessAnalysis", minute=59, seconds=540),
    PastRun(
        task="UpgradeMediaAnalysis",
        minute=69,
        seconds=600,
        outcome=TaskEventType.UNCONFIRMED,
    ),
    PastRun(
        task="MusicAnalysis",
        minute=84,
        seconds=683,
        started_by=StartedBy.HOME_ASSISTANT,
    ),
)
"""What ran before."""


def night_zone() -> str:
    """Return a time zone in which it is night now."""
    offset = (HOUR - datetime.now(UTC).hour + 11) % 24 - 11
    # The signs of these names are those of POSIX.
    return f"Etc/GMT{-offset:+d}"


def prepare(plex: PlexSimulator, zone: str) -> None:
    """Prepare a simulated server, the maintenance window of which is open."""
    plex.butler.time_zone = ZoneInfo(zone)
    plex.settings["ButlerStartHour"], plex.settings["ButlerEndHour"] = WINDOW
    plex.display.names_task = False
    for task in plex.butler.tasks.values():
        task.duration = None
    for name in (PRESSED, FILMED):
        plex.butler.tasks[name].named = True
    for name, _, progress in AT_WORK:
        plex.butler.tasks[name].wedged_at = progress


def start_tasks(plex: PlexSimulator) -> None:
    """Let the server start the tasks that are running, as it does by itself."""
    for task, item, progress in AT_WORK:
        plex.butler.start(task)
        _show_item(plex, task, item, progress)


def _show_item(plex: PlexSimulator, task: str, item: str, progress: float) -> None:
    """Show the item that a running task is working on, and how far it is, in percent."""
    kind, _ = CHILDREN[task]
    for activity in plex.activities.current.values():
        if activity.type == kind:
            plex.activities.update(activity, subtitle=item, progress=progress)


def show_progress(plex: PlexSimulator, task: str, progress: float) -> None:
    """Show how far a running task is that an activity names, in percent."""
    for activity in plex.activities.current.values():
        if activity.subtitle == plex.butler.tasks[task].title:
            plex.activities.update(activity, progress=progress)


async def store_past_runs(
    folder: Path, entry_id: str, plex: PlexSimulator, zone: str
) -> None:
    """Store what ran before, as the integration does. Its config entry isn't loaded."""
    midnight = datetime.now(ZoneInfo(zone)).replace(
        hour=0, minute=0, second=0, microsecond=0
    )
    runs = {
        run.task: _ended_run(run, plex, midnight.astimezone(UTC)) for run in PAST_RUNS
    }
    memory = Memory(
        last_runs={task: _last_run(run) for task, run in runs.items()},
        history={task: (run,) for task, run in runs.items()},
    )
    hass = HomeAssistant(str(folder))
    try:
        store = RunStore(hass, entry_id)
        store.async_schedule_save(lambda: memory)
        await store.async_flush()
    finally:
        await hass.async_stop()


def _ended_run(run: PastRun, plex: PlexSimulator, midnight: datetime) -> EndedRun:
    """Return a run that has ended, as it is stored."""
    started = midnight + timedelta(
        days=-run.nights, hours=WINDOW[0], minutes=run.minute
    )
    is_confirmed = run.outcome is not TaskEventType.UNCONFIRMED
    return EndedRun(
        task=run.task,
        title=plex.butler.tasks[run.task].title or run.task,
        started=started,
        ended=started + timedelta(seconds=run.seconds),
        duration=run.seconds if is_confirmed else None,
        outcome=run.outcome,
        evidence=Evidence.TYPED,
        started_by=run.started_by,
    )


def _last_run(run: EndedRun) -> LastRun:
    """Return the last run of a task."""
    return LastRun(
        started=run.started,
        finished=None if run.duration is None else run.ended,
        duration=run.duration,
        observed=True,
    )
