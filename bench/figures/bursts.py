"""A burst of notifications, as when the server scans a library."""

from typing import Final

from ..contenders.butler import PlexButler
from ..contenders.frames import (
    BareFrames,
    ButlerFrames,
    FrameClient,
    PlexWebsocketFrames,
)
from ..home import Home
from ..measure import Line, Stopwatch, compare, shuffled
from ..names import BURST_LONGEST, BURST_WRITES, PER_FRAME
from ..run import Run
from ..work import frozen_heap

FRAMES: Final = 1556
"""Notifications of a scan that was captured."""


BURSTS: Final = 10
"""How often a client gets them in a round."""


class _Bursts:
    """Bursts of a client, and what was measured of them in each round."""

    def __init__(self, home: Home, client: FrameClient) -> None:
        self.per_frame: list[float] = []
        self.longest: list[float] = []
        self._home = home
        self._number = client.number

    async def seconds(self) -> float:
        """Return the CPU time of a burst."""
        self._begin()
        watch = Stopwatch()
        await self._end()
        seconds = watch.seconds()
        await self._home.skip()
        return seconds

    async def longest_callback(self) -> float:
        """Return the CPU time in seconds of the longest callback in another burst."""
        self._begin()
        work = await self._home.measure_work(self._end())
        await self._home.skip()
        return work.longest_callback

    def _begin(self) -> None:
        self._home.server.order("burst", frames=FRAMES, number=self._number)

    async def _end(self) -> None:
        await self._home.server.async_order("read")


async def measure(run: Run) -> list[Line]:
    """Measure bursts: clients take turns, and the fastest of a round's bursts counts."""
    clients: list[FrameClient] = [
        BareFrames(0),
        PlexWebsocketFrames(1),
        ButlerFrames(2),
    ]
    async with run.home() as home:
        bursts = {client.name: _Bursts(home, client) for client in clients}
        for client in clients:
            await client.async_connect(home)
        with home.count_writes() as written:
            for _ in range(run.rounds):
                times: dict[str, list[float]] = {name: [] for name in bursts}
                with frozen_heap():
                    for order in shuffled(bursts, BURSTS):
                        for name in order:
                            times[name].append(await bursts[name].seconds())
                for name, each in bursts.items():
                    each.per_frame.append(min(times[name]) / FRAMES * 1e6)
                    each.longest.append(await each.longest_callback() * 1000)
    writes = [float(len(written))]
    return [
        *compare(
            PER_FRAME,
            {name: each.per_frame for name, each in bursts.items()},
            reference=BareFrames.name,
            unit="µs",
        ),
        *compare(BURST_LONGEST, {name: each.longest for name, each in bursts.items()}),
        *compare(BURST_WRITES, {PlexButler.name: writes}, unit=""),
    ]
