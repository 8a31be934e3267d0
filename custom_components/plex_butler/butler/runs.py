"""Runs of tasks: what shows each, and when time alone ends it."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from math import inf
from typing import Final, NamedTuple

from ..api import Activity, ButlerTask
from .activities import Row
from .command_hold import CommandHold
from .evidence import Evidence
from .models import Moment, StartedBy, TaskEvent, TaskEventType

START_TIMEOUT: Final = 60
START_TIMEOUT_WITH_TYPE: Final = 180
"""Seconds for which an accepted start is evidence if nothing better is seen. What a type
suggests may take two to three minutes to show (measured)."""

ALREADY_RUNNING_TIMEOUT: Final = 600
"""Seconds for which the answer "already running" is evidence."""

START_MEMORY: Final = 600
"""Seconds from an accepted start in which it explains a late activity."""

GAP: Final = 120
MEDIA_GAP: Final = 30
"""Seconds that a gap between two activities of a typed run may last. Tools that watch
real servers wait 15 to 120 s; libraries and program guides have no such gaps."""

GAPLESS_TYPES: Final = ("library.", "provider.")

GAP_BUTLER_REST: Final = 30
"""Seconds of the butler's rest that end such a gap early."""

AWAY_MAX_AGE: Final = 600
AWAY_GRACE_PERIOD: Final = 60
"""After an absence of less than AWAY_MAX_AGE seconds, a typed run goes on if an activity
of its type shows within AWAY_GRACE_PERIOD seconds."""

STALLED_AFTER: Final = 1800
"""Seconds without a change of progress or item after which a run is stalled."""


class AcceptedStart(NamedTuple):
    """A start that the server accepted.

    `since` is from when activities may be its result, in monotonic seconds: what was
    there before is not, unless the server answered that the task was running already.
    `spent` is True once it has explained a late activity. `run_since` is the same as
    `since` for the run that it results from, which may have been started before.
    `is_cause` is False if that run was the server's, or nobody knows how it began.
    """

    accepted: Moment
    since: float = -inf
    run_since: float = inf
    spent: bool = False
    is_cause: bool = True

    @property
    def started_by(self) -> StartedBy:
        """Return who started the run that it results from."""
        return StartedBy.HOME_ASSISTANT if self.is_cause else StartedBy.SERVER

    @property
    def forgotten(self) -> float:
        """Return until when it explains a late activity, in monotonic seconds."""
        return self.accepted.seconds + START_MEMORY


class Gap(NamedTuple):
    """The time since the last activity of a typed run vanished.

    It ends at `until`, in monotonic seconds. `confirmed` is False if the activity was
    missing after an absence, so nobody knows when it vanished.
    """

    vanished: Moment
    until: float
    confirmed: bool = True


@dataclass
class ButlerWork:
    """Whether the butler was at work during a run, and came back from a rest."""

    worked: bool = False
    returned: bool = False

    def come_to_work(self, *, is_in_gap: bool) -> None:
        """Note that the butler came to work, in a gap between two activities or not."""
        self.returned = self.returned or self.worked
        self.worked = self.worked or not is_in_gap


@dataclass(kw_only=True)
class RunRows:
    """The activities of a run: those that name the task, and those of its type.

    `own` are the UUIDs of those that a run had before a restart.
    """

    named: dict[str, Row] = field(default_factory=dict)
    typed: dict[str, Row] = field(default_factory=dict)
    own: frozenset[str] = frozenset()

    @property
    def evidence(self) -> Evidence | None:
        """Return what the activities are evidence of, None without any."""
        if self.named:
            return Evidence.NAMED
        return Evidence.TYPED if self.typed else None

    @property
    def best(self) -> Collection[Row]:
        """Return the activities that are the best evidence."""
        return (self.named or self.typed).values()

    @property
    def shown(self) -> Activity | None:
        """Return the activity that shows what the run is doing: the first that came."""
        # One list may bring several at once; the UUID makes it the same one every time.
        first = min(
            self.best, key=lambda row: (row.came.seconds, row.uuid), default=None
        )
        return first.activity if first else None

    @property
    def progressed(self) -> Moment | None:
        """Return when the progress or item of one changed last, None if none shows either."""
        changes = (row.progressed for row in self.best if row.progressed)
        return max(changes, key=lambda change: change.seconds, default=None)

    @property
    def stalls(self) -> float:
        """Return when the run is stalled unless something changes, in monotonic seconds."""
        progressed = self.progressed
        return progressed.seconds + STALLED_AFTER if progressed else inf

    def stalled_since(self, now: Moment) -> datetime | None:
        """Return when progress and item changed last, if the run is stalled."""
        progressed = self.progressed
        is_stalled = progressed is not None and now.seconds >= self.stalls
        return progressed.time if progressed and is_stalled else None

    def has(self, row: Row) -> bool:
        """Return whether an activity is one of the run's by its type."""
        return row.uuid in self.typed or row.uuid in self.own


@dataclass(kw_only=True)
class Run:
    """A run of a task.

    `started` is None if it began before it could be observed, `start` is our start that
    it results from, if any. `command` is set while a command is the only evidence, `gap`
    while a typed run has no activity.
    """

    started: Moment | None
    evidence: Evidence
    began_in_window: bool
    start: AcceptedStart | None = None
    rows: RunRows = field(default_factory=RunRows)
    command: CommandHold | None = None
    gap: Gap | None = None
    butler: ButlerWork = field(default_factory=ButlerWork)

    @property
    def started_by(self) -> StartedBy:
        """Return who started the run."""
        return self.start.started_by if self.start else StartedBy.SERVER

    def event(
        self,
        kind: TaskEventType,
        task: ButlerTask,
        time: datetime,
        *,
        duration: float | None = None,
    ) -> TaskEvent:
        """Return the event of the run's start or end."""
        return TaskEvent(
            type=kind,
            task=task,
            evidence=self.evidence,
            duration=duration,
            started=self.started.time if self.started else None,
            time=time,
            started_by=self.started_by,
        )

    def duration_until(self, end: Moment) -> float | None:
        """Return the seconds from the start to the end, None if the start is unknown."""
        return round(end.seconds - self.started.seconds, 1) if self.started else None

    def began_since(self, moment: Moment) -> bool:
        """Return whether the run is known to have begun at the moment or later."""
        return self.started is not None and self.started.seconds >= moment.seconds

    def counts(self, row: Row) -> bool:
        """Return whether an activity may belong to the run, going by its time."""
        if self.start is None:
            return True
        return row.came.seconds >= min(self.start.since, self.start.run_since)

    def gap_end(self, butler_rested: Moment | None) -> float:
        """Return when a gap has lasted too long, in monotonic seconds.

        A rest of the butler ends it early, unless the butler came back from one before.
        """
        if self.gap is None:
            return inf
        is_rest_telling = self.butler.worked and not self.butler.returned
        if butler_rested and is_rest_telling and self.gap.confirmed:
            return min(self.gap.until, butler_rested.seconds + GAP_BUTLER_REST)
        return self.gap.until

    def begin_gap(self, last: Row, now: Moment) -> None:
        """Begin a gap after the last activity of the run vanished."""
        is_gapless = last.activity.type.startswith(GAPLESS_TYPES)
        until = now.seconds + (MEDIA_GAP if is_gapless else GAP)
        self.gap = Gap(vanished=now, until=until)
