"""What many tasks and many servers cost."""

import asyncio
from typing import Final

from ..clock import longest_callback
from ..contenders.bare import Bare
from ..contenders.butler import PlexButler
from ..measure import Line, Stopwatch, Turn, compare, cpu_times, milliseconds
from ..names import (
    MANY_SERVERS,
    MANY_TASKS,
    MOST_SERVERS,
    MOST_SERVERS_SHORT,
    MOST_TASKS,
    SERVERS_LONGEST,
    servers_name,
    tasks_name,
)
from ..run import Run

TASKS: Final = (22, 200, MOST_TASKS)
SHORT_TASKS: Final = (22, MOST_TASKS)
SERVER_COUNTS: Final = (1, 10, MOST_SERVERS)
SHORT_SERVER_COUNTS: Final = (1, 10, MOST_SERVERS_SHORT)


async def measure_tasks(run: Run) -> list[Line]:
    """Measure polls of servers with few and with many tasks."""
    times: dict[str, list[float]] = {}
    for count in SHORT_TASKS if run.is_short else TASKS:
        run.server.order("list", count=count)
        async with run.home() as home:
            butler, bare = PlexButler(), Bare()
            await butler.async_set_up(home)
            await bare.async_set_up(home)
            turns = {
                tasks_name(count): Turn(act=butler.async_poll),
                f"{bare.name}, {count:,} tasks": Turn(act=bare.async_poll),
            }
            times |= await cpu_times(turns, rounds=run.rounds, repeat=run.repeat)
    run.server.order("list", count=TASKS[0])
    reference = tasks_name(TASKS[0])
    return compare(MANY_TASKS, milliseconds(times), reference=reference)


async def measure_servers(run: Run) -> list[Line]:
    """Measure polls of one server, and of many at once."""
    counts = SHORT_SERVER_COUNTS if run.is_short else SERVER_COUNTS
    times: dict[str, list[float]] = {}
    longest: dict[str, list[float]] = {}
    async with run.home() as home:
        butlers: list[PlexButler] = []
        for count in counts:
            while len(butlers) < count:
                butlers.append(PlexButler(len(butlers)))
                await butlers[-1].async_set_up(home)
            name = servers_name(count)
            times[name], longest[name] = await _measure_servers(run, butlers)
    return [
        *compare(MANY_SERVERS, milliseconds(times), reference=servers_name(counts[1])),
        *compare(SERVERS_LONGEST, milliseconds(longest)),
    ]


async def _measure_servers(
    run: Run, butlers: list[PlexButler]
) -> tuple[list[float], list[float]]:
    """Return the CPU time of a poll, and the longest callback, of each round."""
    times, longest = [], []
    for _ in range(run.rounds):
        watch = Stopwatch()
        await asyncio.gather(*(butler.async_poll() for butler in butlers))
        times.append(watch.seconds() / len(butlers))
        with longest_callback() as callback:
            await asyncio.gather(*(butler.async_poll() for butler in butlers))
        longest.append(callback.seconds)
    return times, longest
