"""A clock that can be moved on, and an event loop that doesn't wait for time to pass."""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, tzinfo
import selectors
import time
from typing import Final, override
from unittest.mock import patch

from homeassistant.util import dt as dt_util

_monotonic: Final = time.monotonic
_time: Final = time.time


class MovableClock:
    """The time of the real clocks, moved on by `offset` seconds."""

    def __init__(self) -> None:
        """Initialize with the real time."""
        self.offset = 0.0

    def monotonic(self) -> float:
        """Return the monotonic time in seconds."""
        return _monotonic() + self.offset

    def time(self) -> float:
        """Return the seconds since the epoch."""
        return _time() + self.offset

    def utcnow(self) -> datetime:
        """Return the time of day."""
        return datetime.now(UTC) + timedelta(seconds=self.offset)

    def now(self, time_zone: tzinfo | None = None) -> datetime:
        """Return the time of day, by default in Home Assistant's time zone."""
        return self.utcnow().astimezone(time_zone or dt_util.get_default_time_zone())


CLOCK: Final = MovableClock()


def install() -> None:
    """Replace the clocks of Home Assistant.

    Modules that are imported before this keep the real ones.
    """
    patch("time.monotonic", CLOCK.monotonic).start()
    patch("time.time", CLOCK.time).start()
    patch("homeassistant.util.dt.utcnow", CLOCK.utcnow).start()
    patch("homeassistant.util.dt.now", CLOCK.now).start()


class SkippingSelector(selectors.DefaultSelector):
    """Moves the clock on to the next timer instead of waiting, while `skipping`.

    `sync` returns once the server has answered all that it was sent. `overhead` is the
    CPU time in seconds that this took, which isn't that of what is measured.
    """

    def __init__(self) -> None:
        """Initialize a selector that waits."""
        super().__init__()
        self.skipping = False
        self.busy_threads = 0
        self.overhead = 0.0
        self.sync: Callable[[], None] = lambda: None

    @override
    def select(
        self, timeout: float | None = None
    ) -> list[tuple[selectors.SelectorKey, int]]:
        """Return what is ready, once something is or the timeout is over."""
        if not self.skipping or self.busy_threads or timeout is None or timeout <= 0:
            return super().select(timeout)
        begin = time.thread_time()
        try:
            return self._skip(timeout)
        finally:
            self.overhead += time.thread_time() - begin

    def _skip(self, timeout: float) -> list[tuple[selectors.SelectorKey, int]]:
        if ready := super().select(0):
            return ready
        self.sync()
        if not (ready := super().select(0)) and not self.busy_threads:
            CLOCK.offset += timeout
        return ready


class SkippingLoop(asyncio.SelectorEventLoop):
    """An event loop for which an hour can pass at once."""

    def __init__(self) -> None:
        """Initialize the loop."""
        self.selector = SkippingSelector()
        super().__init__(self.selector)
        self.set_debug(False)

    @override
    def run_in_executor[*ArgumentsT, ResultT](
        self,
        executor: Executor | None,
        func: Callable[[*ArgumentsT], ResultT],
        *args: *ArgumentsT,
    ) -> asyncio.Future[ResultT]:
        """Run a function in a thread, for whose end the clock waits."""
        future = super().run_in_executor(executor, func, *args)
        self.selector.busy_threads += 1
        future.add_done_callback(self._handle_thread)
        return future

    async def skip(self, seconds: float) -> None:
        """Let time pass, and everything happen that is due in it."""
        self.selector.skipping = True
        try:
            await asyncio.sleep(seconds)
        finally:
            self.selector.skipping = False

    def _handle_thread(self, _: object) -> None:
        self.selector.busy_threads -= 1


class LongestCallback:
    """The longest time in seconds of CPU for which a callback held the event loop."""

    def __init__(self) -> None:
        """Initialize before anything was called."""
        self.seconds = 0.0


@contextmanager
def longest_callback() -> Iterator[LongestCallback]:
    """Measure each callback that the event loop calls in a block."""
    longest = LongestCallback()
    run = vars(asyncio.Handle)["_run"]

    def measure(handle: asyncio.Handle) -> None:
        begin = time.thread_time()
        run(handle)
        longest.seconds = max(longest.seconds, time.thread_time() - begin)

    with patch.object(asyncio.Handle, "_run", measure):
        yield longest
