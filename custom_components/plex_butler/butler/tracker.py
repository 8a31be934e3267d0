"""Tracks what each task is doing, from polls, notifications and accepted commands.

The server doesn't report which task is running. So each status rests on evidence (see
`evidence`), and an end that nothing showed isn't reported as one. No I/O and no clock:
each method takes the time at which it is called and returns the resulting events.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from ..api import Activity, ActivityNotification, ButlerTask
from .activities import Activities
from .evidence import ActivityMatcher, Evidence, Observation, is_butler_active
from .models import LastRun, Moment, TaskEvent, TaskEventType, TaskState, TaskStatus
from .runs import AcceptedStart, AcceptedStops, Run


class Tracker:
    """Tracks the tasks of one server."""

    def __init__(self, last_runs: Mapping[str, LastRun]) -> None:
        """Initialize with the last runs, by Plex's name of each task."""
        self.last_runs = dict(last_runs)
        self._matcher = ActivityMatcher({})
        self._activities = Activities()
        self._starts: dict[str, AcceptedStart] = {}
        self._stops = AcceptedStops()
        self._runs: dict[str, Run] = {}
        self._ended: dict[str, tuple[Run, TaskEvent]] = {}
        self._resyncing = True

    @property
    def tasks(self) -> Mapping[str, ButlerTask]:
        """Return the tasks that the server has, by Plex's name of each."""
        return self._matcher.tasks

    def handle_poll(
        self,
        tasks: Iterable[ButlerTask],
        activities: Iterable[Activity] | None,
        *,
        asked: Moment,
        now: Moment,
    ) -> list[TaskEvent]:
        """Handle the lists of a poll, which were requested at the given time.

        `activities` is None if they weren't requested, since notifications report them.
        What the first poll after set-up or a disconnection finds running or idle began
        or ended unobserved.
        """
        events = list(self._update_tasks({task.name: task for task in tasks}, now))
        if activities is not None:
            self._activities.replace_all(activities, asked)
        events += self._reconcile(now)
        self._resyncing = False
        return events

    def handle_notification(
        self, notification: ActivityNotification, now: Moment
    ) -> list[TaskEvent]:
        """Handle a notification of one activity."""
        self._activities.apply(notification, now)
        return list(self._reconcile(now))

    def handle_started(
        self, name: str, now: Moment, *, already: bool, sent: Moment
    ) -> list[TaskEvent]:
        """Handle an accepted start request; `already` if the task was already running.

        A run that began since the request was sent results from it: the server may
        report the run, and even its end, before it answers.
        """
        run = self._runs.get(name)
        if run and run.began_since(sent):
            run.ours = True
            return []
        if name not in self.tasks or self.end_since(name, sent):
            return []
        events = []
        if run and not already and run.observation.evidence is Evidence.COMMAND:
            # The server could start it again, so the earlier run had ended unobserved.
            events.append(self._end(name, TaskEventType.UNCONFIRMED, now))
        elif run:
            run.ours = True
        self._starts[name] = AcceptedStart(
            accepted=now, started=None if already else now
        )
        self._stops.discard(name)
        return [*events, *self._reconcile(now)]

    def end_since(self, name: str, moment: Moment) -> TaskEvent | None:
        """Return the end of a task's last run, if it began at the moment or later."""
        run, end = self._ended.get(name, (None, None))
        return end if run and run.began_since(moment) else None

    def handle_stopped(self, name: str, now: Moment) -> list[TaskEvent]:
        """Handle an accepted stop request."""
        self._starts.pop(name, None)
        self._stops.add(name, now)
        events = []
        if name in self._runs:
            events.append(self._end(name, TaskEventType.STOPPED, now))
        return [*events, *self._reconcile(now)]

    def handle_stopped_all(self, now: Moment) -> list[TaskEvent]:
        """Handle an accepted request to stop all tasks."""
        return [
            event
            for name in list(self._runs)
            for event in self.handle_stopped(name, now)
        ]

    def handle_not_running(self, name: str, now: Moment) -> list[TaskEvent]:
        """Handle a stop request of a task that wasn't running."""
        self._starts.pop(name, None)
        return list(self._reconcile(now))

    def advance(self, now: Moment) -> list[TaskEvent]:
        """Handle the passing of time, at `deadline` or later."""
        return list(self._reconcile(now))

    def handle_disconnected(self) -> None:
        """Handle the loss of the server, until the next poll."""
        self._resyncing = True

    @property
    def deadline(self) -> float | None:
        """Return when time alone changes something, in monotonic seconds."""
        deadlines = (
            *(start.deadline for start in self._starts.values()),
            *(run.deadline for run in self._runs.values()),
        )
        return min(filter(None, deadlines), default=None)

    @property
    def running(self) -> bool:
        """Return whether the butler is working, on a known task or something else."""
        return bool(self._runs) or is_butler_active(self._activities)

    def states(self) -> dict[str, TaskState]:
        """Return the state of each task, by Plex's name of it."""
        return {name: self._state(task) for name, task in self.tasks.items()}

    def _state(self, task: ButlerTask) -> TaskState:
        run = self._runs.get(task.name)
        activity = run.observation.activity if run else None
        resting = TaskStatus.IDLE if task.enabled else TaskStatus.DISABLED
        return TaskState(
            task=task,
            status=TaskStatus.RUNNING if run else resting,
            evidence=run.observation.evidence if run else None,
            progress=activity.percent if activity else None,
            detail=activity.subtitle if activity else None,
            last_run=self.last_runs.get(task.name, LastRun()),
        )

    def _update_tasks(
        self, tasks: dict[str, ButlerTask], now: Moment
    ) -> Iterator[TaskEvent]:
        """Replace the tasks, and end the runs of those that are gone."""
        for name in self.tasks.keys() - tasks.keys():
            self._starts.pop(name, None)
            if name in self._runs:
                yield self._end(name, TaskEventType.UNCONFIRMED, now)
        if tasks != self.tasks:
            self._matcher = ActivityMatcher(tasks)

    def _reconcile(self, now: Moment) -> Iterator[TaskEvent]:
        """End the runs that have no evidence left, and begin those that have some."""
        is_active = is_butler_active(self._activities)
        expired = self._drop_spent_starts(now, is_active=is_active)
        observations = self._observations(now)
        for name, run in list(self._runs.items()):
            if name in observations:
                run.observation, run.vanished = observations[name], None
                continue
            run.vanished = run.vanished or now
            if not run.is_in_gap(now, is_butler_active=is_active):
                unobserved = self._resyncing or name in expired
                yield self._end(
                    name,
                    TaskEventType.UNCONFIRMED if unobserved else TaskEventType.FINISHED,
                    run.vanished,
                )
        for name in observations.keys() - self._runs.keys():
            yield from self._begin(name, observations[name], now)
        for name, observation in observations.items():
            if observation.evidence is not Evidence.COMMAND:
                self._starts.pop(name, None)

    def _drop_spent_starts(self, now: Moment, *, is_active: bool) -> set[str]:
        """Drop the starts that aren't evidence any more; return the expired ones."""
        expired = set()
        for name, start in list(self._starts.items()):
            if is_active:
                start.butler_seen = True
            elif start.butler_seen:
                del self._starts[name]
            elif start.is_expired(now):
                del self._starts[name]
                expired.add(name)
        return expired

    def _observations(self, now: Moment) -> dict[str, Observation]:
        """Return the best observation of each task that has one."""
        ours = {name for name, run in self._runs.items() if run.ours}
        matches = self._matcher.match(self._activities, ours | self._starts.keys())
        observations: dict[str, Observation] = {}
        for name, observation in self._stops.without_stopped(matches, now):
            observations.setdefault(name, observation)
        for name in self._starts:
            observations.setdefault(name, Observation(evidence=Evidence.COMMAND))
        return observations

    def _begin(
        self, name: str, observation: Observation, now: Moment
    ) -> Iterator[TaskEvent]:
        start = self._starts.get(name)
        started = start.started if start else None if self._resyncing else now
        self._runs[name] = Run(
            started=started, observation=observation, ours=start is not None
        )
        if started is not None:
            last_run = self.last_runs.get(name, LastRun())
            self.last_runs[name] = replace(last_run, started=started.time)
            yield TaskEvent(
                type=TaskEventType.STARTED,
                task=self.tasks[name],
                evidence=observation.evidence,
                duration=None,
            )

    def _end(self, name: str, kind: TaskEventType, at: Moment) -> TaskEvent:
        run = self._runs.pop(name)
        is_confirmed = kind is not TaskEventType.UNCONFIRMED
        duration = run.duration_until(at) if is_confirmed else None
        if is_confirmed:
            self.last_runs[name] = replace(
                self.last_runs.get(name, LastRun()), finished=at.time, duration=duration
            )
        event = TaskEvent(
            type=kind,
            task=self.tasks[name],
            evidence=run.observation.evidence,
            duration=duration,
        )
        self._ended[name] = (run, event)
        return event
