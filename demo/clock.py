"""Home Assistant's clock in the demo, which can be moved on.

Some things show only after a long time, such as a task that has made no progress for half
an hour. In the demo, nobody has to wait for that: the monotonic clock of Home Assistant
can be moved on, and whatever waits for time to pass is due then. The integration isn't
changed for that. The time of day isn't moved, since browsers would notice. Modules that
are imported before the clock is in place keep the real one, so this one imports little.
"""

import asyncio
from asyncio.subprocess import Process
import signal
import time
from types import FrameType
from typing import Final

MOVE_SIGNAL: Final = signal.SIGUSR1
STEP: Final = 300
"""Seconds by which a signal moves the clock on."""

MOVE_STEPS: Final = 7
STEP_PAUSE: Final = 0.5
"""Seconds between two steps: what is due is done, and no request lasts for minutes."""

MOVE_MINUTES: Final = STEP * MOVE_STEPS // 60


class MovableClock:
    """A monotonic clock that goes on like the real one, and that a signal moves on."""

    def __init__(self) -> None:
        """Initialize with the time of the real clock."""
        self._real_clock = time.monotonic
        self._offset = 0

    def __call__(self) -> float:
        """Return the time in seconds."""
        return self._real_clock() + self._offset

    def handle_signal(self, number: int, frame: FrameType | None) -> None:
        """Move the clock on. The signal wakes Home Assistant's event loop, too."""
        self._offset += STEP


async def move_clock(process: Process) -> None:
    """Move the clock of a Home Assistant process on by MOVE_MINUTES, while it runs."""
    for _ in range(MOVE_STEPS):
        if process.returncode is not None:
            return
        process.send_signal(MOVE_SIGNAL)
        await asyncio.sleep(STEP_PAUSE)
