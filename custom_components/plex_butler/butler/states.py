"""The state of each task, from its run."""

from collections.abc import Mapping
from math import inf
from typing import Final

from ..api import ButlerTask
from .models import LastRun, Moment, TaskState, TaskStatus
from .open_runs import OpenRuns
from .runs import Run

RESTING: Final = (TaskStatus.IDLE, TaskStatus.DISABLED)


class TaskStates:
    """The states of all tasks, by Plex's name of each.

    They are the same objects until they change, which makes them fast to compare. The
    caller tells by `is_outdated` that a run or a start changed.
    """

    def __init__(self, runs: OpenRuns) -> None:
        """Initialize without states."""
        self.is_outdated = True
        self._runs = runs
        self._tasks: Mapping[str, ButlerTask] = {}
        self._states: Mapping[str, TaskState] = {}

    def at(
        self, now: Moment, tasks: Mapping[str, ButlerTask]
    ) -> Mapping[str, TaskState]:
        """Return the states of tasks now."""
        is_same = tasks is self._tasks and not self.is_outdated
        # The state of a task that runs changes with time, and with its activities.
        if not is_same or self._runs.by_task:
            self._tasks, self.is_outdated = tasks, False
            states = {name: self._state(task, now) for name, task in tasks.items()}
            if states != self._states or [*states] != [*self._states]:
                self._states = states
        return self._states

    def _state(self, task: ButlerTask, now: Moment) -> TaskState:
        """Return the state of a task, as the object from before if it's the same."""
        name, runs = task.name, self._runs
        known, last_run = self._states.get(name), runs.last_runs.get(name)
        if run := runs.by_task.get(name):
            state = _running(task, run, last_run, now)
        elif name in runs.starts.queued:
            state = _without_run(task, TaskStatus.QUEUED, last_run)
        elif (
            known
            and known.task is task
            and known.last_run is last_run
            and known.status in RESTING
        ):
            return known
        else:
            status = TaskStatus.IDLE if task.enabled else TaskStatus.DISABLED
            state = _without_run(task, status, last_run)
        return known if known == state else state


def current_task(tasks: Mapping[str, ButlerTask], runs: OpenRuns) -> str | None:
    """Return the task that began last of those that run, None if none does.

    An unknown start counts as the earliest, and of equal ones the later in the list.
    """
    if not runs.by_task:
        return None
    started = [
        (run.started.seconds if run.started else -inf, position, name)
        for position, name in enumerate(tasks)
        if (run := runs.by_task.get(name))
    ]
    return max(started)[-1] if started else None


def _running(task: ButlerTask, run: Run, last_run: LastRun, now: Moment) -> TaskState:
    shown = run.rows.shown
    return TaskState(
        task=task,
        status=TaskStatus.RUNNING,
        started=run.started.time if run.started else None,
        evidence=run.evidence,
        progress=shown.percent if shown else None,
        detail=shown.subtitle if shown else None,
        stalled_since=run.rows.stalled_since(now),
        last_run=last_run,
    )


def _without_run(task: ButlerTask, status: TaskStatus, last_run: LastRun) -> TaskState:
    return TaskState(
        task=task,
        status=status,
        started=None,
        evidence=None,
        progress=None,
        detail=None,
        stalled_since=None,
        last_run=last_run,
    )
