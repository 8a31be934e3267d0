"""What the simulated server does, and how it tells of it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4


@dataclass(kw_only=True)
class SimulatedActivity:
    """Something that the server does; `progress` is in percent, -1 if it can't tell."""

    uuid: str
    type: str
    title: str
    subtitle: str = ""
    progress: int = 0

    def fields(self) -> dict[str, Any]:
        """Return it as the server tells it."""
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
    """The activities of a server, and its notifications of them."""

    def __init__(self, notify: Callable[[str, SimulatedActivity], None]) -> None:
        """Notify of each change: `started`, `updated` or `ended`."""
        self.current: dict[str, SimulatedActivity] = {}
        self._notify = notify

    def begin(
        self, kind: str, title: str, subtitle: str = "", progress: int = 0
    ) -> SimulatedActivity:
        """Begin to do something."""
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
        progress: int | None = None,
    ) -> None:
        """Go on with it."""
        if subtitle is not None:
            activity.subtitle = subtitle
        if progress is not None:
            activity.progress = progress
        self._notify("updated", activity)

    def end(self, activity: SimulatedActivity) -> None:
        """Be done with it."""
        if self.current.pop(activity.uuid, None):
            self._notify("ended", activity)

    def forget(self) -> None:
        """Lose all of it without a word, as a server does that is killed."""
        self.current.clear()
