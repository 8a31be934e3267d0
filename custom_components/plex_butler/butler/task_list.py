"""The tasks that a server lists, and when they are requested again."""

from collections.abc import Sequence
from math import inf
from typing import Final

from ..api import ButlerTask

EMPTY_LIST_MIN_AGE: Final = 60
"""Seconds for which a server has to list no task at all until that is believed."""

SETTLED_AGE: Final = 1140
"""Seconds without a change after which the list is requested less often.

Somebody who changes a task in Plex often changes others soon after.
"""

SETTLED_MAX_AGE: Final = 50
"""Seconds for which such a list isn't requested: it is in every second poll.

With push, and after a command, polls are further apart or request it anyway.
"""


class TaskList:
    """The tasks that a server lists, with times in monotonic seconds.

    `is_complete` is False while the server lists no task at all and that isn't believed
    yet: `tasks` are then those that were listed before.
    """

    def __init__(self) -> None:
        """Initialize before anything was listed."""
        self.tasks: list[ButlerTask] = []
        self.is_complete = False
        self._listed: Sequence[ButlerTask] = ()
        self._requested = -inf
        self._changed = inf
        self._empty_since: float | None = None

    def is_due(self, seconds: float) -> bool:
        """Return whether a poll at the given time requests the list."""
        is_settled = seconds >= self._changed + SETTLED_AGE
        return not is_settled or seconds >= self._requested + SETTLED_MAX_AGE

    def is_change(self, listed: Sequence[ButlerTask]) -> bool:
        """Return whether a list would change the tasks that are known."""
        return bool(self.tasks) and listed != self.tasks

    def invalidate(self) -> None:
        """Make the list due."""
        self._requested = -inf

    def handle_request(self, seconds: float) -> None:
        """Handle that the list is requested now."""
        self._requested = seconds

    def handle_list(self, listed: list[ButlerTask], seconds: float) -> None:
        """Handle a list that was requested at the given time."""
        if listed != self.tasks:
            self._changed = seconds
        self._listed = listed
        if listed:
            self._empty_since = None
        elif self._empty_since is None:
            self._empty_since = seconds
        since = self._empty_since
        self.is_complete = since is None or seconds >= since + EMPTY_LIST_MIN_AGE
        if self.is_complete:
            self.tasks = listed

    def handle_failure(self) -> None:
        """Handle that a poll failed: it says nothing of the tasks."""
        self._empty_since = None

    def forget(self, name: str) -> bool:
        """Forget a task, by Plex's name of it; return False if the server lists it."""
        if any(task.name == name for task in self._listed):
            return False
        self.tasks = [task for task in self.tasks if task.name != name]
        self.invalidate()
        return True
