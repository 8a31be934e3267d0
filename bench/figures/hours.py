"""An hour in which nothing happens: its requests and its CPU time."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Final, override

from custom_components.plex_butler.coordinator import INTERVAL_PUSH

from ..contenders.bare import SETTINGS, TASKS
from ..contenders.butler import PlexButler
from ..contenders.contender import Contender
from ..contenders.empty import EmptyCoordinator
from ..contenders.plexapi import PlexApi
from ..contenders.rest import Rest, RestXml
from ..home import Home
from ..measure import Line, compare, milliseconds, shuffled
from ..names import IDLE_HOUR, IDLE_REQUESTS, SAME_REQUESTS, WITHOUT_PUSH
from ..run import Run

HOUR: Final = 3600
START: Final = 310
"""Seconds after which nothing that follows the start is left."""

INTERVAL: Final = timedelta(seconds=30)
"""How often a `rest:` block polls unless it is told otherwise; the others do the same."""


class Nothing(Contender):
    """Home Assistant alone."""

    name = "Home Assistant alone"

    @override
    async def async_set_up(self, home: Home) -> None:
        pass

    @override
    async def async_poll(self) -> None:
        pass


CONTENDERS: Final[Mapping[str, Callable[[], Contender]]] = {
    Nothing.name: Nothing,
    PlexButler.name: PlexButler,
    WITHOUT_PUSH: PlexButler,
    SAME_REQUESTS: lambda: EmptyCoordinator(INTERVAL_PUSH, TASKS, SETTINGS),
    EmptyCoordinator.name: lambda: EmptyCoordinator(INTERVAL),
    PlexApi.name: lambda: PlexApi(INTERVAL),
    Rest.name: lambda: Rest(INTERVAL),
    RestXml.name: lambda: RestXml(INTERVAL),
}


async def measure(run: Run) -> list[Line]:
    """Measure an hour of each contender, alone in a new Home Assistant."""
    times: dict[str, list[float]] = {name: [] for name in CONTENDERS}
    requests: dict[str, list[float]] = {name: [] for name in CONTENDERS}
    for order in shuffled(CONTENDERS, 2 if run.is_short else 5):
        for name in order:
            seconds, count = await _measure_hour(run, name)
            times[name].append(seconds)
            requests[name].append(count)
    # What Home Assistant itself does in an hour isn't that of a contender.
    alone = times.pop(Nothing.name)
    requests.pop(Nothing.name)
    times = {
        name: [max(0, each - base) for each, base in zip(measured, alone, strict=True)]
        for name, measured in times.items()
    }
    return [
        *compare(IDLE_HOUR, milliseconds(times), reference=Rest.name),
        *compare(IDLE_REQUESTS, requests, unit=""),
    ]


async def _measure_hour(run: Run, name: str) -> tuple[float, int]:
    """Return the CPU time of an hour in seconds, and the number of requests."""
    run.server.order("push", on=name != WITHOUT_PUSH)
    async with run.home() as home:
        contender = CONTENDERS[name]()
        await contender.async_set_up(home)
        await home.skip(START)
        run.server.order("count")
        work = await home.measure_work(home.skip(HOUR))
        requests = run.server.order("count")
    run.server.order("push", on=True)
    return work.seconds, sum(requests.values())
