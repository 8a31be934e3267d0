"""Tracks what each task is doing, from polls, notifications and accepted commands.

The server doesn't report which task is running. So each status rests on evidence (see
`evidence`), and an end that nothing showed isn't reported as one. No I/O and no clock:
each method takes the time at which it is called and returns the resulting events.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from math import inf

from ..api import Activity, ActivityNotification, ButlerTask
from .absence import Absence
from .activities import NOTHING, Activities
from .evidence import Evidence
from .history import EndedRun, RunHistory
from .last_runs import LastRuns
from .memory import Memory, restore, save
from .models import Moment, TaskEvent, TaskState
from .open_runs import OpenRuns
from .requests import Requests
from .states import TaskStates, current_task
from .step import Step, in_order
from .timeouts import Timeouts
from .window import Window


class Tracker:
    """Tracks the tasks of one server; `window` is None if it's empty or unknown."""

    def __init__(self, memory: Memory, now: Moment) -> None:
        """Initialize with what was known before a restart."""
        self._activities = Activities()
        self._runs = OpenRuns(
            self._activities,
            LastRuns(memory.last_runs),
            RunHistory(memory.history, now.time),
        )
        restore(memory, self._runs.by_task, self._runs.starts, now)
        self._requests = Requests(self._runs, self._activities)
        self._timeouts = Timeouts(self._runs, self._activities)
        self._states = TaskStates(self._runs)
        self.window: Window | None = None
        away = now.at(memory.time).seconds if memory.time else -inf
        self._absence = Absence(self._runs, away)
        self._is_changed = False

    @property
    def tasks(self) -> Mapping[str, ButlerTask]:
        """Return the tasks that the server has, by Plex's name of each."""
        return self._activities.tasks

    def evidence_of(self, uuid: str) -> dict[str, Evidence]:
        """Return the tasks for which an activity is evidence, by its UUID."""
        row = self._activities.rows.get(uuid)
        runs = self._runs.by_task
        return {name: runs[name].evidence for name in row.counted} if row else {}

    def pop_changed(self) -> bool:
        """Return whether `memory` changed since the last call, but for its time."""
        is_changed, self._is_changed = self._is_changed, False
        return is_changed

    def memory(self, now: Moment) -> Memory:
        """Return what has to outlive a restart."""
        return save(self._runs, now=now, away=self._absence.since)

    def handle_poll(
        self,
        tasks: Iterable[ButlerTask],
        activities: Iterable[Activity] | None,
        *,
        asked: Moment,
        now: Moment,
        activities_failed: bool = False,
    ) -> list[TaskEvent]:
        """Handle the lists of a poll, which were requested at the given time.

        `activities` is None if they weren't requested, since notifications report them,
        or if their request failed. What the first poll after set-up or a disconnection
        finds running began unobserved.
        """
        is_first = not self.tasks
        events, step = self._begin(now)
        self._runs.update_tasks({task.name: task for task in tasks}, step)
        if is_first or activities is None:
            # What was due during a restart comes before what is found now.
            events += self._settle(step)
            step = self._step(now)
            self._timeouts.elapse(step)
        if activities_failed and self._absence.is_long(now):
            # The server answers, but nobody knows any more what it is doing.
            activities = ()
        if activities is not None:
            self._update_activities(activities, asked, step)
        if activities_failed:
            self._absence.begin(now)
        return [*events, *self._settle(step)]

    def handle_notification(
        self, notification: ActivityNotification, now: Moment
    ) -> list[TaskEvent] | None:
        """Handle a notification; return None if it changes nothing."""
        is_due = self._timeouts.deadline <= now.seconds
        events = self.advance(now)
        changes = self._activities.apply(notification, now)
        if changes is NOTHING:
            return events if is_due else None
        step = self._step(now)
        self._runs.observe(changes, step)
        return [*events, *self._settle(step)]

    def handle_started(
        self,
        name: str,
        now: Moment,
        *,
        already: bool,
        sent: Moment,
        is_answered: bool = True,
    ) -> list[TaskEvent]:
        """Handle a start request that was accepted, or sent without an answer.

        `already` is True if the task was already running. The server may report the run,
        and even its end, before it answers.
        """
        events, step = self._begin(now)
        if name in self.tasks and not self._requests.is_over(name, sent, step):
            if already:
                self._requests.continue_run(name, sent, step)
            else:
                self._requests.start(name, sent, step, is_answered=is_answered)
        return [*events, *self._settle(step)]

    def handle_started_all(self, now: Moment, *, sent: Moment) -> list[TaskEvent]:
        """Handle an accepted request to start all tasks that are due."""
        events, step = self._begin(now)
        self._requests.start_all(sent, step)
        return [*events, *self._settle(step)]

    def end_since(self, name: str, moment: Moment) -> TaskEvent | None:
        """Return the end of a task's last run, if it began at the moment or later."""
        return self._runs.last_runs.end_since(name, moment)

    def handle_stopped(self, name: str, now: Moment) -> list[TaskEvent]:
        """Handle an accepted stop request."""
        events, step = self._begin(now)
        if name in self.tasks:
            self._requests.stop(name, step)
        return [*events, *self._settle(step)]

    def handle_stopped_all(self, now: Moment) -> list[TaskEvent]:
        """Handle an accepted request to stop all tasks."""
        events, step = self._begin(now)
        self._requests.stop_all(step)
        return [*events, *self._settle(step)]

    def handle_not_running(self, name: str, now: Moment) -> list[TaskEvent]:
        """Handle a stop request of a task that wasn't running."""
        events, step = self._begin(now)
        if name in self.tasks:
            self._requests.give_up(name, step)
        return [*events, *self._settle(step)]

    def handle_window(self, window: Window | None, now: Moment) -> list[TaskEvent]:
        """Handle the maintenance window, None if there is none or it's unknown."""
        events = self.advance(now)
        is_changed, self.window = window != self.window, window
        step = self._step(now)
        if is_changed and self.tasks:
            step.is_changed = True
            self._timeouts.elapse(step)
        return [*events, *self._settle(step)]

    def handle_disconnected(self, now: Moment) -> list[TaskEvent]:
        """Handle the loss of the server, until the next poll."""
        events = self.advance(now)
        self._absence.begin(now)
        return events

    def advance(self, now: Moment) -> list[TaskEvent]:
        """Handle the passing of time, at `deadline` or later.

        Before the first poll, nothing is known of the tasks: what was due is due then.
        """
        self._runs.history.time = now.time
        events: list[TaskEvent] = []
        if not self.tasks:
            return events
        while self._timeouts.deadline <= now.seconds:
            time = now.time - timedelta(seconds=now.seconds - self._timeouts.deadline)
            step = self._step(Moment(time=time, seconds=self._timeouts.deadline))
            self._timeouts.elapse(step)
            events += self._settle(step)
        return events

    @property
    def deadline(self) -> float | None:
        """Return when time alone changes something, in monotonic seconds."""
        return None if self._timeouts.deadline == inf else self._timeouts.deadline

    @property
    def running(self) -> bool:
        """Return whether the butler is working, on a known task or something else."""
        return bool(self._runs.by_task) or self._activities.is_butler_active

    @property
    def current_task(self) -> str | None:
        """Return the task that began last of those that run, None if none does."""
        return current_task(self.tasks, self._runs)

    def runs_between(self, start: datetime, end: datetime) -> list[EndedRun]:
        """Return the ended runs that overlap a period, oldest first."""
        return self._runs.history.between(start, end)

    def states(self, now: Moment) -> Mapping[str, TaskState]:
        """Return the state of each task, by Plex's name of it."""
        return self._states.at(now, self.tasks)

    def _begin(self, now: Moment) -> tuple[list[TaskEvent], Step]:
        """Return what was due until now, and the step of what happens now."""
        return self.advance(now), self._step(now)

    def _step(self, now: Moment) -> Step:
        is_resync = self._absence.since is not None
        return Step(now=now, window=self.window, is_resync=is_resync)

    def _settle(self, step: Step) -> list[TaskEvent]:
        if step.is_quiet and step.now.seconds < self._timeouts.deadline:
            # Most changes are of progress alone, which makes no run end earlier.
            self._timeouts.await_stall(step.now)
            return []
        self._states.is_outdated = True
        self._is_changed |= bool(step.is_changed or step.touched or step.ends)
        events = self._runs.settle(step)
        self._timeouts.hold(step)
        self._timeouts.set_deadline(step.now, self.window)
        due = self.advance(step.now)
        return in_order([*events, *due], self.tasks) if events else due

    def _update_activities(
        self, activities: Iterable[Activity], asked: Moment, step: Step
    ) -> None:
        """Replace the activities, and decide which runs go on after an absence."""
        suspended = self._absence.suspended()
        changes = self._activities.replace_all(
            activities, asked=asked, now=step.now, is_resync=step.is_resync
        )
        self._runs.observe(changes, step)
        self._absence.end(suspended, step)
