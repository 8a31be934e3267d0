"""What requests to start and stop tasks mean for their runs."""

from collections.abc import Set as AbstractSet
from math import inf

from .activities import Activities
from .command_hold import CommandHold
from .evidence import TASKS_WITH_TYPE, Evidence
from .models import Moment, TaskEventType
from .open_runs import OpenRuns
from .runs import (
    ALREADY_RUNNING_TIMEOUT,
    START_TIMEOUT,
    START_TIMEOUT_WITH_TYPE,
    AcceptedStart,
    Run,
)
from .step import Step


class Requests:
    """Applies requests that the server answered to the runs, by Plex's name of a task."""

    def __init__(self, runs: OpenRuns, activities: Activities) -> None:
        """Initialize with the runs and activities of a server."""
        self._runs = runs
        self._activities = activities

    def is_over(self, name: str, sent: Moment, step: Step) -> bool:
        """Return whether the run that a start resulted in has ended already.

        Until the answer, nobody knew that the run was ours.
        """
        end = self._runs.last_runs.end_since(name, sent)
        if name in self._runs.by_task or end is None:
            return False
        self._runs.history.claim(end)
        step.is_changed = True
        return True

    def start(self, name: str, sent: Moment, step: Step, *, is_answered: bool) -> None:
        """Apply a start that the server accepted, or may have without an answer.

        A run that began since the request was sent results from it. While activities
        show an earlier one, it goes on; otherwise the server could start the task again,
        so the earlier run had ended.
        """
        runs = self._runs
        self._end_stop(name, sent)
        run = runs.by_task.get(name)
        if run and (run.rows.evidence or (run.gap and run.began_since(sent))):
            self._adopt(run, sent, sent.seconds, step)
            return
        self._end_gap(name, step)
        if name in runs.by_task:
            runs.finish(name, None, step)
        if name in runs.starts.queued:
            return
        if is_answered and self._has_to_wait(name, step):
            runs.starts.forget(name)
            start = AcceptedStart(accepted=step.now, since=sent.seconds)
            runs.starts.queued[name] = start
            step.is_changed = True
        else:
            self._begin_command(name, sent, step)

    def continue_run(self, name: str, sent: Moment, step: Step) -> None:
        """Apply the answer that a task was already running when it should be started."""
        runs = self._runs
        self._end_stop(name, sent)
        if run := runs.by_task.get(name):
            self._adopt(run, sent, -inf, step)
        else:
            is_queued = name in runs.starts.queued
            runs.starts.forget(name)
            start = AcceptedStart(accepted=step.now, is_cause=is_queued)
            started = step.now if is_queued else None
            run = runs.begin(name, step, started=started, start=start)
        if run.rows.evidence or (run.gap and run.began_since(sent)):
            return
        until = step.now.seconds + ALREADY_RUNNING_TIMEOUT
        run.command = CommandHold(since=until, until=until)
        run.evidence, run.gap = Evidence.COMMAND, None

    def start_all(self, sent: Moment, step: Step) -> None:
        """Apply an accepted start of all tasks that are due.

        Nobody knows which these are, so it explains late activities and no more.
        """
        start = AcceptedStart(accepted=step.now, since=sent.seconds)
        for name, task in self._activities.tasks.items():
            if task.enabled:
                self._end_stop(name, sent)
                if name not in self._runs.starts.queued:
                    self._runs.starts.remember(name, start, step.now)
        self._runs.doubt()
        step.is_changed = True

    def stop(self, name: str, step: Step) -> None:
        """Apply a stop that the server accepted."""
        self._stop(name, step)
        self._silence({name}, step)

    def stop_all(self, step: Step) -> None:
        """Apply an accepted stop of all tasks."""
        for name in self._activities.tasks:
            self._end_gap(name, step)
            self._stop(name, step)
        # Some may be of tasks that the server doesn't list at the moment.
        self._runs.starts.remembered.clear()
        self._silence(self._activities.tasks.keys(), step)

    def give_up(self, name: str, step: Step) -> None:
        """Apply the answer that a task wasn't running when it should be stopped."""
        if name in self._runs.starts.queued:
            self._runs.end_queued(name, TaskEventType.UNCONFIRMED, step)
        self._end_gap(name, step)
        self._disown(name)
        if name in self._runs.by_task:
            self._runs.finish(name, None, step)
        self._runs.starts.forget(name)
        self._silence({name}, step)

    def _adopt(self, run: Run, sent: Moment, since: float, step: Step) -> None:
        """Let a run be ours; our start is its cause only if it began no earlier."""
        known = run.start
        run.start = AcceptedStart(
            accepted=step.now,
            since=since,
            run_since=min(known.since, known.run_since) if known else inf,
            is_cause=run.began_since(sent) or bool(known and known.is_cause),
        )
        step.is_changed = True

    def _has_to_wait(self, name: str, step: Step) -> bool:
        """Return whether a started task only waits for its turn.

        In the window, one with a random start time does. One that the server wouldn't
        show at work can't be waited for.
        """
        is_shown = name in TASKS_WITH_TYPE or self._runs.last_runs.get(name).observed
        return (
            is_shown
            and step.is_in_window
            and self._activities.tasks[name].schedule_randomized
        )

    def _begin_command(self, name: str, sent: Moment, step: Step) -> None:
        """Begin a run that only our start shows."""
        accepted, since = step.now, sent.seconds
        has_type = name in TASKS_WITH_TYPE
        timeout = START_TIMEOUT_WITH_TYPE if has_type else START_TIMEOUT
        until = accepted.seconds + timeout
        earliest = until if has_type else -inf
        self._runs.starts.forget(name)
        self._runs.begin(
            name,
            step,
            started=accepted,
            start=AcceptedStart(accepted=accepted, since=since),
            command=CommandHold(since=since, until=until, earliest=earliest),
        )

    def _end_gap(self, name: str, step: Step) -> None:
        """End a run that has had no activity for a while when the last one vanished."""
        run = self._runs.by_task.get(name)
        if run and run.gap and run.gap.confirmed:
            self._runs.finish(name, run.gap.vanished, step)

    def _end_stop(self, name: str, sent: Moment) -> None:
        """Forget the stop of a task, since a new start was sent."""
        if not self._runs.starts.end_stop(name):
            return
        for row in self._activities.rows.values():
            if row.silent_about.get(name, -inf) >= sent.seconds:
                del row.silent_about[name]

    def _stop(self, name: str, step: Step) -> None:
        if name in self._runs.starts.queued:
            self._runs.end_queued(name, TaskEventType.STOPPED, step)
        self._disown(name)
        if name in self._runs.by_task:
            self._runs.end(name, TaskEventType.STOPPED, step.now, step)
        self._runs.starts.stop(name, step.now)

    def _disown(self, name: str) -> None:
        """Let the activities that a run has by their type be no other run's."""
        if run := self._runs.by_task.get(name):
            for row in run.rows.typed.values():
                row.silent_about |= dict.fromkeys(row.suggested, -inf)

    def _silence(self, names: AbstractSet[str], step: Step) -> None:
        """Ignore what the activities of stopped runs say of their tasks from now on."""
        for row in self._activities.rows.values():
            row.silent_about |= dict.fromkeys(row.tasks & names, -inf)
        step.is_changed = True
