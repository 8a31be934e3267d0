"""Polls: nothing changed, one task, all tasks; and tasks with settings."""

from functools import partial
from typing import Final

from ..bodies import TASKS
from ..contenders.bare import SETTINGS, TASKS as TASKS_PATH, Bare
from ..contenders.butler import PlexButler
from ..contenders.contender import Contender
from ..contenders.empty import EmptyCoordinator
from ..contenders.plexapi import PlexApi
from ..contenders.rest import Rest, RestXml, async_set_up_rest
from ..home import Home, count_log_lines
from ..measure import Line, Turn, compare, cpu_times, milliseconds
from ..names import (
    ALL_CHANGED,
    ONE_CHANGED,
    POLL_LINES,
    POLL_WRITES,
    UNCHANGED,
    WITH_SETTINGS,
)
from ..run import Run

SETTINGS_AGE: Final = 291
"""Seconds after which a poll asks for the settings again."""


async def measure(run: Run) -> list[Line]:
    """Measure polls of all contenders in one Home Assistant."""
    async with run.home() as home:
        rests = [Rest(), RestXml()]
        butler = PlexButler()
        contenders = [Bare(), EmptyCoordinator(), butler, PlexApi()]
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
    """Measure polls before each of which a number of tasks has changed."""

    async def prepare(contender: Contender) -> None:
        home.server.order("change", count=changes)
        await contender.async_before_change(home)

    turns = {
        contender.name: Turn(
            act=contender.async_poll,
            prepare=partial(prepare, contender) if changes else None,
        )
        for contender in contenders
    }
    times = await cpu_times(turns, rounds=run.rounds, repeat=run.repeat)
    return compare(figure, milliseconds(times), reference=EmptyCoordinator.name)


async def _measure_settings(run: Run, home: Home, butler: PlexButler) -> list[Line]:
    """Measure polls that ask for the settings as well."""
    bare = Bare(TASKS_PATH, SETTINGS)
    await bare.async_set_up(home)
    turns = {
        bare.name: Turn(act=bare.async_poll),
        butler.name: Turn(
            act=butler.async_poll, prepare=partial(home.skip, SETTINGS_AGE)
        ),
    }
    times = await cpu_times(turns, rounds=run.rounds, repeat=run.repeat)
    return compare(WITH_SETTINGS, milliseconds(times), reference=bare.name)


async def _measure_silence(home: Home, butler: PlexButler) -> list[Line]:
    """Count what unchanged polls write and log."""
    await home.skip()
    with home.count_writes() as written, count_log_lines() as lines:
        for _ in range(3):
            await butler.async_poll()
            await home.skip(SETTINGS_AGE)
    writes = {butler.name: [float(len(written))]}
    logged = {butler.name: [float(len(lines))]}
    return [
        *compare(POLL_WRITES, writes, unit=""),
        *compare(POLL_LINES, logged, unit=""),
    ]
