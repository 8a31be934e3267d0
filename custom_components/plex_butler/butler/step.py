"""One step of the tracker: what happens at one moment."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..api import ButlerTask
from .activities import Row
from .models import Moment, TaskEvent, TaskEventType
from .window import Window


@dataclass(kw_only=True)
class Step:
    """The runs that end and begin at one moment, by Plex's name of each task.

    `touched` has the tasks that lost an activity, with that activity. `is_changed` is
    True if activities may belong to other runs than before, `is_butler_changed` if an
    activity of the butler changed. `is_resync` is True if what is new began at an
    unknown time.
    """

    now: Moment
    window: Window | None
    is_resync: bool = False
    is_changed: bool = False
    is_butler_changed: bool = False
    ends: list[TaskEvent] = field(default_factory=list)
    begun: list[str] = field(default_factory=list)
    touched: dict[str, Row] = field(default_factory=dict)

    @property
    def is_in_window(self) -> bool:
        """Return whether the maintenance window is open."""
        return self.window is not None and self.window.contains(self.now.time)

    @property
    def is_quiet(self) -> bool:
        """Return whether nothing changed but the progress of activities."""
        return not (
            self.is_changed or self.is_butler_changed or self.touched or self.ends
        )


def in_order(
    events: list[TaskEvent], tasks: Mapping[str, ButlerTask]
) -> list[TaskEvent]:
    """Return the events of one moment: ends before starts, in the order of the tasks."""
    if len(events) < 2:
        return events
    order = {name: position for position, name in enumerate(tasks)}
    return sorted(
        events,
        key=lambda event: (
            event.type is TaskEventType.STARTED,
            order.get(event.task.name, -1),
        ),
    )
