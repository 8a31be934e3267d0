"""An event loop that doesn't wait for time to pass, and measures what it does."""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
import selectors
import time
from typing import Final, override

from .clock import CLOCK, real_monotonic
from .work import Work, measure_callbacks

MAX_JUMP: Final = 1
"""Seconds that the clock is moved on at once, so that an answer isn't late."""

RESOLUTION: Final = 1e-6
"""Seconds by which the clock goes past a timer, which rounding could otherwise prevent."""

CALM: Final = 10
"""Jumps in which nothing happened, and after which nothing is on its way any more."""


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
        self._calm_jumps = 0

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
        """Return what is ready, or move the clock on if nothing is on its way."""
        if not (ready := super().select(0)):
            self.sync()
            ready = super().select(0)
        if ready:
            self._calm_jumps = 0
        elif self._is_sending():
            return super().select(timeout)
        else:
            self._jump(timeout)
        return ready

    def _jump(self, timeout: float) -> None:
        """Move the clock on, at most to the next timer."""
        jump = timeout if self._calm_jumps >= CALM else min(timeout, MAX_JUMP)
        CLOCK.offset += jump + RESOLUTION
        # The next timer may send something.
        self._calm_jumps = self._calm_jumps + 1 if jump < timeout else 0

    def _is_sending(self) -> bool:
        """Return whether a socket connects or can't send, for which only waiting helps."""
        keys = self.get_map().values()
        return any(key.events & selectors.EVENT_WRITE for key in keys)


class SkippingLoop(asyncio.SelectorEventLoop):
    """An event loop for which an hour can pass at once."""

    def __init__(self) -> None:
        """Initialize the loop."""
        self.selector = SkippingSelector()
        super().__init__(self.selector)
        self.set_debug(False)
        self._work: Work | None = None

    @override
    def time(self) -> float:
        """Return the time of the clock that is moved on, in seconds."""
        return real_monotonic() + CLOCK.offset

    @override
    def run_in_executor[*ArgumentsT, ResultT](
        self,
        executor: Executor | None,
        func: Callable[[*ArgumentsT], ResultT],
        *args: *ArgumentsT,
    ) -> asyncio.Future[ResultT]:
        """Run a function in a thread, for whose end the clock waits."""
        if self._work is not None:
            func = self._work.measured(func)
        future = super().run_in_executor(executor, func, *args)
        self.selector.busy_threads += 1
        future.add_done_callback(self._handle_thread)
        return future

    @property
    def elapsed(self) -> float:
        """Return the seconds that have passed for a person whose machine is idle.

        They are the CPU time of this process, and the timers that it waited for while
        it skipped time. What it waits for the server, or for the machine, isn't included.
        """
        return CLOCK.offset + time.process_time() - self.selector.overhead

    @contextmanager
    def skipping(self) -> Iterator[None]:
        """Let time pass at once in a block, whenever there is nothing else to do."""
        self.selector.skipping = True
        try:
            yield
        finally:
            self.selector.skipping = False

    async def skip(self, seconds: float) -> None:
        """Let time pass, and everything happen that is due in it."""
        with self.skipping():
            await asyncio.sleep(seconds)

    @contextmanager
    def measure_work(self) -> Iterator[Work]:
        """Measure what is done in a block, without what it takes to skip time."""
        with measure_callbacks() as self._work:
            try:
                yield self._work
            finally:
                self._work = None

    def _handle_thread(self, _: object) -> None:
        self.selector.busy_threads -= 1
