"""Follows what each butler task is doing, by all that the server lets us see.

The server doesn't say which task runs. So every claim rests on evidence (`evidence.py`),
and an end that nothing showed is none that we claim. No I/O and no clock: every method
takes the moment at which it happens, and returns what happened to tasks by it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from .activities import Activities
from .api import Activity, ActivityNotification, ButlerTask
from .evidence import Evidence, EvidenceReader, Sign, butler_is_at_work
from .runs import Command, Run, Stop
from .task_state import LastRun, Moment, TaskEvent, TaskEventType, TaskState, TaskStatus


class Tracker:
    """Follows the tasks of one server."""

    def __init__(self, last_runs: Mapping[str, LastRun]) -> None:
        """Begin with when the tasks last ran, by Plex's name of each as all here."""
        self.last_runs = dict(last_runs)
        self.tasks: dict[str, ButlerTask] = {}
        self._reader = EvidenceReader(())
        self._activities = Activities()
        self._commands: dict[str, Command] = {}
        self._runs: dict[str, Run] = {}
        self._ended: dict[str, tuple[Run, TaskEvent]] = {}
        self._stops: dict[str, Stop] = {}
        self._blind = True

    def polled(
        self,
        tasks: Iterable[ButlerTask],
        activities: Iterable[Activity] | None,
        *,
        asked: Moment,
        now: Moment,
    ) -> list[TaskEvent]:
        """Take the server's lists, as of some moment since they were asked for.

        The activities may be left out, where notifications tell of them. A task that is found to run, or to rest, by the first look at set-up or after the
        server was away, has begun or ended unseen.
        """
        events = list(self._learn({task.name: task for task in tasks}, now))
        if activities is not None:
            self._activities.polled(activities, asked)
        events += self._settle(now)
        self._blind = False
        return events

    def notified(
        self, notification: ActivityNotification, now: Moment
    ) -> list[TaskEvent]:
        """Take what the server says of one activity."""
        self._activities.notified(notification, now)
        return list(self._settle(now))

    def started(
        self, name: str, now: Moment, *, already: bool, sent: Moment
    ) -> list[TaskEvent]:
        """Take that the server accepted our start, or says that the task ran already.

        A run that began since the start was sent is what came of it: the server may tell
        of it, even of its end, before it answers.
        """
        run = self._runs.get(name)
        if run and run.began_since(sent):
            run.ours = True
            return []
        if name not in self.tasks or self.end_since(name, sent):
            return []
        events = []
        if run and not already and run.sign.evidence is Evidence.COMMAND:
            # It could be started anew, so it had ended, unseen.
            events.append(self._end(name, TaskEventType.UNCONFIRMED, now))
        elif run:
            run.ours = True
        self._commands[name] = Command(accepted=now, started=None if already else now)
        self._stops.pop(name, None)
        return [*events, *self._settle(now)]

    def end_since(self, name: str, moment: Moment) -> TaskEvent | None:
        """Return the end of a task's last run, if that began at the moment or later."""
        run, end = self._ended.get(name, (None, None))
        return end if run and run.began_since(moment) else None

    def stopped(self, name: str, now: Moment) -> list[TaskEvent]:
        """Take that the server accepted our stop of a task."""
        self._commands.pop(name, None)
        self._stops[name] = Stop(accepted=now)
        events = []
        if name in self._runs:
            events.append(self._end(name, TaskEventType.STOPPED, now))
        return [*events, *self._settle(now)]

    def stopped_all(self, now: Moment) -> list[TaskEvent]:
        """Take that the server accepted our stop of all tasks."""
        return [event for name in list(self._runs) for event in self.stopped(name, now)]

    def was_not_running(self, name: str, now: Moment) -> list[TaskEvent]:
        """Take that the server had nothing to stop."""
        self._commands.pop(name, None)
        return list(self._settle(now))

    def time_passed(self, now: Moment) -> list[TaskEvent]:
        """Take that it is later, at `deadline` or since."""
        return list(self._settle(now))

    def server_lost(self) -> None:
        """Take that the server can't be seen, until the next poll."""
        self._blind = True

    @property
    def deadline(self) -> float | None:
        """Return when time by itself will be news, in a moment's seconds."""
        deadlines = (
            *(command.deadline for command in self._commands.values()),
            *(run.deadline for run in self._runs.values()),
        )
        return min(filter(None, deadlines), default=None)

    @property
    def running(self) -> bool:
        """Return whether the butler is at work, on a task that we know or another."""
        return bool(self._runs) or butler_is_at_work(self._activities)

    def states(self) -> dict[str, TaskState]:
        """Return what each task is doing, by Plex's name of it."""
        return {name: self._state(task) for name, task in self.tasks.items()}

    def _state(self, task: ButlerTask) -> TaskState:
        run = self._runs.get(task.name)
        activity = run.sign.activity if run else None
        resting = TaskStatus.IDLE if task.enabled else TaskStatus.DISABLED
        return TaskState(
            task=task,
            status=TaskStatus.RUNNING if run else resting,
            evidence=run.sign.evidence if run else None,
            progress=activity.percent if activity else None,
            detail=activity.subtitle if activity else None,
            last_run=self.last_runs.get(task.name, LastRun()),
        )

    def _learn(self, tasks: dict[str, ButlerTask], now: Moment) -> Iterator[TaskEvent]:
        if tasks != self.tasks:
            self._reader = EvidenceReader(tasks.values())
        for name in self.tasks.keys() - tasks.keys():
            self._commands.pop(name, None)
            if name in self._runs:
                yield self._end(name, TaskEventType.UNCONFIRMED, now)
        self.tasks = tasks

    def _settle(self, now: Moment) -> Iterator[TaskEvent]:
        """Weigh all evidence anew: end the runs that have none left, begin new ones."""
        at_work = butler_is_at_work(self._activities)
        expired = self._drop_spent_commands(now, at_work=at_work)
        signs = self._signs(now)
        for name, run in list(self._runs.items()):
            if name in signs:
                run.sign, run.vanished = signs[name], None
            elif not run.lingers(now, at_work=at_work):
                unseen = self._blind or name in expired
                yield self._end(
                    name,
                    TaskEventType.UNCONFIRMED if unseen else TaskEventType.FINISHED,
                    run.vanished or now,
                )
        for name in signs.keys() - self._runs.keys():
            yield from self._begin(name, signs[name], now)
        for name, sign in signs.items():
            if sign.evidence is not Evidence.COMMAND:
                self._commands.pop(name, None)

    def _drop_spent_commands(self, now: Moment, *, at_work: bool) -> set[str]:
        """Drop the commands that are no evidence any more; return those out of time."""
        expired = set()
        for name, command in list(self._commands.items()):
            if at_work:
                command.butler_seen = True
            elif command.butler_seen:
                del self._commands[name]
            elif command.is_out_of_time(now):
                del self._commands[name]
                expired.add(name)
        return expired

    def _signs(self, now: Moment) -> dict[str, Sign]:
        """Return the best sign of each task that shows one."""
        ours = {name for name, run in self._runs.items() if run.ours}
        signs: dict[str, Sign] = {}
        outlived: dict[str, set[str]] = {name: set() for name in self._stops}
        for name, uuid, sign in self._reader.signs(
            self._activities, ours | self._commands.keys()
        ):
            if name in self._stops and self._stops[name].covers(uuid, now):
                outlived[name].add(uuid)
            else:
                signs.setdefault(name, sign)
        for name, stop in list(self._stops.items()):
            stop.outlived = outlived[name]
            if not (stop.outlived or stop.is_fresh(now)):
                del self._stops[name]
        for name in self._commands:
            signs.setdefault(name, Sign(evidence=Evidence.COMMAND))
        return signs

    def _begin(self, name: str, sign: Sign, now: Moment) -> Iterator[TaskEvent]:
        command = self._commands.get(name)
        started = command.started if command else None if self._blind else now
        self._runs[name] = Run(started=started, sign=sign, ours=command is not None)
        if started is not None:
            last_run = self.last_runs.get(name, LastRun())
            self.last_runs[name] = replace(last_run, started=started.time)
            yield TaskEvent(
                type=TaskEventType.STARTED,
                task=self.tasks[name],
                evidence=sign.evidence,
                duration=None,
            )

    def _end(self, name: str, kind: TaskEventType, at: Moment) -> TaskEvent:
        run = self._runs.pop(name)
        duration = round(at.seconds - run.started.seconds, 1) if run.started else None
        if kind is not TaskEventType.UNCONFIRMED:
            self.last_runs[name] = replace(
                self.last_runs.get(name, LastRun()), finished=at.time, duration=duration
            )
        event = TaskEvent(
            type=kind,
            task=self.tasks[name],
            evidence=run.sign.evidence,
            duration=duration if kind is not TaskEventType.UNCONFIRMED else None,
        )
        self._ended[name] = (run, event)
        return event
