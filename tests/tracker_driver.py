"""Drives the tracker with the steps of stories."""

from datetime import UTC, datetime, timedelta
from typing import override

from custom_components.plex_butler.api import (
    Activity,
    ActivityChange,
    ActivityNotification,
    ButlerTask,
)
from custom_components.plex_butler.butler.memory import Memory
from custom_components.plex_butler.butler.models import Moment, TaskEvent
from custom_components.plex_butler.butler.tracker import Tracker
from custom_components.plex_butler.butler.window import Window

from .oracle import FrameKind, OEvent, ORow, OState, OTask
from .stories import Driver


class TrackerDriver(Driver):
    """The tracker, as a driver of stories."""

    def __init__(self, window: tuple[int, int] | None, base: datetime) -> None:
        """Initialize with the window in UTC, and the time at 0 s."""
        self._base = base
        self._window = (
            Window(start=window[0], end=window[1], zone=UTC)
            if window and window[0] != window[1]
            else None
        )
        self.now = 0.0
        self.tracker = Tracker(Memory(), self._moment(0))
        self.tracker.handle_window(self._window, self._moment(0))

    @override
    def poll(
        self, tasks: list[OTask], rows: list[ORow] | None, asked: float, now: float
    ) -> list[OEvent]:
        return self._told(
            self.tracker.handle_poll(
                [_task(task) for task in tasks],
                None if rows is None else [_activity(row) for row in rows],
                asked=self._moment(asked),
                now=self._moment(now),
            )
        )

    @override
    def frame(self, kind: FrameKind, row: ORow, now: float) -> list[OEvent]:
        notification = ActivityNotification(
            change=ActivityChange(kind), activity=_activity(row)
        )
        return self._told(
            self.tracker.handle_notification(notification, self._moment(now)) or []
        )

    @override
    def started(
        self, name: str, now: float, sent: float, already: bool
    ) -> list[OEvent]:
        return self._told(
            self.tracker.handle_started(
                name, self._moment(now), already=already, sent=self._moment(sent)
            )
        )

    @override
    def unanswered(self, name: str, now: float, sent: float) -> list[OEvent]:
        return self._told(
            self.tracker.handle_started(
                name,
                self._moment(now),
                already=False,
                sent=self._moment(sent),
                is_answered=False,
            )
        )

    @override
    def stopped(self, name: str, now: float) -> list[OEvent]:
        return self._told(self.tracker.handle_stopped(name, self._moment(now)))

    @override
    def not_running(self, name: str, now: float) -> list[OEvent]:
        return self._told(self.tracker.handle_not_running(name, self._moment(now)))

    @override
    def started_all(self, now: float) -> list[OEvent]:
        moment = self._moment(now)
        return self._told(self.tracker.handle_started_all(moment, sent=moment))

    @override
    def stopped_all(self, now: float) -> list[OEvent]:
        return self._told(self.tracker.handle_stopped_all(self._moment(now)))

    @override
    def lost(self, now: float) -> list[OEvent]:
        return self._told(self.tracker.handle_disconnected(self._moment(now)))

    @override
    def restart(self, now: float) -> list[OEvent]:
        moment = self._moment(now)
        told = self.advance(now)
        self.tracker = Tracker(self.tracker.memory(moment), moment)
        self.tracker.handle_window(self._window, moment)
        return told

    @override
    def advance(self, now: float) -> list[OEvent]:
        return self._told(self.tracker.advance(self._moment(now)))

    @override
    def state(self, name: str) -> OState:
        now = self._moment(self.now)
        state = self.tracker.states(now)[name]
        last_run = state.last_run
        since = state.stalled_since
        return OState(
            status=state.status.value,
            evidence=state.evidence.value if state.evidence else None,
            progress=state.progress,
            detail=state.detail,
            stalled_since=(since - self._base).total_seconds() if since else None,
            observed=last_run.observed,
            last_started=last_run.started,
            last_finished=last_run.finished,
            last_duration=last_run.duration,
        )

    def memory(self) -> Memory:
        """Return what would outlive a restart, without the time."""
        return self.tracker.memory(self._moment(self.now))._replace(time=None)

    def _moment(self, seconds: float) -> Moment:
        self.now = max(self.now, seconds)
        return Moment(time=self._base + timedelta(seconds=seconds), seconds=seconds)

    def _told(self, events: list[TaskEvent]) -> list[OEvent]:
        return [
            OEvent(
                type=event.type.value,
                task=event.task.name,
                duration=event.duration,
                evidence=event.evidence.value,
                started_by=event.started_by.value,
                started=event.started,
                time=event.time,
            )
            for event in events
        ]


def _task(task: OTask) -> ButlerTask:
    return ButlerTask(
        name=task.name,
        title=task.title,
        description=None,
        enabled=task.enabled,
        interval_days=1,
        schedule_randomized=task.randomized,
    )


def _activity(row: ORow) -> Activity:
    return Activity(
        uuid=row.uuid,
        type=row.type,
        title=row.title,
        subtitle=row.subtitle,
        progress=row.progress,
    )
