"""The server's activities, from polls and notifications."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import override

from ..api import Activity, ActivityChange, ActivityNotification
from .models import Moment


class Activities(Iterable[Activity]):
    """The activities that the server is known to have, by their UUIDs."""

    def __init__(self) -> None:
        """Initialize without activities."""
        self._activities: dict[str, Activity] = {}
        self._notified: dict[str, Moment] = {}

    @override
    def __iter__(self) -> Iterator[Activity]:
        """Iterate over the activities, in the order in which they became known."""
        return iter(self._activities.values())

    def replace_all(self, activities: Iterable[Activity], asked: Moment) -> None:
        """Replace all activities by a list from the server.

        What notifications reported since the list was requested is newer and stays.
        """
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

    def apply(self, notification: ActivityNotification, now: Moment) -> None:
        """Apply a notification of one activity."""
        activity = notification.activity
        self._notified[activity.uuid] = now
        if notification.change is ActivityChange.ENDED:
            self._activities.pop(activity.uuid, None)
            return
        known = self._activities.get(activity.uuid)
        if known and not activity.type:
            # A frame without a type holds only what changed.
            progress = (
                known.progress if activity.progress is None else activity.progress
            )
            activity = replace(known, progress=progress)
        self._activities[activity.uuid] = activity
