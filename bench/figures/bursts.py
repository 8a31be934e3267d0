"""A burst of notifications, as when the server scans a library."""

from typing import Final

from ..clock import longest_callback
from ..contenders.butler import PlexButler
from ..contenders.frames import (
    BareFrames,
    ButlerFrames,
    FrameClient,
    PlexWebsocketFrames,
)
from ..home import Home
from ..measure import Line, Stopwatch, compare, shuffled_rounds
from ..names import BURST_LONGEST, BURST_WRITES, PER_FRAME
from ..run import Run

FRAMES: Final = 1556
"""Notifications of a scan that was captured."""


class _Bursts:
    """What was measured of a client in each round."""

    def __init__(self) -> None:
        self.per_frame: list[float] = []
        self.longest: list[float] = []
        self.writes: list[float] = []

    async def measure(self, home: Home) -> None:
        """Measure a burst twice: as it is, and with each callback measured."""
        with home.count_writes() as written:
            watch = Stopwatch()
            await home.server.async_order("burst", frames=FRAMES)
            self.per_frame.append(watch.seconds() / FRAMES * 1e6)
            await home.skip()
        self.writes.append(len(written))
        with longest_callback() as longest:
            await home.server.async_order("burst", frames=FRAMES)
        self.longest.append(longest.seconds * 1000)
        await home.skip()


async def measure(run: Run) -> list[Line]:
    """Measure bursts; only one client is connected at a time."""
    clients: list[FrameClient] = [BareFrames(), PlexWebsocketFrames(), ButlerFrames()]
    bursts = {client.name: _Bursts() for client in clients}
    async with run.home() as home:
        for client in shuffled_rounds(clients, 3 if run.is_short else 6):
            await client.async_connect(home)
            await bursts[client.name].measure(home)
            await client.async_disconnect(home)
    butler = bursts[PlexButler.name]
    return [
        *compare(
            PER_FRAME,
            {name: each.per_frame for name, each in bursts.items()},
            reference=BareFrames.name,
            unit="µs",
        ),
        *compare(BURST_LONGEST, {name: each.longest for name, each in bursts.items()}),
        *compare(BURST_WRITES, {PlexButler.name: butler.writes}, unit=""),
    ]
