"""The server's activities, from both of the ways in which it tells of them."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import override

from .api import Activity, ActivityChange, ActivityNotification
from .task_state import Moment


class Activities(Iterable[Activity]):
    """What the server does now."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._activities: dict[str, Activity] = {}
        self._notified: dict[str, Moment] = {}

    @override
    def __iter__(self) -> Iterator[Activity]:
        """Iterate over the activities, those known longest first."""
        return iter(self._activities.values())

    def polled(self, activities: Iterable[Activity], asked: Moment) -> None:
        """Take the server's list, but for what notifications said since it was asked for."""
        newer = {
            uuid: moment
            for uuid, moment in self._notified.items()
            if moment.seconds >= asked.seconds
        }
        self._activities = {
            **{row.uuid: row for row in activities if row.uuid not in newer},
            **{uuid: row for uuid, row in self._activities.items() if uuid in newer},
        }
        self._notified = newer

    def notified(self, notification: ActivityNotification, now: Moment) -> None:
        """Take what the server says of one activity."""
        activity = notification.activity
        self._notified[activity.uuid] = now
        if notification.change is ActivityChange.ENDED:
            self._activities.pop(activity.uuid, None)
            return
        known = self._activities.get(activity.uuid)
        if known and not activity.type:
            # A frame without a type has only what changed.
            progress = (
                known.progress if activity.progress is None else activity.progress
            )
            activity = replace(known, progress=progress)
        self._activities[activity.uuid] = activity
