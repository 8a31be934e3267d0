"""A second, naive reading of what a task is doing: the oracle of the property test.

It reads section 4 of the design ("What a task is doing") to the letter and shares
nothing with the tracker but the table of types. It keeps all that ever happened and
reads it again at each instant at which anything could become due, however slowly.

Where the text is ambiguous, this is the reading taken.

Rows

1.  "A `butler` row" is a row whose type is exactly `butler`. A row of type `butler.x`
    is never at work and never rests; it names its task, but not at 100 either.
2.  A butler row without progress rests, but names: only at 100 it names nothing.
3.  A row listed by a poll came when that poll was requested (`asked`), not when it was
    answered, also where it came to work. A row that a poll misses, or shows resting,
    vanished or rested when the poll was answered. A run begins and ends when it's seen.
4.  A frame at exactly the time of the request is newer than the request. Of two polls
    requested at the same time, the later answer counts.
5.  A row has one life per appearance: a UUID that is back after it was gone is a new row.
    An `updated` or `started` frame of an unknown row is its appearance. An `ended` frame
    of an unknown row only keeps stale polls from bringing it. A frame without type
    changes nothing but the progress.
6.  What a row "stands for" when it names a task begins when it begins to name that task
    and ends when it doesn't any more, is at 100, comes to work anew, or is gone. So a
    butler row that turns from one task to the next isn't an old row of the next one.

Evidence

7.  One row can name several tasks; "longest match" decides between matches that overlap.
8.  A title or name that several listed tasks share names none of them.
9.  "The name's words" leave out a leading "ButlerTask", as titles do, and are separated
    by single spaces. The name without "ButlerTask" in one word isn't a name.
10. For rows of other types, "is" ignores case and surrounding spaces, and the name's
    words don't count unless they are the title.
11. A row came "while a butler row was at work" if one was at work when the row came, and
    still is once the frame or poll that brought the row has been applied. On the first
    poll (also after a restart or loss), one at work in that poll is enough.
12. Any butler row counts for 11, also one that names another task.
13. A 200 never explains a row by its type that stood before it, neither where the type
    suggests one task nor where exactly one of several is ours. A 202 does. A row that
    came under a butler at work is typed by that, whatever start came later, unless its
    type suggests several tasks.
14. "Stood before a start" means before the request was sent, not before the answer. Start
    all has no sent time of its own: its answer counts.
15. A row that a run keeps is no other run's. That goes for `library.update.item.metadata`
    also: rows that another task's run kept before RefreshLibraries began stay with it.
    Any other such row is RefreshLibraries' while that runs, whatever the butler does and
    whoever started it, also one that stood before a run that isn't ours.
16. A row that comes while a typed run lingers goes on with it without any further
    condition (not ours, no butler), unless another task that its type suggests is ours.
    While the run's own rows stand, a further row has to qualify by itself.
17. "If a row of its type stands" (end of a named run) has the same condition, and the
    row didn't stand before our start.
18. "A typed run that isn't ours" is judged at its end: evidence `typed` then, and `ours`
    if a start of ours began it, explained it, or was answered while it was open. It
    goes for `stopped` too. "Began inside the window" is unknown, so not so, if the start
    is unknown.
19. `finished` and `stopped` set `last_finished` and `last_duration` (None if unknown); a
    queued start that is stopped never ran and sets neither.

Command

20. An unanswered start is a 200 in all respects ("taken as started"), except that it's
    never queued ("answered 200").
21. The 60 or 180 s count from the answer. A butler row "came to work in that time" from
    the sending on, until just before the 60 or 180 s are over, unless it rests again
    before the answer, or if a first poll (see 37) found it at work.
22. A butler row that comes back within the 10 s goes on holding, also if that is after
    the 60 or 180 s. One that first came to work after those neither holds nor keeps the
    rest of another from being the end.
23. It holds while it names no other task *now*. If it names another one after the 60 or
    180 s, the run ends `unconfirmed` at once; before that, it runs to the limit.
24. The rest ends a run of a task without type also before the 60 s are over. If the rest
    isn't allowed to be the end, the run still holds until its 60 or 180 s are over.
25. "Meanwhile" is from the answer to the decision (10 s after the rest, or 180 s), not to
    the rest. Other starts are open while their run is ours and hasn't ended, or while they
    are queued; remembered ones aren't open. A lingering run counts as typed, a restart as
    a failed poll, any row that names another task as naming it, even if silenced.
26. Of several butler rows, all have to rest; the last rest is the end, never before the
    run's start.
27. "What is held as it opens" are runs beyond their 60 or 180 s: the others run to their
    limit. A rest inside the window is no end. A row that came inside the window holds
    once the window has closed.
28. 202, known run: it becomes ours. With rows standing nothing else changes. Without
    (`command`, lingering, queued, waited for after a loss): its evidence is `command` from
    then on, and it holds for 10 min from that answer, until a row takes over. "It holds"
    is read to include every run for which the 202 is the last word.
29. The end after those 10 min is `unconfirmed`, told as an event even where no `started`
    was.
30. 200 while rows stand changes nothing but makes the run ours.
31. 200 again while `command` is all there is: the next one is queued where a first one
    would be. It ends the earlier one even if both were on their way at once.
32. A run that began since the request was sent results from it: 200 or 202 make it ours
    and change nothing, also while it lingers. One that began and ended since has been
    this start's; the answer changes nothing any more.
33. `started` has the best evidence at the end of the step, with rows that came between
    sending and answer.

Around a run

34. "Its unconfirmed end": every one of a run of our own start, also by loss or by leaving
    the list. A queued start that ends with the window is remembered by the same clock.
    A late row's run is the "one run": its unconfirmed end isn't remembered again.
35. "Any stop" includes one answered 404. A new start replaces what is remembered.
36. Start all while a task runs: the task is remembered, its run doesn't become ours.
37. A run that the first poll (after set-up, restart or loss) or a frame before it finds
    began at an unknown time: no `started`, no duration, unless a start of ours explains it.
38. "Came back before": after a rest of any length since the run began, so the 30 s never
    apply to a butler that comes and goes within a run. "At work during the run" ends with
    the run's last row.
39. The type of the "last row" is that of the run's row that vanished last.
40. Named runs end `finished` when they're seen to end, without lingering, also if they
    lingered as typed before.
41. "Its rows that stand then" (stop): those that name the task, or are of a type that
    suggests it. For other tasks, typed rows that a stopped run kept don't count either.
    "Within 10 s" includes the tenth. A "new start" of the task is 200, 202, unanswered or
    start all, by the time it was sent, if it was answered after the stop. Of a task that
    leaves the list, the stops are forgotten.
42. Stop all is a stop for each listed task, running or not.
43. 404 while lingering: `finished`, and its later rows do count. 404 without any known run
    silences the rows that stand as well.
44. The window is left at its end hour exactly, entered at its start hour exactly.
45. A queued start has no evidence in its state; its events have `command`.
46. Of several rows, the one of the best evidence that came first is shown. Its detail is
    its subtitle. Stalled: what counts is the last change of progress (none if negative)
    or detail of any row of the best evidence, if one has ever shown either.
47. "Its own row stands": by UUID, and still evidence of the task. "Away" is from the loss
    or the restart to the answer of the first poll that has rows. "One of its type" comes
    within 60 s of that answer or is in it, without further condition. A row that names
    the task takes over as well. While the 60 s run, the run is running, typed; a 200 then
    ends it `unconfirmed`, a 404 too, and another loss changes nothing.
48. Between a loss and the first poll, the known rows stay, and frames are believed: the
    `ended` of a named run's row finishes it. A poll without rows isn't the first poll.
49. A restart keeps last runs and `observed`, and forgets stops, silenced rows, and what
    the butler did. What is due then is due at the next step: a held run whose 60 or 180 s
    are over ends `unconfirmed`.
50. A list without any task is a list (the two polls a minute apart belong to devices).
51. Events of one instant: ends first, each in the order of the list.
52. Durations are rounded to tenths of a second.

Who started a run

53. A run is Home Assistant's if it began since the request of a start of ours that was
    answered while it was open, or if a queued or remembered start began or explained it.
    So a 202 makes none ours that was known before, or that begins by it; the first is
    the server's, of the other nobody knows. What the server started stays so, also in
    what is remembered after its unconfirmed end.
54. Before the answer to our start nobody knows that a run is ours: its `started`, and its
    end if that came before too, say that the server started it.
55. A queued start is ours. Its end has no `started`.
56. An end that is dated back happened then; an unconfirmed one when it was given up.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from math import inf
import re
from typing import Final, Literal

from custom_components.plex_butler.butler.evidence import SUGGESTED_TASKS

type EventType = Literal["started", "finished", "stopped", "unconfirmed"]
type EvidenceName = Literal["named", "typed", "command"]
type StarterName = Literal["home_assistant", "server"]
type FrameKind = Literal["started", "updated", "ended"]
type Status = Literal["idle", "disabled", "queued", "running"]

COMMAND: Final = 60
COMMAND_OF_TYPED: Final = 180
BUTLER_REST: Final = 10
GAP: Final = 120
SHORT_GAP: Final = 30
GAP_AFTER_BUTLER: Final = 30
STOP_GRACE: Final = 10
REMEMBERED: Final = 600
RESUMED_AWAY: Final = 600
RESUMED_WAIT: Final = 60
STALLED: Final = 1800

DELAYS: Final = (0, 10, 30, 60, 120, 180, 600)
"""All that can become due is one of these many seconds after something happened."""

BUTLER: Final = "butler"
ITEM_METADATA: Final = "library.update.item.metadata"
LIBRARIES: Final = "RefreshLibraries"
MEDIA_TYPES: Final = ("library.", "media.", "provider.")
NO_GAP_TYPES: Final = ("library.", "provider.")

_CAMEL: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


@dataclass(frozen=True)
class OTask:
    """A task as the server lists it."""

    name: str
    # An example that fails is easier to read with the name alone.
    title: str = field(repr=False)
    enabled: bool = field(default=True, repr=False)
    randomized: bool = field(default=False, repr=False)


@dataclass(frozen=True)
class ORow:
    """A row of the server's activities; `progress` is in percent, -1 indeterminate."""

    uuid: str
    type: str
    title: str | None = None
    subtitle: str | None = None
    progress: float | None = None


@dataclass(frozen=True)
class OEvent:
    """Start or end of a run; `duration` is in seconds, None if unknown.

    `started` is when the run began, None if unknown, `time` when the event happened.
    """

    type: EventType
    task: str
    duration: float | None
    evidence: EvidenceName
    started_by: StarterName
    started: datetime | None
    time: datetime


@dataclass(frozen=True)
class OState:
    """State of a task; `stalled_since` is in the seconds of the steps."""

    status: Status
    evidence: EvidenceName | None = None
    progress: float | None = None
    detail: str | None = None
    stalled_since: float | None = None
    observed: bool = False
    last_started: datetime | None = None
    last_finished: datetime | None = None
    last_duration: float | None = None


@dataclass(frozen=True)
class _Start:
    """An accepted start; `answer` 202 means that the task was running already.

    `is_cause` is False if its run is none that Home Assistant started.
    """

    accepted: float
    sent: float
    answer: Literal[200, 202]
    step: int
    is_cause: bool = True


@dataclass(frozen=True)
class _Stop:
    """A stop request; it wasn't accepted where the task wasn't running (404)."""

    time: float
    accepted: bool


@dataclass(eq=False)
class _Life:
    """One row from its appearance until it's gone, with all it ever showed.

    `unseen` are the times at which a first poll found it at work.
    `seen` is when it became known; `frame` and `poll` are when it was last heard of.
    """

    entries: list[tuple[float, ORow]]
    seen: float
    frame: float = -inf
    poll: float = -inf
    gone: float | None = None
    beside_butler: bool = False
    owner: str | None = None
    unseen: set[float] = field(default_factory=set)

    @property
    def came(self) -> float:
        """Return when the row appeared."""
        return self.entries[0][0]

    @property
    def row(self) -> ORow:
        """Return what the row shows."""
        return self.entries[-1][1]

    @property
    def last_change(self) -> float | None:
        """Return when its progress or detail changed last, None if it showed neither."""
        last: float | None = None
        shown: tuple[float | None, str | None] = (None, None)
        for time, row in self.entries:
            if (now_shown := (_percent(row), row.subtitle)) != shown:
                last, shown = max(time, self.seen), now_shown
        return last

    def is_newer_than(self, asked: float) -> bool:
        """Return whether a poll requested at that time says nothing of this row."""
        return self.frame >= asked or self.poll > asked

    def spells(
        self, holds: Callable[[ORow], bool], *, split_at_work: bool = False
    ) -> list[tuple[float, float | None]]:
        """Return from when to when the row showed something, None if it still does.

        With `split_at_work`, a butler row that comes to work begins another spell.
        """
        found: list[tuple[float, float | None]] = []
        start: float | None = None
        was_at_work = False
        for time, row in self.entries:
            comes_to_work = is_at_work(row) and not was_at_work
            was_at_work = is_at_work(row)
            if start is not None and (
                not holds(row)
                or (split_at_work and comes_to_work and row.type == BUTLER)
            ):
                found.append((start, time))
                start = None
            if start is None and holds(row):
                start = time
        if start is not None:
            found.append((start, self.gone))
        return found


@dataclass(eq=False)
class _Run:
    """A run of a task; `start` is None if it's unknown, `begun` is when it was seen."""

    begun: float
    start: float | None
    evidence: EvidenceName
    ours: bool
    started_by: StarterName = "server"
    starts: list[_Start] = field(default_factory=list)
    remembers: _Start | None = None
    lives: list[_Life] = field(default_factory=list)
    vanished: tuple[float, str] | None = None
    away_since: float | None = None
    suspended: bool = False
    wait_until: float | None = None
    own_uuids: set[str] = field(default_factory=set)

    def explains(self, came: float) -> bool:
        """Return whether a row that came then can be of the run, for all of its starts."""
        return not self.starts or any(
            start.answer == 202 or start.sent <= came for start in self.starts
        )

    def began_since(self, time: float) -> bool:
        """Return whether the run is known to have begun then or later."""
        return self.start is not None and self.start >= time

    @property
    def has_rows(self) -> bool:
        """Return whether rows stand (or stood when the server was lost)."""
        return (
            self.evidence != "command"
            and self.vanished is None
            and self.wait_until is None
        )


@dataclass(frozen=True)
class _Last:
    """Last run of a task."""

    started: datetime | None = None
    finished: datetime | None = None
    duration: float | None = None


@dataclass(frozen=True)
class _Note:
    """Something of which the end of a held run depends."""

    step: int
    time: float
    kind: Literal["open", "shown", "start all", "failed"]
    task: str | None = None


def is_at_work(row: ORow) -> bool:
    """Return whether a row is a butler row at work: below 100, or at -1."""
    return row.type == BUTLER and row.progress is not None and row.progress < 100


def words(name: str) -> str:
    """Return the words of a name: "Refresh Epg Guides" for RefreshEpgGuides."""
    return " ".join(_CAMEL.split(name.removeprefix("ButlerTask") or name))


def named_by(row: ORow, tasks: Mapping[str, OTask]) -> frozenset[str]:
    """Return the names of the tasks that a row names."""
    texts = [text.casefold() for text in (row.title, row.subtitle) if text]
    is_butlers = row.type == BUTLER or row.type.startswith(f"{BUTLER}.")
    if is_butlers and row.progress == 100:
        return frozenset()
    if not is_butlers and row.type.startswith(MEDIA_TYPES):
        return frozenset()
    phrases: dict[str, set[str]] = {}
    for task in tasks.values():
        names = [task.title, task.name, *([words(task.name)] if is_butlers else [])]
        for name in names:
            phrases.setdefault(name.strip().casefold(), set()).add(task.name)
    named: set[str] = set()
    for text in texts:
        if is_butlers:
            matches = _longest_matches(text, phrases)
        else:
            matches = [text.strip()] if text.strip() in phrases else []
        for phrase in matches:
            if len(phrases[phrase]) == 1:
                named |= phrases[phrase]
    return frozenset(named)


def _longest_matches(text: str, phrases: Mapping[str, set[str]]) -> list[str]:
    """Return the phrases in a text as whole words, the longest where they overlap."""
    taken: list[tuple[int, int]] = []
    found = []
    for phrase in sorted(filter(None, phrases), key=len, reverse=True):
        for match in re.finditer(rf"(?<!\w){re.escape(phrase)}(?!\w)", text):
            if all(match.end() <= a or b <= match.start() for a, b in taken):
                taken.append(match.span())
                found.append(phrase)
    return found


class Oracle:
    """What is to be known of the tasks after each step, and the events of that step.

    Times are in seconds of a monotonic clock. `base` is the time of day at 0 s,
    `window` the hours in which the server's maintenance window begins and ends.
    """

    def __init__(self, window: tuple[int, int] | None, base: datetime) -> None:
        """Initialize before the first poll."""
        self.window = window
        self.base = base
        self.tasks: dict[str, OTask] = {}
        self._now: float | None = None
        self._step = 0
        # When something happened: what becomes due does so some time after one of these.
        self._moments: set[float] = set()
        self._lives: list[_Life] = []
        self._gone: dict[str, tuple[float, float]] = {}
        self._blind = True
        self._blind_since: float | None = None
        self._starts: dict[str, list[_Start]] = {}
        self._stops: dict[str, list[_Stop]] = {}
        self._notes: list[_Note] = []
        self._runs: dict[str, _Run] = {}
        self._queued: dict[str, _Start] = {}
        self._remembered: dict[str, _Start] = {}
        self._ended: dict[str, _Run] = {}
        self._observed: set[str] = set()
        self._last: dict[str, _Last] = {}
        self._ends: list[OEvent] = []
        self._begins: list[tuple[str, _Run]] = []
        self._told: list[OEvent] = []
        self._names_of: dict[ORow, frozenset[str]] = {}

    # The steps

    def poll(
        self, tasks: list[OTask], rows: list[ORow] | None, asked: float, now: float
    ) -> list[OEvent]:
        """Handle a poll; `rows` is None if the activities weren't asked for."""
        self._begin_step(now, asked)
        listed = {task.name: task for task in tasks}
        for name in [name for name in self.tasks if name not in listed]:
            for life in self._live():
                if life.owner == name and not self._is_silenced(life, name):
                    life.owner = None
            self._stops.pop(name, None)
            if name in self._runs:
                self._end(name, "unconfirmed", now)
            if name in self._queued:
                self._end_queued(name, "unconfirmed", now)
        self.tasks = listed
        self._names_of.clear()
        if rows is None:
            return self._finish_step(now)
        is_first = self._blind
        self._apply_poll(rows, asked, now, is_first=is_first)
        if is_first:
            for name in self._in_order(self._runs):
                self._resume(name, now)
        events = self._finish_step(now)
        self._blind, self._blind_since = False, None
        return events

    def frame(self, kind: FrameKind, row: ORow, now: float) -> list[OEvent]:
        """Handle a notification of a row."""
        self._begin_step(now)
        life = self._live_by_uuid().get(row.uuid)
        if kind == "ended":
            self._gone[row.uuid] = (now, -inf)
            if life:
                life.gone = now
        elif life is None:
            life = _Life([(now, row)], seen=now, frame=now)
            self._lives.append(life)
            life.beside_butler = self._is_butler_at_work()
        else:
            life.frame = now
            if not row.type:
                row = replace(life.row, progress=row.progress)
            life.entries.append((now, row))
        return self._finish_step(now)

    def started(
        self, name: str, now: float, sent: float, already: bool
    ) -> list[OEvent]:
        """Handle an accepted start: answered 202 if `already`, else 200."""
        self._begin_step(now, sent)
        if name in self.tasks:
            self._start(name, now, sent, 202 if already else 200, may_queue=True)
        return self._finish_step(now)

    def unanswered(self, name: str, now: float, sent: float) -> list[OEvent]:
        """Handle a start that was sent and not answered: taken as started."""
        self._begin_step(now, sent)
        if name in self.tasks:
            self._start(name, now, sent, 200, may_queue=False)
        return self._finish_step(now)

    def stopped(self, name: str, now: float) -> list[OEvent]:
        """Handle an accepted stop."""
        self._begin_step(now)
        if name in self.tasks:
            self._stop(name, now, accepted=True)
            if name in self._runs:
                self._end(name, "stopped", now)
            if name in self._queued:
                self._end_queued(name, "stopped", now)
            self._remembered.pop(name, None)
        return self._finish_step(now)

    def not_running(self, name: str, now: float) -> list[OEvent]:
        """Handle a stop that was answered 404: the task wasn't running."""
        self._begin_step(now)
        if name in self.tasks:
            self._stop(name, now, accepted=False)
            if (run := self._runs.get(name)) and run.vanished:
                self._end(name, "finished", run.vanished[0])
            elif run:
                self._end(name, "unconfirmed", now)
            if name in self._queued:
                self._end_queued(name, "unconfirmed", now)
            self._remembered.pop(name, None)
        return self._finish_step(now)

    def started_all(self, now: float) -> list[OEvent]:
        """Handle an accepted request to start all tasks."""
        self._begin_step(now)
        start = _Start(now, now, 200, self._step)
        self._note("start all", now)
        for task in self.tasks.values():
            if task.enabled:
                self._starts.setdefault(task.name, []).append(start)
                self._remembered[task.name] = start
        return self._finish_step(now)

    def stopped_all(self, now: float) -> list[OEvent]:
        """Handle an accepted request to stop all tasks."""
        self._begin_step(now)
        for name in self.tasks:
            self._stop(name, now, accepted=True)
            if (run := self._runs.get(name)) and run.vanished:
                self._end(name, "finished", run.vanished[0])
            elif run:
                self._end(name, "stopped", now)
            if name in self._queued:
                self._end_queued(name, "stopped", now)
        self._remembered.clear()
        return self._finish_step(now)

    def lost(self, now: float) -> list[OEvent]:
        """Handle a poll that failed."""
        self._begin_step(now)
        self._note("failed", now)
        self._go_blind(now)
        return self._finish_step(now)

    def restart(self, now: float) -> list[OEvent]:
        """Handle a restart: only what is stored survives.

        That are the open, remembered and queued runs, the last runs, and `observed`.
        """
        self._begin_step(now)
        self._note("failed", now)
        self._go_blind(now)
        self._lives.clear()
        self._gone.clear()
        self._starts.clear()
        self._stops.clear()
        self._ended.clear()
        for run in self._runs.values():
            run.lives.clear()
        # Nothing is looked at until the next step.
        return self._told_so_far()

    def advance(self, now: float) -> list[OEvent]:
        """Handle the passing of time."""
        self._begin_step(now, is_event=False)
        return self._finish_step(now)

    def state(self, name: str) -> OState:
        """Return the state of a listed task as of the last step."""
        assert self._now is not None
        last = self._last.get(name, _Last())
        known = OState(
            "idle" if self.tasks[name].enabled else "disabled",
            observed=name in self._observed,
            last_started=last.started,
            last_finished=last.finished,
            last_duration=last.duration,
        )
        if run := self._runs.get(name):
            shown = self._shown_life(name, run)
            return replace(
                known,
                status="running",
                evidence=run.evidence,
                progress=_percent(shown.row) if shown else None,
                detail=shown.row.subtitle if shown else None,
                stalled_since=self._stalled_since(name, run, self._now),
            )
        return replace(known, status="queued") if name in self._queued else known

    # Time

    def _begin_step(
        self, now: float, other: float | None = None, *, is_event: bool = True
    ) -> None:
        """Process all that became due since the last step, in the order of time."""
        if self._now is not None:
            for time in self._due_times(self._now, now):
                self._settle(time)
                self._told += self._tell()
        self._step += 1
        self._now = now
        if is_event:
            self._moments |= {now, now if other is None else other}

    def _finish_step(self, now: float) -> list[OEvent]:
        self._settle(now)
        return self._told_so_far()

    def _told_so_far(self) -> list[OEvent]:
        events = [*self._told, *self._tell()]
        self._told = []
        return events

    def _due_times(self, after: float, until: float) -> list[float]:
        """Return all times, after one and until the other, at which anything may be due."""
        times = {moment + delay for moment in self._moments for delay in DELAYS}
        if self.window:
            hour = (self.base + timedelta(seconds=after)).replace(
                minute=0, second=0, microsecond=0
            )
            while (seconds := (hour - self.base).total_seconds()) <= until:
                times.add(seconds)
                hour += timedelta(hours=1)
        return sorted(time for time in times if after < time <= until)

    def _wall(self, time: float) -> datetime:
        return self.base + timedelta(seconds=time)

    def _in_window(self, time: float) -> bool:
        if self.window is None:
            return False
        start, end = self.window
        hour = self._wall(time).hour
        return start <= hour < end if start <= end else hour >= start or hour < end

    def _note(
        self,
        kind: Literal["open", "shown", "start all", "failed"],
        time: float,
        task: str | None = None,
    ) -> None:
        self._notes.append(_Note(self._step, time, kind, task))

    # Rows

    def _live(self) -> list[_Life]:
        return [life for life in self._lives if life.gone is None]

    def _live_by_uuid(self) -> dict[str, _Life]:
        return {life.row.uuid: life for life in self._live()}

    def _is_butler_at_work(self, came_until: float = inf) -> bool:
        """Return whether a butler row is at work that came to work until then."""
        return any(
            start <= came_until and end is None
            for life in self._lives
            for start, end in life.spells(is_at_work)
        )

    def _apply_poll(
        self, rows: list[ORow], asked: float, now: float, *, is_first: bool
    ) -> None:
        listed = {row.uuid: row for row in rows}
        live = self._live_by_uuid()
        for uuid, life in live.items():
            if uuid not in listed and not life.is_newer_than(asked):
                life.gone = now
                self._gone[uuid] = (-inf, asked)
        new = []
        for uuid, row in listed.items():
            if known := live.get(uuid):
                if known.is_newer_than(asked):
                    continue
                known.poll = asked
                if known.row != row:
                    comes_to_work = is_at_work(row) and not is_at_work(known.row)
                    time = max(asked, known.entries[-1][0]) if comes_to_work else now
                    known.entries.append((time, row))
                    if is_first and comes_to_work:
                        known.unseen.add(time)
                continue
            by_frame, by_poll = self._gone.get(uuid, (-inf, -inf))
            if by_frame < asked and by_poll <= asked:
                life = _Life([(asked, row)], seen=now, poll=asked)
                if is_first:
                    life.unseen.add(asked)
                new.append(life)
        self._lives += new
        for life in new:
            life.beside_butler = self._is_butler_at_work(inf if is_first else asked)

    def _named(self, row: ORow) -> frozenset[str]:
        """Return the names of the listed tasks that a row names."""
        # Kept only to be faster: the property test asks some million times.
        if row not in self._names_of:
            self._names_of[row] = named_by(row, self.tasks)
        return self._names_of[row]

    def _names(self, life: _Life, name: str) -> bool:
        return name in self._named(life.row)

    def _stands_since(self, life: _Life, name: str) -> float:
        """Return since when a live row stands, as a row of that task."""
        if self._names(life, name):
            naming = life.spells(
                lambda row: name in self._named(row), split_at_work=True
            )
            return naming[-1][0]
        return life.came

    def _is_silenced(self, life: _Life, name: str) -> bool:
        """Return whether a row belongs to a run that was stopped, or is disproved."""
        since = self._stands_since(life, name)
        for stop in self._stops.get(name, []):
            if since <= stop.time:
                return True
            is_restarted = any(
                stop.time <= start.accepted and start.sent <= since
                for start in self._starts.get(name, [])
            )
            if stop.accepted and since <= stop.time + STOP_GRACE and not is_restarted:
                return True
        return False

    def _suggested(self, row: ORow) -> set[str]:
        """Return the listed tasks that the type of a row suggests now."""
        if row.type == ITEM_METADATA and LIBRARIES in self._runs:
            return {LIBRARIES}
        suggested = SUGGESTED_TASKS.get(row.type, frozenset()) & self.tasks.keys()
        return set(suggested) - ({LIBRARIES} if row.type == ITEM_METADATA else set())

    # Evidence

    def _our_starts(self, name: str, time: float) -> list[_Start]:
        """Return the starts of ours that haven't ended or are remembered."""
        starts = []
        if (run := self._runs.get(name)) and run.ours:
            starts += run.starts
        if name in self._queued:
            starts.append(self._queued[name])
        if start := self._remembered_start(name, time):
            starts.append(start)
        return starts

    def _remembered_start(self, name: str, time: float) -> _Start | None:
        start = self._remembered.get(name)
        return start if start and time < start.accepted + REMEMBERED else None

    def _naming(self, name: str) -> list[_Life]:
        return [
            life
            for life in self._live()
            if self._names(life, name) and not self._is_silenced(life, name)
        ]

    def _of_type(self, name: str) -> list[_Life]:
        """Return the rows whose type suggests a task, and which can be its."""
        return [
            life
            for life in self._live()
            if (
                name in self._suggested(life.row)
                or (life.owner == name and name in self._runs)
            )
            and not self._is_silenced(life, name)
            and life.owner in (None, name)
        ]

    def _typing(self, name: str, time: float) -> list[_Life]:
        return [
            life for life in self._of_type(name) if self._is_typed(life, name, time)
        ]

    def _is_typed(self, life: _Life, name: str, time: float) -> bool:
        """Return whether a row of its type is evidence of a task."""
        run = self._runs.get(name)
        if run and life in run.lives:
            return True
        starts = self._our_starts(name, time)
        is_explained = any(
            start.answer == 202 or start.sent <= life.came for start in starts
        )
        if life.row.type == ITEM_METADATA and name == LIBRARIES:
            return is_explained or not starts
        suggested = self._suggested(life.row)
        ours = {each for each in suggested if self._our_starts(each, time)}
        if run and (
            (run.vanished and run.vanished[0] <= life.seen)
            or run.wait_until is not None
        ):
            return ours <= {name}
        if len(suggested) > 1:
            return ours == {name} and is_explained
        return is_explained or life.beside_butler

    # What follows

    def _in_order(self, names: Mapping[str, object]) -> list[str]:
        return [name for name in self.tasks if name in names]

    def _settle(self, time: float) -> None:
        """Begin, go on with and end runs, as the evidence of this instant says."""
        self._note_all(time)
        # RefreshLibraries first: while it runs, a type is its alone.
        order = sorted(self.tasks, key=lambda name: name != LIBRARIES)
        while True:
            before = set(self._runs), set(self._queued)
            for name in order:
                self._look_at(name, time)
            if (set(self._runs), set(self._queued)) == before:
                break
        self._note_all(time)

    def _note_all(self, time: float) -> None:
        for name, run in self._runs.items():
            if run.ours:
                self._note("open", time, name)
            if run.evidence != "command":
                self._note("shown", time, name)
        for name in self._queued:
            self._note("open", time, name)
        for life in self._live():
            for name in self._named(life.row):
                self._note("shown", time, name)

    def _look_at(self, name: str, time: float) -> None:
        run = self._runs.get(name)
        naming, typing = self._naming(name), self._typing(name, time)
        if run is None:
            if naming or typing:
                run = self._begin(name, time, "named" if naming else "typed")
                self._show(name, run, naming, typing)
            elif name in self._queued and not self._in_window(time):
                self._end_queued(name, "unconfirmed", time)
            return
        if run.evidence == "named" and not naming and not typing:
            # Any row of its type goes on with a run that was named.
            typing = [
                life
                for life in self._of_type(name)
                if run.explains(life.came)
                and not any(
                    self._our_starts(each, time)
                    for each in self._suggested(life.row) - {name}
                )
            ]
        is_resting = not naming and not typing and bool(run.lives)
        if run.evidence == "typed" and is_resting and run.vanished is None:
            gone = [
                (life.gone, life.row.type) for life in run.lives if life.owner == name
            ]
            run.vanished = max((at, type_) for at, type_ in gone if at is not None)
            run.suspended, run.away_since = False, None
            typing = self._typing(name, time)
        if naming or typing:
            self._show(name, run, naming, typing)
        elif run.suspended and not run.lives:
            return
        elif run.wait_until is not None:
            if time >= run.wait_until:
                self._end(name, "unconfirmed", time)
        elif run.evidence == "named":
            self._end(name, "finished", time)
        elif run.evidence == "typed":
            self._linger(name, run, time)
        else:
            self._hold(name, run, time)

    def _show(
        self, name: str, run: _Run, naming: list[_Life], typing: list[_Life]
    ) -> None:
        """Go on with a run by the rows that show it."""
        run.evidence = "named" if naming else "typed"
        run.vanished = run.wait_until = None
        if not run.suspended:
            run.away_since = None
        for life in typing:
            life.owner = name
        run.lives += [life for life in naming + typing if life not in run.lives]
        self._observed.add(name)

    def _linger(self, name: str, run: _Run, time: float) -> None:
        """Let a typed run without a row linger, or end it."""
        assert run.vanished is not None
        vanished, type_ = run.vanished
        gap = SHORT_GAP if type_.startswith(NO_GAP_TYPES) else GAP
        if time >= vanished + gap or self._is_butler_done(run, vanished, time):
            self._end(name, "finished", vanished)

    def _is_butler_done(self, run: _Run, vanished: float, time: float) -> bool:
        """Return whether the butler worked during a run, once, and has rested since."""
        spells = [
            (start, end)
            for start, end in self._butler_spells()
            if end is None or end > run.begun
        ]
        if len(spells) != 1:
            return False
        start, end = spells[0]
        return end is not None and start <= vanished and time >= end + GAP_AFTER_BUTLER

    def _butler_spells(self) -> list[tuple[float, float | None]]:
        """Return from when to when any butler row was at work."""
        spells = sorted(
            (start, inf if end is None else end)
            for life in self._lives
            for start, end in life.spells(is_at_work)
        )
        merged: list[tuple[float, float]] = []
        for start, end in spells:
            if merged and start <= merged[-1][1]:
                merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
            else:
                merged.append((start, end))
        return [(start, None if end == inf else end) for start, end in merged]

    def _hold(self, name: str, run: _Run, time: float) -> None:
        """Let a run hold of which only the start is known, or end it."""
        start = run.starts[-1]
        if start.answer == 202:
            if time >= start.accepted + REMEMBERED:
                self._end(name, "unconfirmed", time)
            return
        has_type = any(name in names for names in SUGGESTED_TASKS.values())
        deadline = start.accepted + (COMMAND_OF_TYPED if has_type else COMMAND)
        if self._in_window(time):
            if time >= deadline:
                self._end(name, "unconfirmed", time)
            return
        rests: list[float] = []
        for life, rest in self._work_since(start, deadline):
            if life.gone is None and self._named(life.row) - {name}:
                continue
            if rest is None or time < rest + BUTLER_REST:
                return
            rests.append(rest)
        is_end = rests and not self._in_window(max(rests))
        if is_end and (time >= deadline or not has_type):
            if self._is_undisturbed(name, start):
                assert run.start is not None
                self._end(name, "finished", max(run.start, *rests))
                return
        if time >= deadline:
            self._end(name, "unconfirmed", time)

    def _work_since(
        self, start: _Start, deadline: float
    ) -> Iterator[tuple[_Life, float | None]]:
        """Yield the butler rows that came to work in that time, with when they rested.

        One that rested before the answer says nothing.
        A row that came back before it had rested long enough hasn't rested.
        """
        for life in self._lives:
            rests: list[float | None] = []
            for begun, ended in life.spells(is_at_work):
                if ended is not None and ended < start.accepted:
                    continue
                previous = rests[-1] if rests else None
                if previous is not None and begun < previous + BUTLER_REST:
                    rests[-1] = ended
                elif start.sent <= begun < deadline and begun not in life.unseen:
                    rests.append(ended)
            for rest in rests:
                yield life, rest

    def _is_undisturbed(self, name: str, start: _Start) -> bool:
        """Return whether the butler can only have worked on this task."""
        return not any(
            note.task != name and note.step >= start.step for note in self._notes
        )

    # Starts, stops, losses

    def _start(
        self,
        name: str,
        now: float,
        sent: float,
        answer: Literal[200, 202],
        *,
        may_queue: bool,
    ) -> None:
        start = _Start(now, sent, answer, self._step)
        self._starts.setdefault(name, []).append(start)
        run = self._runs.get(name)
        ended = self._ended.get(name)
        is_spent = ended is not None and ended.began_since(sent)
        is_queued = name in self._queued
        if (is_queued and answer == 200) or (not is_queued and not run and is_spent):
            return
        if run and (run.has_rows or (run.vanished and run.began_since(sent))):
            self._make_ours(run, start)
        elif answer == 202:
            if run is None:
                run = self._begin(name, now, "command", known=is_queued)
            self._make_ours(run, start)
            run.evidence = "command"
            run.vanished = run.wait_until = None
            run.suspended, run.away_since = False, None
        else:
            if run and run.vanished:
                self._end(name, "finished", run.vanished[0])
            elif run:
                self._end(name, "unconfirmed", now)
            self._remembered.pop(name, None)
            if may_queue and self._will_queue(name, now):
                self._queued[name] = start
            else:
                run = self._begin(name, now, "command", known=True)
                self._make_ours(run, start)
        self._remembered.pop(name, None)

    def _make_ours(self, run: _Run, start: _Start) -> None:
        run.ours = True
        if run.began_since(start.sent):
            run.started_by = "home_assistant"
        start = replace(start, is_cause=run.started_by == "home_assistant")
        run.starts.append(start)
        run.remembers = start

    def _will_queue(self, name: str, now: float) -> bool:
        has_type = any(name in names for names in SUGGESTED_TASKS.values())
        return (
            self.tasks[name].randomized
            and self._in_window(now)
            and (has_type or name in self._observed)
        )

    def _stop(self, name: str, now: float, *, accepted: bool) -> None:
        self._stops.setdefault(name, []).append(_Stop(now, accepted))

    def _go_blind(self, now: float) -> None:
        self._blind = True
        if self._blind_since is None:
            self._blind_since = now
        for run in self._runs.values():
            if run.evidence == "command" or run.vanished or run.wait_until:
                continue
            run.suspended = True
            run.own_uuids |= {life.row.uuid for life in run.lives if life.gone is None}
            if run.away_since is None:
                run.away_since = self._blind_since

    def _resume(self, name: str, now: float) -> None:
        """Decide at the first poll whether a run goes on that had rows."""
        run = self._runs[name]
        if not run.suspended or run.away_since is None:
            return
        own = [
            life
            for life in self._live()
            if life.row.uuid in run.own_uuids
            and life.owner in (None, name)
            and (self._names(life, name) or name in _types_of(life.row))
            and not self._is_silenced(life, name)
        ]
        run.suspended = False
        if own:
            run.lives = own
            for life in own:
                if name in _types_of(life.row):
                    life.owner = name
        elif run.evidence == "typed" and now - run.away_since < RESUMED_AWAY:
            run.lives = []
            run.wait_until = now + RESUMED_WAIT
        else:
            self._end(name, "unconfirmed", now)

    # Runs

    def _begin(
        self, name: str, time: float, evidence: EvidenceName, *, known: bool = False
    ) -> _Run:
        """Begin a run; its start is known if we saw it, or started it."""
        queued = self._queued.pop(name, None)
        remembered = None
        if evidence != "command":
            remembered = self._remembered_start(name, time)
            self._remembered.pop(name, None)
        start = queued or remembered
        if evidence != "command":
            known = start is not None or not self._blind
        run = _Run(time, time if known else None, evidence, ours=start is not None)
        if start:
            run.starts.append(start)
            run.started_by = "home_assistant" if start.is_cause else "server"
        run.remembers = queued
        self._runs[name] = run
        if known:
            self._begins.append((name, run))
            last = self._last.get(name, _Last())
            self._last[name] = replace(last, started=self._wall(time))
        return run

    def _end(self, name: str, kind: EventType, at: float) -> None:
        run = self._runs.pop(name)
        self._ended[name] = run
        duration = None
        if kind == "unconfirmed":
            if start := run.remembers:
                self._remember(name, start)
        else:
            if run.start is not None:
                duration = round(max(0.0, at - run.start), 1)
            if kind == "finished":
                self._remembered.pop(name, None)
            is_sure = run.evidence != "typed" or run.ours
            if is_sure or (run.start is not None and self._in_window(run.start)):
                last = self._last.get(name, _Last())
                self._last[name] = replace(
                    last, finished=self._wall(at), duration=duration
                )
        # What is given up ends as of the instant that is looked at.
        self._ends.append(self._event(kind, name, run, at, duration))

    def _event(
        self,
        kind: EventType,
        name: str,
        run: _Run,
        at: float,
        duration: float | None = None,
    ) -> OEvent:
        started = None if run.start is None else self._wall(run.start)
        return OEvent(
            kind, name, duration, run.evidence, run.started_by, started, self._wall(at)
        )

    def _end_queued(self, name: str, kind: EventType, at: float) -> None:
        start = self._queued.pop(name)
        if kind == "unconfirmed":
            self._remember(name, start)
        time = self._wall(at)
        self._ends.append(
            OEvent(kind, name, None, "command", "home_assistant", None, time)
        )

    def _remember(self, name: str, start: _Start) -> None:
        known = self._remembered.get(name)
        if known is None or known.accepted < start.accepted:
            self._remembered[name] = start

    def _tell(self) -> list[OEvent]:
        """Return the events of this instant, the ends first."""
        begins = [
            self._event("started", name, run, run.begun) for name, run in self._begins
        ]
        order = list(self.tasks)

        def position(event: OEvent) -> int:
            return order.index(event.task) if event.task in order else -1

        events = sorted(self._ends, key=position) + sorted(begins, key=position)
        self._ends, self._begins = [], []
        return events

    # What a state shows

    def _shown_life(self, name: str, run: _Run) -> _Life | None:
        """Return the row that a run shows: of the best evidence, the one that came first."""
        naming = self._naming(name)
        candidates = naming or [
            life for life in run.lives if life.gone is None and life.owner == name
        ]
        if run.evidence == "command":
            return None
        return min(
            candidates, key=lambda life: (life.came, life.row.uuid), default=None
        )

    def _stalled_since(self, name: str, run: _Run, now: float) -> float | None:
        if run.evidence == "command":
            return None
        changes = [
            life.last_change
            for life in self._naming(name)
            or [life for life in run.lives if life.owner == name]
            if life.gone is None and life.last_change is not None
        ]
        since = max(changes, default=now)
        return since if now - since >= STALLED else None


def _types_of(row: ORow) -> frozenset[str]:
    """Return the tasks that the type of a row can suggest."""
    suggested = SUGGESTED_TASKS.get(row.type, frozenset())
    return suggested | ({LIBRARIES} if row.type == ITEM_METADATA else frozenset())


def _percent(row: ORow) -> float | None:
    """Return the progress that a row shows, None if it's indeterminate or missing."""
    return row.progress if row.progress is not None and row.progress >= 0 else None
