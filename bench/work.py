"""The CPU time of what an event loop does, callback by callback."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
import gc
import time
from unittest.mock import patch


class Work:
    """The CPU time in seconds of callbacks, and of functions in threads.

    What the event loop itself does isn't included: it waits and calls.
    """

    def __init__(self) -> None:
        """Initialize before anything was called."""
        self.longest_callback = 0.0
        self._callbacks = 0.0
        self._threads: list[float] = []

    @property
    def seconds(self) -> float:
        """Return the time of everything that has ended."""
        return self._callbacks + sum(self._threads)

    def add_callback(self, seconds: float) -> None:
        """Add what a callback took."""
        self._callbacks += seconds
        self.longest_callback = max(self.longest_callback, seconds)

    def measured[**ParametersT, ResultT](
        self, func: Callable[ParametersT, ResultT]
    ) -> Callable[ParametersT, ResultT]:
        """Return a function that adds what it takes in its thread."""

        @wraps(func)
        def measure(*args: ParametersT.args, **kwargs: ParametersT.kwargs) -> ResultT:
            begin = time.thread_time()
            try:
                return func(*args, **kwargs)
            finally:
                self._threads.append(time.thread_time() - begin)

        return measure


@contextmanager
def frozen_heap() -> Iterator[None]:
    """Let the garbage collector look only at what is made in a block.

    Otherwise it looks through the whole process now and then, in whatever callback that
    happens to be. That takes milliseconds, and has nothing to do with what is measured.
    """
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


@contextmanager
def measure_callbacks() -> Iterator[Work]:
    """Measure each callback that an event loop calls in a block."""
    work = Work()
    run = vars(asyncio.Handle)["_run"]

    def measure(handle: asyncio.Handle) -> None:
        begin = time.thread_time()
        run(handle)
        work.add_callback(time.thread_time() - begin)

    with patch.object(asyncio.Handle, "_run", measure):
        yield work
