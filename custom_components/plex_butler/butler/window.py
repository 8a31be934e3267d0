"""The maintenance window, in which the server starts scheduled tasks."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final, NamedTuple

from .schedule import WINDOW_END, WINDOW_START, Schedule

MAX_PERIODS: Final = 366
"""Periods of the window that are listed at most, one a day."""

LONGEST: Final = timedelta(days=2)
"""Time after which an open window has closed, also if clocks are set back meanwhile."""

QUARTER: Final = timedelta(minutes=15)
"""The differences between local times and UTC are multiples of it."""


class Window(NamedTuple):
    """The hours from `start` until `end`, which may be on the next day.

    It is open while a clock in the zone shows one of them. So on days on which clocks
    change, it opens or closes at that change if the hour doesn't exist, and is open
    longer if an hour comes twice.
    """

    start: int
    end: int
    zone: tzinfo

    def contains(self, time: datetime) -> bool:
        """Return whether a time is in the window."""
        hour = time.astimezone(self.zone).hour
        if self.start < self.end:
            return self.start <= hour < self.end
        return hour >= self.start or hour < self.end

    def next_change(self, time: datetime) -> datetime:
        """Return when the window opens or closes next after a time, in UTC."""
        is_open = self.contains(time)
        local = time.astimezone(self.zone)
        hours = ((self.end if is_open else self.start) - local.hour) % 24
        full = time.astimezone(UTC).replace(microsecond=0)
        full -= timedelta(minutes=local.minute, seconds=local.second)
        change = full + timedelta(hours=hours)
        if change.astimezone(self.zone).utcoffset() == local.utcoffset():
            return change
        # Clocks change before.
        change = full
        while change <= time or self.contains(change) is is_open:
            change += QUARTER
        return change

    def opening(self, time: datetime) -> datetime:
        """Return when the window opens next after a time, in UTC."""
        change = self.next_change(time)
        return change if self.contains(change) else self.next_change(change)

    def periods(
        self, start: datetime, end: datetime
    ) -> Iterator[tuple[datetime, datetime]]:
        """Yield when the window opens and closes, in UTC, oldest first.

        These are the first of its periods that overlap the time from `start` until just
        before `end`.
        """
        count = 0
        opens = self.opening(start - LONGEST)
        while opens < end and count < MAX_PERIODS:
            closes = self.next_change(opens)
            if closes > start:
                count += 1
                yield opens, closes
            opens = self.next_change(closes)


def window_from(schedule: Schedule | None, zone: tzinfo) -> Window | None:
    """Return the window of a server in a time zone, None if it's unknown or empty."""
    if schedule is None:
        return None
    hours = [
        setting.value
        for key in (WINDOW_START, WINDOW_END)
        if (setting := schedule.get(key))
    ]
    match hours:
        case [int(start), int(end)] if start != end and {start, end} <= set(range(24)):
            return Window(start=start, end=end, zone=zone)
    return None
