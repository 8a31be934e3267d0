"""The maintenance window, in which the server starts scheduled tasks."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from .schedule import WINDOW_END, WINDOW_START, Schedule


@dataclass(frozen=True, kw_only=True)
class Window:
    """The hours from `start` until `end`, which may be on the next day."""

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
        """Return when the window opens or closes next after a time."""
        local = time.astimezone(self.zone)
        midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
        changes = (
            (midnight + timedelta(days=day)).replace(hour=hour)
            for day in range(2)
            for hour in (self.start, self.end)
        )
        return min(change for change in changes if change > local).astimezone(UTC)


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
