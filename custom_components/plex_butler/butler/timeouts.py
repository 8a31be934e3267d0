"""What time alone changes."""

from math import inf

from .activities import Activities
from .command_hold import CommandHold
from .models import Moment, TaskEventType
from .open_runs import OpenRuns
from .runs import STALLED_AFTER
from .step import Step
from .window import Window


class Timeouts:
    """Ends the runs and starts whose time is up.

    `deadline` is when time alone changes something next, in monotonic seconds.
    """

    def __init__(self, runs: OpenRuns, activities: Activities) -> None:
        """Initialize with the runs and activities of a server."""
        self.deadline = inf
        self._runs = runs
        self._activities = activities

    def set_deadline(self, now: Moment, window: Window | None) -> None:
        """Set the deadline to what follows from the runs and starts now."""
        rested = self._activities.rested
        deadlines = [self._runs.starts.deadline]
        is_in_window = window is not None and window.contains(now.time)
        depends_on_window = bool(self._runs.starts.queued)
        for run in self._runs.by_task.values():
            deadlines.append(run.gap_end(rested))
            if run.rows.stalls > now.seconds:
                deadlines.append(run.rows.stalls)
            if run.command:
                deadlines.append(_deadline(run.command, is_in_window=is_in_window))
                depends_on_window = True
        if window and depends_on_window:
            deadlines.append(now.at(window.next_change(now.time)).seconds)
        self.deadline = min(deadlines, default=inf)

    def await_stall(self, now: Moment) -> None:
        """Set an earlier deadline if a run may stall before: one made progress now."""
        if self._runs.by_task:
            self.deadline = min(self.deadline, now.seconds + STALLED_AFTER)

    def hold(self, step: Step) -> None:
        """Let the butler's activities hold the runs that only a command shows."""
        commands = {
            name: command
            for name, run in self._runs.by_task.items()
            if (command := run.command)
        }
        if not commands:
            return
        is_alone = len(self._runs.by_task) + len(self._runs.starts.queued) == 1
        named = {row.uuid: row.match.named for row in self._activities.rows.values()}
        for name, command in commands.items():
            others = {uuid for uuid, names in named.items() if names - {name}}
            command.doubtful |= bool(others) or not is_alone
            if not step.is_in_window:
                command.update(self._activities.at_work, others, step.now)

    def elapse(self, step: Step) -> None:
        """End what time alone ends."""
        runs, now = self._runs, step.now
        step.is_changed |= runs.starts.expire(now)
        if not step.is_in_window:
            for name in list(runs.starts.queued):
                runs.end_queued(name, TaskEventType.UNCONFIRMED, step)
        rested = self._activities.rested
        for name, run in list(runs.by_task.items()):
            if (gap := run.gap) and now.seconds >= run.gap_end(rested):
                runs.finish(name, gap.vanished if gap.confirmed else None, step)
            elif command := run.command:
                is_in_window = step.is_in_window
                if now.seconds >= _deadline(command, is_in_window=is_in_window):
                    is_sure = not (command.doubtful or is_in_window)
                    runs.finish(name, command.rested if is_sure else None, step)


def _deadline(command: CommandHold, *, is_in_window: bool) -> float:
    """Return when a command stops being evidence; in the window, nothing holds it."""
    return command.until if is_in_window else command.deadline
