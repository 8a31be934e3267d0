"""Polls: nothing changed, one task, all tasks; and tasks with settings."""

from typing import Final
from unittest.mock import patch

from custom_components.plex_butler.coordinator import INTERVAL_PUSH

from ..bodies import TASKS
from ..contenders.bare import SETTINGS, TASKS as TASKS_PATH, Bare
from ..contenders.butler import PlexButler
from ..contenders.contender import Contender
from ..contenders.empty import EmptyCoordinator
from ..contenders.plain import PlainIntegration
from ..contenders.plexapi import PlexApi
from ..contenders.rest import Rest, RestXml, async_set_up_rest
from ..home import Home, count_log_lines
from ..measure import Line, compare, cpu_times, milliseconds
from ..names import (
    ALL_CHANGED,
    ONE_CHANGED,
    POLL_LINES,
    POLL_WRITES,
    UNCHANGED,
    WITH_SETTINGS,
)
from ..run import Run

SETTINGS_MAX_AGE: Final = (
    "custom_components.plex_butler.butler.settings.SETTINGS_MAX_AGE"
)
"""Seconds for which settings aren't read again."""

SLOW_POLL: Final = 301
"""Seconds after which each server has been polled again, and asked for its settings."""


async def measure(run: Run) -> list[Line]:
    """Measure polls of all contenders in one Home Assistant."""
    async with run.home() as home:
        rests = [Rest(), RestXml()]
        butler = PlexButler()
        contenders = [
            Bare(),
            EmptyCoordinator(INTERVAL_PUSH),
            butler,
            PlainIntegration(INTERVAL_PUSH),
            PlexApi(INTERVAL_PUSH),
        ]
        for contender in contenders:
            await contender.async_set_up(home)
        await async_set_up_rest(home, rests)
        everyone = [*contenders, *rests]
        return [
            *await _measure_silence(home, butler),
            *await _measure_polls(run, home, everyone, UNCHANGED, 0),
            *await _measure_polls(run, home, everyone, ONE_CHANGED, 1),
            *await _measure_polls(run, home, everyone, ALL_CHANGED, TASKS),
            *await _measure_settings(run, home, butler),
        ]


async def _measure_polls(
    run: Run, home: Home, contenders: list[Contender], figure: str, changes: int
) -> list[Line]:
    """Measure polls each of which finds that a number of tasks has changed.

    Time passes before each, because states aren't written more often than once a second.
    """
    home.server.order("alternate", count=changes)
    times = await cpu_times(
        {contender.name: contender.async_poll for contender in contenders},
        rounds=run.rounds,
        repeat=run.repeat,
        before_each=home.move_on,
    )
    home.server.order("alternate", count=0)
    return compare(figure, milliseconds(times), reference=EmptyCoordinator.name)


async def _measure_settings(run: Run, home: Home, butler: PlexButler) -> list[Line]:
    """Measure polls each of which asks for the settings as well."""
    bare = Bare(TASKS_PATH, SETTINGS)
    await bare.async_set_up(home)
    with patch(SETTINGS_MAX_AGE, 0):
        times = await cpu_times(
            {bare.name: bare.async_poll, butler.name: butler.async_poll},
            rounds=run.rounds,
            repeat=run.repeat,
            before_each=home.move_on,
        )
    return compare(WITH_SETTINGS, milliseconds(times), reference=bare.name)


async def _measure_silence(home: Home, butler: PlexButler) -> list[Line]:
    """Count what unchanged polls write and log."""
    await home.skip()
    with home.count_writes() as written, count_log_lines() as lines:
        for _ in range(3):
            await butler.async_poll()
            await home.skip(SLOW_POLL)
    writes = {butler.name: [float(len(written))]}
    logged = {butler.name: [float(len(lines))]}
    return [
        *compare(POLL_WRITES, writes, unit=""),
        *compare(POLL_LINES, logged, unit=""),
    ]
