"""A clock that can be moved on."""

from datetime import UTC, datetime, timedelta, tzinfo
import time
from typing import Final
from unittest.mock import patch

from homeassistant.util import dt as dt_util

real_monotonic: Final = time.monotonic
_time: Final = time.time


DAY: Final = 24 * 3600
NOON: Final = DAY / 2


class MovableClock:
    """The time of the real clocks, moved on by `offset` seconds."""

    def __init__(self) -> None:
        """Initialize with the real time."""
        self.offset = 0.0

    @property
    def offset(self) -> float:
        """Return the seconds by which the clock is moved on."""
        return self._offset

    @offset.setter
    def offset(self, seconds: float) -> None:
        self._offset, self._shift = seconds, timedelta(seconds=seconds)

    def monotonic(self) -> float:
        """Return the monotonic time in seconds."""
        return real_monotonic() + self._offset

    def time(self) -> float:
        """Return the seconds since the epoch."""
        return _time() + self._offset

    def utcnow(self) -> datetime:
        """Return the time of day."""
        return datetime.now(UTC) + self._shift

    def now(self, time_zone: tzinfo | None = None) -> datetime:
        """Return the time of day, by default in Home Assistant's time zone."""
        return self.utcnow().astimezone(time_zone or dt_util.get_default_time_zone())


CLOCK: Final = MovableClock()


def install() -> None:
    """Replace the clocks of Home Assistant, by some that begin at noon in UTC.

    Otherwise a maintenance window could open or close while something is measured.

    Modules that are imported before this keep the real ones.
    """
    CLOCK.offset = (NOON - _time()) % DAY
    patch("time.monotonic", CLOCK.monotonic).start()
    patch("time.time", CLOCK.time).start()
    patch("homeassistant.util.dt.utcnow", CLOCK.utcnow).start()
    patch("homeassistant.util.dt.now", CLOCK.now).start()
