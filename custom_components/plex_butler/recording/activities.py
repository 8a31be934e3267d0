"""Records the activities of a server, and what is concluded from them.

No `butler` activity of a real server has been published: diagnostics are the only way to
learn what servers show.
"""

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from math import inf
from typing import Any, Final

from ..api import Activity, ActivityChange, ActivityNotification, ButlerTask
from ..butler.evidence import Evidence
from ..butler.models import Moment, TaskEvent
from .changes import Appearance, Change, Changes, Conclusion, Reading
from .redaction import Redactor
from .texts import ActivityTexts

MAX_EVENTS: Final = 200
"""Events of tasks that are kept."""

MAX_ACTIVITIES: Final = 500
"""Current activities that are known; the oldest are forgotten."""

MAX_CONCLUDED: Final = 20
"""Changes of one poll from which conclusions are kept."""

POLLED: Final = "polled"
MISSING: Final = "missing"
"""What a poll found; the other changes are those in notifications."""


@dataclass(kw_only=True)
class LoggedActivity:
    """A current activity with its last change.

    `notified` is when it was last notified, in monotonic seconds; `tasks` are those that
    it was evidence for.
    """

    change: Change
    notified: float = -inf
    tasks: set[str] = field(default_factory=set)


class ActivityLog:
    """The last changes of a server's activities, and the last events of its tasks.

    Recording a change takes the same time however many there are.
    """

    def __init__(self, now: Callable[[], Moment], redactor: Redactor) -> None:
        """Initialize an empty log; the redactor knows the server's address and token."""
        self._now = now
        self._texts = ActivityTexts(redactor)
        self._activities: dict[str, LoggedActivity] = {}
        self._changes = Changes()
        self._count = 0
        self._unconcluded: dict[str, LoggedActivity] = {}
        self._events: deque[tuple[datetime, TaskEvent]] = deque(maxlen=MAX_EVENTS)

    def handle_poll(
        self,
        tasks: Sequence[ButlerTask],
        activities: Iterable[Activity] | None,
        asked: Moment,
    ) -> None:
        """Record what the lists of a poll change, which were requested at the given time.

        What was notified since is newer than the lists.
        """
        self._unconcluded.clear()
        self._texts.set_tasks(tasks)
        if activities is None:
            return
        time = self._now().time
        older = {
            uuid: logged
            for uuid, logged in self._activities.items()
            if logged.notified < asked.seconds
        }
        for activity in activities:
            if activity.uuid in older or activity.uuid not in self._activities:
                self._handle(activity, POLLED, time)
                older.pop(activity.uuid, None)
        for uuid, logged in older.items():
            last = logged.change
            reading = last.last._replace(time=time)
            self._append(uuid, MISSING, last.appearance, reading)
            del self._activities[uuid]

    def handle_notification(
        self, notification: ActivityNotification, now: Moment
    ) -> None:
        """Record a notification of one activity."""
        self._unconcluded.clear()
        uuid = notification.activity.uuid
        self._handle(notification.activity, notification.change, now.time)
        if notification.change is ActivityChange.ENDED:
            del self._activities[uuid]
        else:
            self._activities[uuid].notified = now.seconds

    def conclude_nothing(self) -> None:
        """Record that nothing followed from the last notification."""
        self._unconcluded.clear()

    def handle_events(
        self,
        events: Sequence[TaskEvent],
        evidence_of: Callable[[str], Mapping[str, Evidence]],
    ) -> None:
        """Record what followed from the last poll or notification, a command, or time.

        `evidence_of` returns the tasks for which an activity is evidence, by its UUID.
        """
        # One change alone is the cause of everything that follows from it.
        is_cause = len(self._unconcluded) == 1
        changed = dict(islice(self._unconcluded.items(), MAX_CONCLUDED))
        self._unconcluded.clear()
        for uuid, logged in changed.items():
            for task, evidence in evidence_of(uuid).items():
                logged.tasks.add(task)
                logged.change.conclude(Conclusion(task, evidence, None))
        for event in events:
            self._events.append((self._now().time, event))
            for logged in changed.values():
                if is_cause or event.task.name in logged.tasks:
                    logged.change.conclude(
                        Conclusion(event.task.name, event.evidence, event.type)
                    )

    def as_dict(self, redactor: Redactor) -> dict[str, Any]:
        """Return the log for diagnostics."""
        return {
            "activities": [change.as_dict(redactor) for change in self._changes],
            "events": [
                {
                    "time": time,
                    "task": redactor.text(event.task.name),
                    "event": event.type,
                    "evidence": event.evidence,
                    "duration": event.duration,
                }
                for time, event in self._events
            ],
        }

    def _handle(self, activity: Activity, kind: str, time: datetime) -> None:
        """Record an activity, as a change of its own unless only its progress advanced."""
        logged = self._activities.get(activity.uuid)
        reading = Reading(time, activity.progress)
        if logged is None:
            appearance = self._texts.appearance(activity)
            self._append(activity.uuid, kind, appearance, reading)
            return
        change = logged.change
        if activity.type:
            appearance = self._texts.appearance(activity)
        else:
            # Such a notification has only what changed.
            appearance = change.appearance
            if reading.progress is None:
                reading = change.last._replace(time=reading.time)
        advances = kind != ActivityChange.ENDED and change.advances_to(
            appearance, reading
        )
        if advances and kind == POLLED and reading.progress == change.last.progress:
            return
        if advances and change in self._changes:
            change.appearance, change.last = appearance, reading
            change.updates += 1
            self._unconcluded[activity.uuid] = logged
        else:
            self._append(activity.uuid, kind, appearance, reading)

    def _append(
        self, uuid: str, kind: str, appearance: Appearance, reading: Reading
    ) -> None:
        logged = self._activities.get(uuid)
        self._count += logged is None
        change = Change(
            activity=logged.change.activity if logged else self._count,
            kind=kind,
            appearance=appearance,
            first=reading,
            last=reading,
        )
        self._changes.append(change)
        if logged is None:
            logged = self._activities[uuid] = LoggedActivity(change=change)
            if len(self._activities) > MAX_ACTIVITIES:
                del self._activities[next(iter(self._activities))]
        logged.change = change
        self._unconcluded[uuid] = logged
