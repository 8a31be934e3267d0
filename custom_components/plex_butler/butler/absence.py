"""Which runs outlast an absence, of the server or of Home Assistant."""

from collections.abc import Mapping

from .evidence import Evidence
from .models import Moment
from .open_runs import OpenRuns
from .runs import AWAY_GRACE_PERIOD, AWAY_MAX_AGE, Gap
from .step import Step


class Absence:
    """An absence, from the loss of the server until the first poll that has activities.

    `since` is when it began, in monotonic seconds, None while there is none.
    """

    def __init__(self, runs: OpenRuns, since: float) -> None:
        """Initialize with the runs of a server that hasn't been polled yet."""
        self.since: float | None = since
        self._runs = runs

    def begin(self, now: Moment) -> None:
        """Note which activities each run has, since others may come unnoticed now."""
        if self.since is None:
            self.since = now.seconds
        for run in self._runs.by_task.values():
            rows = run.rows
            rows.own |= rows.named.keys() | rows.typed.keys()
        self._runs.doubt()

    def is_long(self, now: Moment) -> bool:
        """Return whether it has lasted for long."""
        return self.since is not None and now.seconds >= self.since + AWAY_MAX_AGE

    def suspended(self) -> dict[str, Evidence]:
        """Return the runs that had activities, with their evidence."""
        return {
            name: run.evidence
            for name, run in self._runs.by_task.items()
            if run.rows.own
        }

    def end(self, suspended: Mapping[str, Evidence], step: Step) -> None:
        """Decide which runs go on, given those that were suspended before the poll.

        One goes on with an activity of its own. A typed one may also go on with another
        of its type, unless the absence was long.
        """
        if self.since is None:
            return
        is_long = self.is_long(step.now)
        self.since, step.is_changed = None, True
        for name, evidence in suspended.items():
            run = self._runs.by_task[name]
            own, run.rows.own = run.rows.own, frozenset()
            step.touched.pop(name, None)
            if own & (run.rows.named.keys() | run.rows.typed.keys()):
                continue
            if evidence is not Evidence.TYPED or is_long:
                run.evidence = evidence
                self._runs.finish(name, None, step)
            elif run.rows.evidence is None:
                until = step.now.seconds + AWAY_GRACE_PERIOD
                run.gap = Gap(vanished=step.now, until=until, confirmed=False)
