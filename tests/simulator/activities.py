"""The activities of the simulated server."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4


@dataclass(kw_only=True)
class SimulatedActivity:
    """An activity.

    `progress` is in percent, also a fraction of one, or -1 if it is indeterminate.
    """

    uuid: str
    type: str
    title: str
    subtitle: str = ""
    progress: float = 0

    def fields(self) -> dict[str, Any]:
        """Return the activity as the server sends it."""
        return {
            "uuid": self.uuid,
            "type": self.type,
            "cancellable": False,
            "userID": 1,
            "title": self.title,
            "subtitle": self.subtitle,
            "progress": self.progress,
        }


class Activities:
    """The current activities of a server; clients are notified of changes."""

    def __init__(self, notify: Callable[[str, SimulatedActivity], None]) -> None:
        """Initialize; `notify` is called with `started`, `updated` or `ended`."""
        self.current: dict[str, SimulatedActivity] = {}
        self._notify = notify

    def begin(
        self, kind: str, title: str, subtitle: str = "", progress: float = 0
    ) -> SimulatedActivity:
        """Start an activity."""
        activity = SimulatedActivity(
            uuid=str(uuid4()),
            type=kind,
            title=title,
            subtitle=subtitle,
            progress=progress,
        )
        self.current[activity.uuid] = activity
        self._notify("started", activity)
        return activity

    def update(
        self,
        activity: SimulatedActivity,
        *,
        subtitle: str | None = None,
        progress: float | None = None,
    ) -> None:
        """Update an activity."""
        if subtitle is not None:
            activity.subtitle = subtitle
        if progress is not None:
            activity.progress = progress
        self._notify("updated", activity)

    def end(self, activity: SimulatedActivity) -> None:
        """End an activity."""
        if self.current.pop(activity.uuid, None):
            self._notify("ended", activity)

    def forget(self) -> None:
        """Remove all activities without a notification, as when a server is killed."""
        self.current.clear()
