"""The state of each task, from its run."""

from collections.abc import Mapping
from math import inf

from ..api import ButlerTask
from .models import Moment, TaskState, TaskStatus
from .open_runs import OpenRuns


def task_states(
    tasks: Mapping[str, ButlerTask], runs: OpenRuns, now: Moment
) -> dict[str, TaskState]:
    """Return the state of each task, by Plex's name of it."""
    return {name: _task_state(task, runs, now) for name, task in tasks.items()}


def current_task(tasks: Mapping[str, ButlerTask], runs: OpenRuns) -> str | None:
    """Return the task that began last of those that run, None if none does.

    An unknown start counts as the earliest, and of equal ones the later in the list.
    """
    started = [
        (run.started.seconds if run.started else -inf, position, name)
        for position, name in enumerate(tasks)
        if (run := runs.by_task.get(name))
    ]
    return max(started)[-1] if started else None


def _task_state(task: ButlerTask, runs: OpenRuns, now: Moment) -> TaskState:
    run = runs.by_task.get(task.name)
    shown = run.rows.shown if run else None
    if run:
        status = TaskStatus.RUNNING
    elif task.name in runs.starts.queued:
        status = TaskStatus.QUEUED
    else:
        status = TaskStatus.IDLE if task.enabled else TaskStatus.DISABLED
    return TaskState(
        task=task,
        status=status,
        started=run.started.time if run and run.started else None,
        evidence=run.evidence if run else None,
        progress=shown.percent if shown else None,
        detail=shown.subtitle if shown else None,
        stalled_since=run.rows.stalled_since(now) if run else None,
        last_run=runs.last_runs.get(task.name),
    )
