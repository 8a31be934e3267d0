"""What many tasks and many servers cost."""

import asyncio
from itertools import batched, cycle
from typing import Final

from ..contenders.bare import Bare
from ..contenders.butler import PlexButler
from ..measure import Action, Line, compare, cpu_times, milliseconds
from ..names import (
    MANY_SERVERS,
    MANY_TASKS,
    MOST_SERVERS,
    MOST_TASKS,
    SERVERS_LONGEST,
    servers_name,
    tasks_name,
)
from ..run import Run

TASKS: Final = (22, 200, MOST_TASKS)
SERVER_COUNTS: Final = (1, 10, MOST_SERVERS)


async def measure_tasks(run: Run) -> list[Line]:
    """Measure polls of servers with few and with many tasks, in one Home Assistant."""
    acts: dict[str, Action] = {}
    async with run.home() as home:
        for number, count in enumerate(TASKS):
            run.server.order("list", number=number, count=count)
            butler, bare = PlexButler(number), Bare(number=number)
            await butler.async_set_up(home)
            await bare.async_set_up(home)
            acts[tasks_name(count)] = butler.async_poll
            acts[f"{bare.name}, {count:,} tasks"] = bare.async_poll
        times = await cpu_times(acts, rounds=run.rounds, repeat=run.repeat)
    for number in range(len(TASKS)):
        run.server.order("list", number=number, count=TASKS[0])
    return compare(MANY_TASKS, milliseconds(times), reference=tasks_name(TASKS[0]))


class _Polls:
    """Polls of a number of servers at once: those that follow the last ones polled."""

    def __init__(self, butlers: list[PlexButler], count: int) -> None:
        self.count = count
        self.name = servers_name(count)
        self._groups = cycle(batched(butlers, count, strict=True))

    async def async_poll(self) -> None:
        await asyncio.gather(*(butler.async_poll() for butler in next(self._groups)))


async def measure_servers(run: Run) -> list[Line]:
    """Measure polls of one server, and of many at once, in a Home Assistant with all.

    None is polled again before the others, so that each poll finds the caches of the
    processor as cold as any other.
    """
    async with run.home() as home:
        butlers = [PlexButler(number) for number in range(MOST_SERVERS)]
        for butler in butlers:
            await butler.async_set_up(home)
        polls = [_Polls(butlers, count) for count in SERVER_COUNTS]
        acts: dict[str, Action] = {each.name: each.async_poll for each in polls}
        times = await cpu_times(acts, rounds=run.rounds, repeat=run.repeat)
        longest: dict[str, list[float]] = {each.name: [] for each in polls}
        for _ in range(run.rounds):
            for each in polls:
                work = await home.measure_work(each.async_poll())
                longest[each.name].append(work.longest_callback)
    per_server = {
        each.name: [seconds / each.count for seconds in times[each.name]]
        for each in polls
    }
    reference = servers_name(SERVER_COUNTS[1])
    return [
        *compare(MANY_SERVERS, milliseconds(per_server), reference=reference),
        *compare(SERVERS_LONGEST, milliseconds(longest)),
    ]
