"""The runs that go on: which activities each has, and how they begin and end."""

from collections.abc import Iterable

from ..api import ButlerTask
from .activities import Activities, Row, RowChanges
from .command_hold import CommandHold
from .evidence import ITEM_METADATA, Evidence, is_butler
from .history import RunHistory
from .last_runs import LastRuns
from .models import Moment, TaskEvent, TaskEventType
from .ownership import Ownership
from .runs import AcceptedStart, ButlerWork, Gap, Run
from .starts import Starts
from .step import Step


class OpenRuns:
    """The runs that go on, by Plex's name of each task."""

    def __init__(
        self, activities: Activities, last_runs: LastRuns, history: RunHistory
    ) -> None:
        """Initialize without runs."""
        self.by_task: dict[str, Run] = {}
        self.starts = Starts()
        self.last_runs = last_runs
        self.history = history
        self._activities = activities
        self._ownership = Ownership(self.by_task, self.starts)
        self._was_butler_active = False

    def update_tasks(self, tasks: dict[str, ButlerTask], step: Step) -> None:
        """Replace the tasks, and end the runs of those that are gone."""
        known = self._activities.tasks
        for name in self.by_task.keys() - tasks.keys():
            if name in known:
                self.finish(name, None, step)
            else:
                # It went while Home Assistant wasn't running.
                del self.by_task[name]
        for name in (self.starts.queued.keys() & known.keys()) - tasks.keys():
            self.end_queued(name, TaskEventType.UNCONFIRMED, step)
        self.starts.keep(tasks.keys())
        if tasks != known:
            step.is_changed |= self._activities.set_tasks(tasks)

    def observe(self, changes: RowChanges, step: Step) -> None:
        """Let each changed activity count for the runs that it is evidence of."""
        self._note_butler()
        step.is_butler_changed = changes.is_butler_changed and any(
            is_butler(row.activity) for row in (*changes.gone, *changes.changed)
        )
        for row in changes.gone:
            for name in list(row.counted):
                self._discount(row, name, step)
        for row in _metadata_last(changes.changed):
            self._silence(row, step.now)
            self._count(row, step)

    def doubt(self) -> None:
        """Doubt that the butler's next rest is the end of a run that nothing shows."""
        for run in self.by_task.values():
            if run.command:
                run.command.doubtful = True

    def begin(
        self,
        name: str,
        step: Step,
        *,
        started: Moment | None,
        start: AcceptedStart | None = None,
        command: CommandHold | None = None,
    ) -> Run:
        """Begin a run of a task."""
        run = self.by_task[name] = Run(
            started=started,
            evidence=Evidence.COMMAND,
            began_in_window=started is not None and step.is_in_window,
            start=start,
            command=command,
            butler=ButlerWork(worked=self._activities.is_butler_active),
        )
        if started:
            self.last_runs.record_start(name, started)
            step.begun.append(name)
        step.is_changed = True
        return run

    def end(
        self, name: str, kind: TaskEventType, at: Moment | None, step: Step
    ) -> None:
        """End a run of a task, at the given time, None if it's unknown."""
        run = self.by_task.pop(name)
        for row in (*run.rows.named.values(), *run.rows.typed.values()):
            row.counted.discard(name)
        duration = run.duration_until(at) if at else None
        task, time = self._activities.tasks[name], (at or step.now).time
        event = run.event(kind, task, time, duration=duration)
        step.ends.append(event)
        step.is_changed = True
        self.last_runs.note_end(run, event, step.now)
        if at is None:
            if run.start and not run.start.spent:
                self.starts.remember(name, run.start, step.now)
            return
        self.starts.forget(name)
        # The same activities occur without the butler.
        is_sure = run.evidence is not Evidence.TYPED or run.start is not None
        if is_sure or run.began_in_window:
            self.last_runs.record_finish(name, at, duration)

    def finish(self, name: str, at: Moment | None, step: Step) -> None:
        """End a run of a task: finished at the given time, unconfirmed if it's unknown."""
        kind = TaskEventType.FINISHED if at else TaskEventType.UNCONFIRMED
        self.end(name, kind, at, step)

    def end_queued(self, name: str, kind: TaskEventType, step: Step) -> None:
        """End the wait of a task for its turn."""
        start = self.starts.queued.pop(name)
        step.ends.append(
            TaskEvent(
                type=kind,
                task=self._activities.tasks[name],
                evidence=Evidence.COMMAND,
                duration=None,
                started=None,
                time=step.now.time,
                started_by=start.started_by,
            )
        )
        step.is_changed = True
        if kind is TaskEventType.UNCONFIRMED:
            self.starts.remember(name, start, step.now)

    def settle(self, step: Step) -> list[TaskEvent]:
        """End the runs that lost their evidence; return the step's events."""
        while step.is_changed or step.touched:
            if step.is_changed:
                step.is_changed = False
                for row in _metadata_last(
                    row
                    for row in self._activities.rows.values()
                    # What a row names depends on no run.
                    if row.suggested or row.counted or row.match.named
                ):
                    self._count(row, step)
            touched, step.touched = step.touched, {}
            for name, row in touched.items():
                run = self.by_task[name]
                if evidence := run.rows.evidence:
                    run.evidence = evidence
                else:
                    self._lose(name, run, row, step)
        for run in self.by_task.values():
            if run.rows.evidence:
                run.gap = None
        for end in step.ends:
            self.history.record(end)
        tasks, time = self._activities.tasks, step.now.time
        begun = (
            self.by_task[name].event(TaskEventType.STARTED, tasks[name], time)
            for name in step.begun
        )
        return [*step.ends, *begun]

    def _count(self, row: Row, step: Step) -> None:
        """Let an activity count for the runs that it is evidence of, and for no others."""
        named = self._ownership.named_tasks(row)
        typed = self._ownership.typed_task(row)
        for name in row.counted - named - {typed}:
            self._discount(row, name, step)
        for name in named:
            run = self._run_shown_by(name, row, step)
            run.rows.named[row.uuid] = row
            run.evidence = Evidence.NAMED
        if typed is not None:
            run = self._run_shown_by(typed, row, step)
            run.rows.typed[row.uuid] = row
            run.evidence = Evidence.NAMED if run.rows.named else Evidence.TYPED

    def _run_shown_by(self, name: str, row: Row, step: Step) -> Run:
        run = self.by_task.get(name)
        if run is None:
            start = self.starts.take(name)
            is_known = start is not None or not step.is_resync
            run = self.begin(
                name, step, started=step.now if is_known else None, start=start
            )
        run.command = None
        # More activities may end the same gap, until the step is settled.
        step.is_changed |= run.gap is not None and name not in row.counted
        row.counted.add(name)
        self.last_runs.record_observed(name)
        return run

    def _silence(self, row: Row, now: Moment) -> None:
        """Ignore what an activity shows of tasks that were stopped just before."""
        since = row.came if row.seen == now else now
        for name in row.tasks - row.counted:
            if self.starts.is_stopping(name, now):
                row.silent_about.setdefault(name, since.seconds)

    def _discount(self, row: Row, name: str, step: Step) -> None:
        row.counted.discard(name)
        rows = self.by_task[name].rows
        rows.named.pop(row.uuid, None)
        rows.typed.pop(row.uuid, None)
        step.touched[name] = row

    def _lose(self, name: str, run: Run, last: Row, step: Step) -> None:
        """Begin a gap of a typed run that lost its last activity; end a named one.

        If an activity of its type stands, a named one goes on.
        """
        now = step.now
        if run.gap is None and run.evidence is Evidence.NAMED:
            run.gap = Gap(vanished=now, until=now.seconds, confirmed=False)
            step.touched[name], step.is_changed = last, True
            return
        if run.gap is None:
            run.rows.own = frozenset()
            run.begin_gap(last, now)
            if run.gap_end(self._activities.rested) > now.seconds:
                return
        self.finish(name, now, step)

    def _note_butler(self) -> None:
        """Note in each run that the butler came to work."""
        is_active = self._activities.is_butler_active
        if is_active and not self._was_butler_active:
            for run in self.by_task.values():
                run.butler.come_to_work(is_in_gap=run.gap is not None)
        self._was_butler_active = is_active


def _metadata_last(rows: Iterable[Row]) -> list[Row]:
    """Return activities with those last that depend on whether libraries are refreshed."""
    return sorted(rows, key=lambda row: row.activity.type == ITEM_METADATA)
