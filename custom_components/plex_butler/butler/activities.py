"""The server's activities, from polls and notifications."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf
from typing import Final, NamedTuple

from ..api import Activity, ActivityChange, ActivityNotification, ButlerTask
from .evidence import Match, TaskNames, is_at_work, may_match_others
from .models import Moment

MAX_ACTIVITIES: Final = 500
"""Activities that are kept at a time; the oldest are dropped."""

MAX_ENDED: Final = 1000
ENDED_MAX_AGE: Final = 120
"""How many ended activities are remembered, and for how many seconds: a list that was
requested before the end still has them. A poll takes less than a minute."""

NO_PROGRESS: Final = Activity(
    uuid="", type="", title=None, subtitle=None, progress=None
)


@dataclass(kw_only=True, eq=False)
class Row:
    """An activity, and what it shows of which tasks.

    `came` is when it did, at the latest; `seen` is since when it is known. `progressed`
    is when its progress or item changed last, None if it never showed either.
    `beside_butler` is True if the butler was at work when it came. It says nothing about
    the tasks in `silent_about`, since their run was stopped; with each is since when it
    would, in monotonic seconds, if that is after the stop. `counted` are the tasks
    whose runs count it as evidence.
    """

    activity: Activity
    came: Moment
    seen: Moment
    match: Match
    progressed: Moment | None = None
    beside_butler: bool = False
    silent_about: dict[str, float] = field(default_factory=dict)
    counted: set[str] = field(default_factory=set)

    @property
    def uuid(self) -> str:
        """Return the UUID of the activity."""
        return self.activity.uuid

    @property
    def suggested(self) -> frozenset[str]:
        """Return the tasks that its type suggests."""
        return self.match.suggested

    @property
    def tasks(self) -> frozenset[str]:
        """Return the tasks that it names or suggests."""
        return self.match.named | self.match.suggested


class RowChanges(NamedTuple):
    """Which rows changed or are new, and which are gone.

    `is_butler_changed` is True if one shows something else of the butler than before.
    """

    changed: Sequence[Row]
    gone: Sequence[Row] = ()
    is_butler_changed: bool = True


NOTHING: Final = RowChanges(changed=(), is_butler_changed=False)
"""What most notifications change: they report the progress of what is no task's run."""


class Activities:
    """The activities that the server is known to have, by their UUIDs.

    `tasks` are those that the server has, by Plex's name of each. `at_work` has the UUIDs
    of the butler's that are at work, and since when each is, in monotonic seconds.
    `rested` is since when the butler rests, None while it is at work or was never seen at
    work.
    """

    def __init__(self) -> None:
        """Initialize without activities."""
        self.rows: dict[str, Row] = {}
        self.at_work: dict[str, float] = {}
        self.rested: Moment | None = None
        self.tasks: Mapping[str, ButlerTask] = {}
        self._names = TaskNames({})
        self._notified: dict[str, float] = {}
        self._ended: dict[str, float] = {}

    @property
    def is_butler_active(self) -> bool:
        """Return whether the butler is at work."""
        return bool(self.at_work)

    def set_tasks(self, tasks: Mapping[str, ButlerTask]) -> bool:
        """Replace the tasks; return whether activities may name others than before."""
        self.tasks = tasks
        titles = {name: task.title for name, task in tasks.items()}
        if titles == self._names.titles:
            return False
        self._names = TaskNames(titles)
        for row in self.rows.values():
            self._match(row)
        return True

    def replace_all(
        self,
        activities: Iterable[Activity],
        *,
        asked: Moment,
        now: Moment,
        is_resync: bool,
    ) -> RowChanges:
        """Replace all activities by a list from the server.

        What notifications reported since the list was requested is newer and stays. What
        is new came before the request; in a resync, the butler at an unknown time.
        """
        at_work_before = set(self.at_work)
        listed = {each.uuid: each for each in list(activities)[-MAX_ACTIVITIES:]}
        gone = [
            row
            for uuid, row in self.rows.items()
            if uuid not in listed and self._notified.get(uuid, -inf) < asked.seconds
        ]
        for row in gone:
            self._remove(row, now)
        changed, new = [], []
        for uuid, activity in listed.items():
            known = self.rows.get(uuid)
            is_newer = self._notified.get(uuid, -inf) >= asked.seconds
            if is_newer or self._ended.get(uuid, -inf) >= asked.seconds:
                continue
            changed.append(self._put(known, activity, came=asked, now=now))
            if known is None:
                new.append(changed[-1])
        # The list doesn't tell what came first: all of it came together.
        is_beside = self.is_butler_active and (
            is_resync or min(self.at_work.values()) <= asked.seconds
        )
        for row in new:
            row.beside_butler = is_beside
        if is_resync:
            self.at_work |= dict.fromkeys(self.at_work.keys() - at_work_before, -inf)
        return RowChanges(changed=changed, gone=[*gone, *self._drop_oldest(now)])

    def apply(self, notification: ActivityNotification, now: Moment) -> RowChanges:
        """Apply a notification of one activity."""
        activity = notification.activity
        row = self.rows.get(activity.uuid)
        if notification.change is ActivityChange.ENDED:
            self._note_end(activity.uuid, now)
            if row is None:
                return NOTHING
            self._remove(row, now)
            return RowChanges(changed=[], gone=[row])
        if row and not activity.type:
            # A frame without a type holds only what changed.
            known = row.activity
            progress = (
                known.progress if activity.progress is None else activity.progress
            )
            activity = known._replace(progress=progress)
        was_active = self.is_butler_active
        before = activity.uuid in self.at_work, row and row.match
        is_new = row is None
        row = self._put(row, activity, came=now, now=now)
        self._notified[activity.uuid] = now.seconds
        if is_new:
            row.beside_butler = was_active
        is_full = len(self.rows) > MAX_ACTIVITIES
        gone = list(self._drop_oldest(now)) if is_full else []
        is_same = not gone and before == (activity.uuid in self.at_work, row.match)
        if is_same and not row.counted:
            return NOTHING
        return RowChanges(changed=[row], gone=gone, is_butler_changed=not is_same)

    def _put(
        self, row: Row | None, activity: Activity, *, came: Moment, now: Moment
    ) -> Row:
        """Add an activity, or change a known one; `came` is when it became so."""
        if row is None:
            row = self.rows[activity.uuid] = Row(
                activity=activity,
                came=came,
                seen=now,
                match=self._names.match(activity),
                progressed=now if _has_progressed(NO_PROGRESS, activity) else None,
            )
            self._ended.pop(activity.uuid, None)
        elif (known := row.activity) != activity:
            row.activity = activity
            if may_match_others(known, activity):
                self._match(row)
            if _has_progressed(known, activity):
                row.progressed = now
        if not is_at_work(activity):
            self._rest(row, now)
        elif activity.uuid not in self.at_work:
            # What it said of a stopped run was before.
            row.silent_about.clear()
            self.at_work[activity.uuid] = came.seconds
            self.rested = None
        return row

    def _match(self, row: Row) -> None:
        row.match = self._names.match(row.activity)
        # It was silent about a stopped run, and what it names again is another one.
        for name in row.silent_about.keys() - row.tasks:
            del row.silent_about[name]

    def _rest(self, row: Row, now: Moment) -> None:
        if row.uuid in self.at_work:
            del self.at_work[row.uuid]
            if not self.at_work:
                self.rested = now

    def _remove(self, row: Row, now: Moment) -> None:
        del self.rows[row.uuid]
        self._notified.pop(row.uuid, None)
        self._rest(row, now)

    def _drop_oldest(self, now: Moment) -> Iterator[Row]:
        while len(self.rows) > MAX_ACTIVITIES:
            oldest = next(iter(self.rows.values()))
            self._remove(oldest, now)
            yield oldest

    def _note_end(self, uuid: str, now: Moment) -> None:
        """Remember an end, and forget those that no list can contradict any more."""
        self._ended.pop(uuid, None)
        self._ended[uuid] = now.seconds
        oldest = next(iter(self._ended))
        while (
            len(self._ended) > MAX_ENDED
            or self._ended[oldest] < now.seconds - ENDED_MAX_AGE
        ):
            del self._ended[oldest]
            oldest = next(iter(self._ended))


def _has_progressed(before: Activity, after: Activity) -> bool:
    """Return whether an activity shows something else of how far it is."""
    return before.subtitle != after.subtitle or before.percent != after.percent
