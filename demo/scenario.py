"""What the demo shows of itself: tasks that overlap, pause, wait and stall."""

from asyncio import sleep
from datetime import UTC, datetime
from typing import Final

from tests.simulator import PlexSimulator

from .client import HomeAssistantClient

FIRST: Final = "CleanOldBundles"
SECOND: Final = "CleanOldCacheFiles"
"""The second starts while the first is running."""

PAUSING: Final = "MusicAnalysis"
"""Works on items with gaps, in which the server shows nothing of it."""

WAITING: Final = "RefreshEpgGuides"
"""Starts at a random time within the maintenance window."""

STALLING: Final = "DeepMediaAnalysis"
"""Makes no more progress at some point."""

STALLED_PROGRESS: Final = 42.5

START_INTERVAL: Final = 3
"""Seconds between the starts of the two tasks that overlap."""

WINDOW_HOURS: Final = 4


def prepare(simulator: PlexSimulator, duration: float) -> None:
    """Prepare the tasks of a simulated server, the other ones of which take `duration`.

    The maintenance window is open now, since a task waits for its turn only in it.
    """
    butler = simulator.butler
    butler.time_zone = UTC
    hour = datetime.now(UTC).hour
    simulator.settings["ButlerStartHour"] = hour
    simulator.settings["ButlerEndHour"] = (hour + WINDOW_HOURS) % 24
    butler.random_delay = duration * 6
    butler.tasks[FIRST].duration = butler.tasks[SECOND].duration = duration * 6
    pausing = butler.tasks[PAUSING]
    pausing.named, pausing.items, pausing.gap = False, 3, duration * 1.5
    pausing.duration = pausing.gap * 5
    butler.tasks[STALLING].wedged_at = STALLED_PROGRESS


async def start_tasks(client: HomeAssistantClient) -> None:
    """Press the start buttons of the tasks, as a person would."""
    for task in (STALLING, WAITING, PAUSING, FIRST):
        await _start(client, task)
    await sleep(START_INTERVAL)
    await _start(client, SECOND)


async def _start(client: HomeAssistantClient, task: str) -> None:
    button = await client.find_entity(f"{task}_start")
    await client.call_action("button.press", entity_id=button)
