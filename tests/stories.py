"""Stories of what a server shows, and what is to be known of its tasks then.

A story is data: steps, each at a number of seconds after the story's time of day, with
what is expected. The same stories drive the tracker and the oracle: whatever has the
methods of `Driver`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Final, Protocol, override

from .oracle import FrameKind, OEvent, ORow, OState, OTask

DAY: Final = date(2026, 10, 1)

BACKUP: Final = "BackupDatabase"
OPTIMIZE: Final = "OptimizeDatabase"
LIBRARIES: Final = "RefreshLibraries"
LOCAL: Final = "RefreshLocalMedia"
PERIODIC: Final = "RefreshPeriodicMetadata"
CREDITS: Final = "ButlerTaskGenerateCreditsMarkers"
LOUDNESS: Final = "LoudnessAnalysis"
MUSIC: Final = "MusicAnalysis"
GUIDES: Final = "RefreshEpgGuides"

TASKS: Final = (
    OTask(BACKUP, "Backup Database"),
    OTask(OPTIMIZE, "Optimize Database", randomized=True),
    OTask(LIBRARIES, "Refresh Libraries"),
    OTask(LOCAL, "Refresh Local Media", randomized=True),
    OTask(PERIODIC, "Refresh Metadata Periodically"),
    OTask(CREDITS, "Credits Detection", randomized=True),
    OTask(LOUDNESS, "Loudness Analysis"),
    OTask(MUSIC, "Music Analysis"),
    OTask(GUIDES, "Refresh EPG Guides", enabled=False),
)
"""Tasks of a server: one without type beside one that starts at random, two that share
types, one of a name that begins with ButlerTask, one that is switched off."""


class Driver(Protocol):
    """What a story drives; each step returns its events, in order."""

    def poll(
        self, tasks: list[OTask], rows: list[ORow] | None, asked: float, now: float
    ) -> list[OEvent]:
        """Handle a poll."""

    def frame(self, kind: FrameKind, row: ORow, now: float) -> list[OEvent]:
        """Handle a notification."""

    def started(
        self, name: str, now: float, sent: float, already: bool
    ) -> list[OEvent]:
        """Handle a start that was answered."""

    def unanswered(self, name: str, now: float, sent: float) -> list[OEvent]:
        """Handle a start that wasn't answered."""

    def stopped(self, name: str, now: float) -> list[OEvent]:
        """Handle an accepted stop."""

    def not_running(self, name: str, now: float) -> list[OEvent]:
        """Handle a stop of a task that wasn't running."""

    def started_all(self, now: float) -> list[OEvent]:
        """Handle an accepted request to start all tasks."""

    def stopped_all(self, now: float) -> list[OEvent]:
        """Handle an accepted request to stop all tasks."""

    def lost(self, now: float) -> list[OEvent]:
        """Handle a poll that failed."""

    def restart(self, now: float) -> list[OEvent]:
        """Handle a restart."""

    def advance(self, now: float) -> list[OEvent]:
        """Handle the passing of time."""

    def state(self, name: str) -> OState:
        """Return the state of a task."""


@dataclass(frozen=True)
class Step:
    """Something that happens at a time, in seconds."""

    at: float

    def apply(self, driver: Driver) -> list[OEvent]:
        """Let it happen, and return the events: here, time passes."""
        return driver.advance(self.at)


@dataclass(frozen=True)
class Poll(Step):
    """A poll, requested at `asked`, by default when it's answered."""

    rows: tuple[ORow, ...] | None = ()
    tasks: tuple[OTask, ...] = TASKS
    asked: float | None = None

    @override
    def apply(self, driver: Driver) -> list[OEvent]:
        """Let the poll be answered."""
        asked = self.at if self.asked is None else self.asked
        rows = None if self.rows is None else list(self.rows)
        return driver.poll(list(self.tasks), rows, asked, self.at)


@dataclass(frozen=True)
class Frame(Step):
    """A notification of a row."""

    kind: FrameKind
    row: ORow

    @override
    def apply(self, driver: Driver) -> list[OEvent]:
        """Let the notification come."""
        return driver.frame(self.kind, self.row, self.at)


@dataclass(frozen=True)
class Start(Step):
    """An accepted start: answered 200, or 202 if the task was `already` running."""

    name: str
    already: bool = False
    sent: float | None = None

    @override
    def apply(self, driver: Driver) -> list[OEvent]:
        """Let the start be answered."""
        sent = self.at if self.sent is None else self.sent
        return driver.started(self.name, self.at, sent, self.already)


@dataclass(frozen=True)
class Unanswered(Step):
    """A start that was sent, and given up at this time."""

    name: str
    sent: float | None = None

    @override
    def apply(self, driver: Driver) -> list[OEvent]:
        """Give up waiting for the answer."""
        sent = self.at if self.sent is None else self.sent
        return driver.unanswered(self.name, self.at, sent)


@dataclass(frozen=True)
class Stop(Step):
    """A stop, answered 200, or 404 if the task wasn't running."""

    name: str
    was_running: bool = True

    @override
    def apply(self, driver: Driver) -> list[OEvent]:
        """Let the stop be answered."""
        if self.was_running:
            return driver.stopped(self.name, self.at)
        return driver.not_running(self.name, self.at)


@dataclass(frozen=True)
class StartAll(Step):
    """An accepted request to start all tasks."""

    @override
    def apply(self, driver: Driver) -> list[OEvent]:
        """Let the request be answered."""
        return driver.started_all(self.at)


@dataclass(frozen=True)
class StopAll(Step):
    """An accepted request to stop all tasks."""

    @override
    def apply(self, driver: Driver) -> list[OEvent]:
        """Let the request be answered."""
        return driver.stopped_all(self.at)


@dataclass(frozen=True)
class Lost(Step):
    """A poll that fails."""

    @override
    def apply(self, driver: Driver) -> list[OEvent]:
        """Let the poll fail."""
        return driver.lost(self.at)


@dataclass(frozen=True)
class Restart(Step):
    """A restart of Home Assistant."""

    @override
    def apply(self, driver: Driver) -> list[OEvent]:
        """Restart."""
        return driver.restart(self.at)


@dataclass(frozen=True)
class Wait(Step):
    """Nothing but time."""


@dataclass(frozen=True)
class Check(Step):
    """Expected fields of a task's state, as in OState; times are in seconds."""

    name: str
    fields: Mapping[str, object]


def see(at: float, name: str, status: str, **fields: object) -> Check:
    """Return the check of a task's status, and of further fields of its state."""
    return Check(at, name, {"status": status, **fields})


@dataclass(frozen=True)
class Story:
    """Steps, and the events they have: "60 BackupDatabase unconfirmed command".

    An event is written as when it's told, the task, the type, the evidence, and the
    duration if there is one; "by server" follows if Home Assistant didn't start the run.
    `time` is the time of day at 0 s.
    """

    name: str
    steps: Sequence[Step]
    events: Sequence[str]
    time: str = "12:00:00"
    window: tuple[int, int] | None = (2, 5)

    @property
    def base(self) -> datetime:
        """Return the time at 0 s."""
        return datetime.combine(DAY, time.fromisoformat(self.time), UTC)

    def seconds(self, value: object) -> object:
        """Return the seconds of a time of day, everything else as it is."""
        if isinstance(value, datetime):
            return (value - self.base).total_seconds()
        return value

    def play(self, driver: Driver) -> list[str]:
        """Drive through the steps, second by second; check the states, return the events.

        Raises AssertionError if a state isn't as expected.
        """
        told = []
        now = 0.0
        for step in self.steps:
            while now + 1 < step.at:
                now += 1
                told += [_line(now, event) for event in driver.advance(now)]
            now = step.at
            told += [_line(now, event) for event in step.apply(driver)]
            if isinstance(step, Check):
                state = driver.state(step.name)
                shown = {key: self.seconds(getattr(state, key)) for key in step.fields}
                assert shown == step.fields, (step.at, step.name)
        return told


def _line(now: float, event: OEvent) -> str:
    duration = "" if event.duration is None else f" {event.duration:g}"
    by = "" if event.started_by == "home_assistant" else " by server"
    return f"{now:g} {event.task} {event.type} {event.evidence}{duration}{by}"


def butler(
    progress: float | None = -1, subtitle: str | None = None, *, uuid: str = "butler"
) -> ORow:
    """Return a butler row."""
    return ORow(uuid, "butler", "Butler", subtitle, progress)


def scan(uuid: str = "scan", subtitle: str | None = "Movies") -> ORow:
    """Return the row of a library that is scanned."""
    return ORow(uuid, "library.update.section", "Scanning", subtitle, 0)


def item(uuid: str = "item") -> ORow:
    """Return the row of an item whose metadata is updated."""
    return ORow(uuid, "library.update.item.metadata", "Updating", "Heat", -1)


def refresh(uuid: str = "refresh") -> ORow:
    """Return the row of a refresh, which two tasks share."""
    return ORow(uuid, "library.refresh.items", "Refreshing", None, 10)


def credits_of(uuid: str = "credits", progress: float | None = 0) -> ORow:
    """Return the row of an episode whose credits are detected."""
    return ORow(uuid, "media.generate.credits", "Detecting", "Show S01 E05", progress)


def loudness(uuid: str = "loudness", progress: float | None = 0) -> ORow:
    """Return the row of a track that is analyzed."""
    return ORow(uuid, "media.generate.loudness", "Loudness", "Track", progress)


def began(at: float, row: ORow) -> Frame:
    """Return the notification of a row that begins."""
    return Frame(at, "started", row)


def shows(at: float, row: ORow) -> Frame:
    """Return the notification of a row that changes."""
    return Frame(at, "updated", row)


def ended(at: float, row: ORow) -> Frame:
    """Return the notification of a row that ends."""
    return Frame(at, "ended", row)


STORIES: Final = (
    # A row names a task
    Story(
        "a folder that has the name of a task is no backup",
        [
            Poll(0),
            began(10, scan(subtitle="SQL - Backup Database in 10 minutes")),
            see(11, BACKUP, "idle"),
            ended(20, scan()),
            see(21, BACKUP, "idle", last_finished=None, observed=False),
        ],
        [],
    ),
    Story(
        "a butler row names its task within a sentence, in any case",
        [
            Poll(0),
            began(10, butler(5, "running: BACKUP DATABASE (3 days)")),
            see(11, BACKUP, "running", evidence="named", progress=5, observed=True),
            shows(20, butler(42.5, "running: backup database (3 days)")),
            see(21, BACKUP, "running", progress=42.5),
            ended(30, butler()),
            see(31, BACKUP, "idle", last_started=10, last_finished=30),
        ],
        [
            f"10 {BACKUP} started named by server",
            f"30 {BACKUP} finished named 20 by server",
        ],
    ),
    Story(
        "a butler row names by the words of the name where the title is another",
        [
            Poll(0),
            began(10, butler(5, "Refresh periodic metadata")),
            see(11, PERIODIC, "running", evidence="named"),
            shows(20, butler(6, "Generate credits markers")),
            see(21, PERIODIC, "idle"),
            see(22, CREDITS, "running", evidence="named"),
        ],
        [
            f"10 {PERIODIC} started named by server",
            f"20 {PERIODIC} finished named 10 by server",
            f"20 {CREDITS} started named by server",
        ],
    ),
    Story(
        "a part of a word, and a butler row at 100, name nothing",
        [
            Poll(0),
            began(10, butler(5, "Backup Databases")),
            see(11, BACKUP, "idle"),
            shows(20, butler(100, "Backup Database")),
            see(21, BACKUP, "idle"),
        ],
        [],
    ),
    Story(
        "a row below the butler's names its task",
        [
            Poll(0),
            began(10, ORow("x", "butler.task", "BackupDatabase", None, -1)),
            see(11, BACKUP, "running", evidence="named", progress=None),
            Poll(40),
        ],
        [
            f"10 {BACKUP} started named by server",
            f"40 {BACKUP} finished named 30 by server",
        ],
    ),
    Story(
        "a row of another type names a task only by its whole title",
        [
            Poll(0),
            began(10, ORow("x", "maintenance", "Backup Database now", None, 5)),
            see(11, BACKUP, "idle"),
            began(20, ORow("y", "maintenance", None, "backup database", 5)),
            see(21, BACKUP, "running", evidence="named"),
            began(30, ORow("z", "media.optimize", "Optimize Database", None, 5)),
            see(31, OPTIMIZE, "idle"),
        ],
        [f"20 {BACKUP} started named by server"],
    ),
    Story(
        "a row that comes to name another task begins that one",
        [
            Poll(0),
            began(10, butler(5, "Backup Database")),
            shows(20, butler(50, "Optimize Database")),
            see(21, OPTIMIZE, "running", evidence="named"),
        ],
        [
            f"10 {BACKUP} started named by server",
            f"20 {BACKUP} finished named 10 by server",
            f"20 {OPTIMIZE} started named by server",
        ],
    ),
    Story(
        "of names that overlap, the longest counts",
        [
            Poll(0, tasks=(*TASKS, OTask("Backup", "Backup"))),
            began(10, butler(5, "Backup Database")),
            see(11, "Backup", "idle"),
            shows(20, butler(5, "Backup of Database")),
            see(21, "Backup", "running", evidence="named"),
        ],
        [
            f"10 {BACKUP} started named by server",
            f"20 {BACKUP} finished named 10 by server",
            "20 Backup started named by server",
        ],
    ),
    # A row's type suggests a task
    Story(
        "a scan by hand is nobody's, one beside a butler at work is the task's",
        [
            Poll(0),
            began(10, scan("one")),
            see(11, LIBRARIES, "idle"),
            ended(20, scan("one")),
            began(30, butler()),
            began(40, scan("two")),
            see(41, LIBRARIES, "running", evidence="typed", detail="Movies"),
        ],
        [f"40 {LIBRARIES} started typed by server"],
    ),
    Story(
        "a scan that stood before the butler came to work is nobody's",
        [Poll(0), began(10, scan()), began(20, butler()), see(30, LIBRARIES, "idle")],
        [],
    ),
    Story(
        "the first poll finds a scan beside a butler: when it began isn't known",
        [
            Poll(0, (butler(), scan())),
            see(1, LIBRARIES, "running", evidence="typed", last_started=None),
            Poll(60),
            see(100, LIBRARIES, "idle", last_finished=None),
        ],
        [f"90 {LIBRARIES} finished typed by server"],
    ),
    Story(
        "a row that two tasks share is the one's that is ours",
        [
            Poll(0),
            began(10, butler()),
            began(20, refresh("one")),
            see(21, LOCAL, "idle"),
            see(22, PERIODIC, "idle"),
            ended(25, refresh("one")),
            ended(26, butler()),
            Start(30, PERIODIC),
            began(40, refresh("two")),
            see(41, PERIODIC, "running", evidence="typed"),
            see(42, LOCAL, "idle"),
        ],
        [f"30 {PERIODIC} started command"],
    ),
    Story(
        "a row that two tasks of ours share is nobody's",
        [
            Poll(0),
            Start(10, PERIODIC),
            Start(11, LOCAL),
            began(20, refresh()),
            see(21, PERIODIC, "running", evidence="command"),
            see(22, LOCAL, "running", evidence="command"),
        ],
        [f"10 {PERIODIC} started command", f"11 {LOCAL} started command"],
    ),
    Story(
        "the items of a scan keep it running, though its own row has ended",
        [
            Poll(0),
            Start(10, LIBRARIES),
            began(15, scan()),
            began(20, item()),
            ended(30, scan()),
            see(50, LIBRARIES, "running", evidence="typed"),
            ended(58, item()),
            Wait(100),
            see(101, LIBRARIES, "idle", last_finished=58, last_duration=48),
        ],
        [f"10 {LIBRARIES} started command", f"88 {LIBRARIES} finished typed 48"],
    ),
    Story(
        "an item alone never begins the scan",
        [
            Poll(0),
            Start(10, LIBRARIES),
            Wait(195),
            began(200, item()),
            see(201, LIBRARIES, "idle"),
            began(210, butler()),
            began(211, item("other")),
            see(212, LIBRARIES, "idle"),
        ],
        [f"10 {LIBRARIES} started command", f"190 {LIBRARIES} unconfirmed command"],
    ),
    Story(
        "a typed run that isn't ours is remembered only from the window",
        [
            Poll(0, (butler(100),)),
            shows(10, butler(-1)),
            began(20, scan()),
            ended(50, scan()),
            see(90, LIBRARIES, "idle", last_started=20, last_finished=None),
        ],
        [
            f"20 {LIBRARIES} started typed by server",
            f"80 {LIBRARIES} finished typed 30 by server",
        ],
    ),
    Story(
        "a typed run in the window sets the last run",
        [
            Poll(0, (butler(100),)),
            shows(10, butler(-1)),
            began(20, scan()),
            ended(50, scan()),
            see(90, LIBRARIES, "idle", last_finished=50, last_duration=30),
        ],
        [
            f"20 {LIBRARIES} started typed by server",
            f"80 {LIBRARIES} finished typed 30 by server",
        ],
        time="03:00:00",
    ),
    Story(
        "a run keeps its row when the butler has rested",
        [
            Poll(0),
            began(10, butler()),
            began(20, loudness()),
            ended(30, butler()),
            see(300, LOUDNESS, "running", evidence="typed"),
            ended(310, loudness()),
            Wait(320),
        ],
        [
            f"20 {LOUDNESS} started typed by server",
            f"310 {LOUDNESS} finished typed 290 by server",
        ],
    ),
    Story(
        "while a scan runs, items are its alone",
        [
            Poll(0),
            Start(10, LOCAL),
            Start(20, LIBRARIES),
            began(30, scan()),
            began(40, item()),
            see(41, LOCAL, "running", evidence="command"),
            ended(50, scan()),
            ended(60, item()),
            began(100, item("later")),
            see(101, LOCAL, "running", evidence="typed"),
        ],
        [
            f"10 {LOCAL} started command",
            f"20 {LIBRARIES} started command",
            f"90 {LIBRARIES} finished typed 40",
        ],
    ),
    Story(
        "an item that stood before a scan was started is none of it",
        [
            Poll(0),
            began(5, item()),
            Start(10, LIBRARIES),
            see(11, LIBRARIES, "running", evidence="command"),
            began(20, item("later")),
            see(21, LIBRARIES, "running", evidence="typed"),
        ],
        [f"10 {LIBRARIES} started command"],
    ),
    # Only our start is known
    Story(
        "a start that nothing shows holds for 60 s",
        [
            Poll(0),
            Start(10, BACKUP),
            see(69, BACKUP, "running", evidence="command", observed=False),
            see(71, BACKUP, "idle", last_started=10, last_finished=None),
        ],
        [f"10 {BACKUP} started command", f"70 {BACKUP} unconfirmed command"],
    ),
    Story(
        "a start of a task that has a type holds for 180 s",
        [Poll(0), Start(10, CREDITS), see(189, CREDITS, "running"), Wait(200)],
        [f"10 {CREDITS} started command", f"190 {CREDITS} unconfirmed command"],
    ),
    Story(
        "a start that wasn't answered is taken as one",
        [Poll(0), Unanswered(10, BACKUP), Wait(80)],
        [f"10 {BACKUP} started command", f"70 {BACKUP} unconfirmed command"],
    ),
    Story(
        "a butler that was at work before says nothing of our start",
        [
            Poll(0, (butler(),)),
            Start(10, BACKUP),
            Wait(7200),
            shows(7210, butler(100)),
            see(7300, BACKUP, "idle", last_finished=None),
        ],
        [f"10 {BACKUP} started command", f"70 {BACKUP} unconfirmed command"],
    ),
    Story(
        "a butler that came to work after our start holds it until it rests",
        [
            Poll(0, (butler(100),)),
            Start(10, BACKUP),
            shows(20, butler(-1)),
            see(200, BACKUP, "running", evidence="command"),
            shows(210, butler(100)),
            Wait(230),
            see(231, BACKUP, "idle", last_finished=210, last_duration=200),
        ],
        [f"10 {BACKUP} started command", f"220 {BACKUP} finished command 200"],
    ),
    Story(
        "a butler that comes back within 10 s hasn't rested",
        [
            Poll(0, (butler(100),)),
            Start(10, BACKUP),
            shows(20, butler(-1)),
            shows(100, butler(100)),
            shows(108, butler(-1)),
            shows(130, butler(100)),
            Wait(150),
        ],
        [f"10 {BACKUP} started command", f"140 {BACKUP} finished command 120"],
    ),
    Story(
        "a quick butler ends a backup before its 60 s",
        [
            Poll(0),
            Start(10, BACKUP),
            began(11, butler()),
            ended(13, butler()),
            Wait(80),
        ],
        [f"10 {BACKUP} started command", f"23 {BACKUP} finished command 3"],
    ),
    Story(
        "a task that has a type isn't ended by a rest before its 180 s",
        [
            Poll(0),
            Start(10, CREDITS),
            began(11, butler()),
            ended(13, butler()),
            Wait(200),
        ],
        [f"10 {CREDITS} started command", f"190 {CREDITS} finished command 3"],
    ),
    Story(
        "a row of its type 100 s after the start is the task's",
        [
            Poll(0),
            Start(10, CREDITS),
            began(110, credits_of()),
            see(111, CREDITS, "running", evidence="typed", detail="Show S01 E05"),
            ended(150, credits_of()),
            Wait(280),
        ],
        [f"10 {CREDITS} started command", f"270 {CREDITS} finished typed 140"],
    ),
    Story(
        "two tasks of ours below one butler both end unconfirmed",
        [
            Poll(0, (butler(100),)),
            Start(10, BACKUP),
            Start(13, OPTIMIZE),
            shows(15, butler(-1)),
            see(100, BACKUP, "running"),
            see(101, OPTIMIZE, "running"),
            shows(110, butler(100)),
            Wait(130),
            see(131, BACKUP, "idle", last_finished=None),
        ],
        [
            f"10 {BACKUP} started command",
            f"13 {OPTIMIZE} started command",
            f"120 {BACKUP} unconfirmed command",
            f"120 {OPTIMIZE} unconfirmed command",
        ],
    ),
    Story(
        "start all, and a poll that failed, leave the end unconfirmed",
        [
            Poll(0),
            Start(10, BACKUP),
            began(12, butler()),
            StartAll(20),
            ended(100, butler()),
            Wait(1000),
            Start(1010, BACKUP),
            began(1012, butler()),
            Lost(1050),
            Poll(1060, (butler(),)),
            ended(1100, butler()),
            Wait(1120),
        ],
        [
            f"10 {BACKUP} started command",
            f"110 {BACKUP} unconfirmed command",
            f"1010 {BACKUP} started command",
            f"1110 {BACKUP} unconfirmed command",
        ],
    ),
    Story(
        "a butler that turns to another task doesn't hold ours",
        [
            Poll(0),
            Start(10, BACKUP),
            began(12, butler()),
            shows(100, butler(-1, "Optimize Database")),
            see(101, BACKUP, "idle", last_finished=None),
        ],
        [
            f"10 {BACKUP} started command",
            f"100 {BACKUP} unconfirmed command",
            f"100 {OPTIMIZE} started named by server",
        ],
    ),
    Story(
        "a backup started just before the window isn't finished by the night's work",
        [
            Poll(0),
            Start(0, BACKUP),
            began(14, butler()),
            Wait(9609),
            ended(9610, butler()),
            Wait(9700),
            see(9701, BACKUP, "idle", last_finished=None),
        ],
        [f"0 {BACKUP} started command", f"60 {BACKUP} unconfirmed command"],
        time="01:59:51",
    ),
    Story(
        "what a butler holds as the window opens ends unconfirmed",
        [Poll(0), Start(10, BACKUP), began(12, butler()), Wait(700)],
        [f"10 {BACKUP} started command", f"600 {BACKUP} unconfirmed command"],
        time="01:50:00",
    ),
    Story(
        "a start answered 202 goes on with a known run",
        [
            Poll(0),
            began(10, butler()),
            began(11, loudness()),
            Start(20, LOUDNESS, already=True),
            ended(30, loudness()),
            ended(31, butler()),
            Wait(100),
            see(101, LOUDNESS, "idle", last_finished=30, last_duration=19),
        ],
        [
            f"11 {LOUDNESS} started typed by server",
            f"61 {LOUDNESS} finished typed 19 by server",
        ],
    ),
    Story(
        "a start answered 202 has an unknown beginning and holds for 10 min",
        [
            Poll(0),
            Start(10, BACKUP, already=True),
            see(609, BACKUP, "running", evidence="command", last_started=None),
            Wait(620),
        ],
        [f"610 {BACKUP} unconfirmed command by server"],
    ),
    Story(
        "a row takes over from a start answered 202, also one that stood before",
        [
            Poll(0),
            began(5, loudness()),
            Start(10, LOUDNESS, already=True),
            see(11, LOUDNESS, "running", evidence="typed"),
            ended(20, loudness()),
            Wait(150),
            see(151, LOUDNESS, "idle", last_finished=20, last_duration=None),
        ],
        [f"140 {LOUDNESS} finished typed by server"],
    ),
    Story(
        "200 again ends the earlier run, as nothing else is known",
        [Poll(0), Start(10, BACKUP), Start(40, BACKUP), Wait(110)],
        [
            f"10 {BACKUP} started command",
            f"40 {BACKUP} unconfirmed command",
            f"40 {BACKUP} started command",
            f"100 {BACKUP} unconfirmed command",
        ],
    ),
    Story(
        "200 again changes nothing while rows stand",
        [
            Poll(0),
            Start(10, LOUDNESS),
            began(12, loudness()),
            Start(40, LOUDNESS),
            ended(50, loudness()),
            Wait(180),
        ],
        [f"10 {LOUDNESS} started command", f"170 {LOUDNESS} finished typed 40"],
    ),
    # Remembered
    Story(
        "a late row is explained by the start, once",
        [
            Poll(0),
            Start(10, LOUDNESS),
            began(300, loudness("one")),
            ended(310, loudness("one")),
            Wait(430),
            began(440, loudness("two")),
            see(441, LOUDNESS, "idle", last_finished=310, last_duration=10),
        ],
        [
            f"10 {LOUDNESS} started command",
            f"190 {LOUDNESS} unconfirmed command",
            f"300 {LOUDNESS} started typed",
            f"430 {LOUDNESS} finished typed 10",
        ],
    ),
    Story(
        "a start explains nothing 10 min after it was accepted",
        [Poll(0), Start(10, LOUDNESS), Wait(609), began(610, loudness()), Wait(620)],
        [f"10 {LOUDNESS} started command", f"190 {LOUDNESS} unconfirmed command"],
    ),
    Story(
        "a stop forgets the start",
        [
            Poll(0),
            Start(10, LOUDNESS),
            Stop(200, LOUDNESS),
            began(300, loudness()),
            see(301, LOUDNESS, "idle"),
        ],
        [f"10 {LOUDNESS} started command", f"190 {LOUDNESS} unconfirmed command"],
    ),
    Story(
        "a row that stood before a start answered 200 is none of it",
        [
            Poll(0),
            began(5, loudness("old")),
            Start(10, LOUDNESS),
            see(11, LOUDNESS, "running", evidence="command"),
            began(20, loudness("new")),
            see(21, LOUDNESS, "running", evidence="typed"),
            ended(30, loudness("new")),
            Wait(160),
        ],
        [f"10 {LOUDNESS} started command", f"150 {LOUDNESS} finished typed 20"],
    ),
    Story(
        "a row that came between the request and its answer is the start's",
        [
            Poll(0),
            began(8, loudness()),
            Start(10, LOUDNESS, sent=7),
            see(11, LOUDNESS, "running", evidence="typed"),
        ],
        [f"10 {LOUDNESS} started typed"],
    ),
    Story(
        "start all is no event, but explains rows of enabled tasks",
        [
            Poll(0),
            StartAll(10),
            see(11, BACKUP, "idle"),
            began(300, loudness()),
            began(301, ORow("epg", "provider.epg.load", "Refreshing EPG", None, 5)),
            see(302, GUIDES, "disabled"),
            see(303, LOUDNESS, "running", evidence="typed"),
        ],
        [f"300 {LOUDNESS} started typed"],
    ),
    # Gaps
    Story(
        "items with gaps are one run",
        [
            Poll(0),
            Start(10, LOUDNESS),
            began(20, loudness("one")),
            ended(30, loudness("one")),
            began(38, loudness("two")),
            ended(50, loudness("two")),
            see(150, LOUDNESS, "running", evidence="typed", detail=None),
            began(169, loudness("three")),
            ended(180, loudness("three")),
            Wait(299),
            see(301, LOUDNESS, "idle", last_finished=180, last_duration=170),
        ],
        [f"10 {LOUDNESS} started command", f"300 {LOUDNESS} finished typed 170"],
    ),
    Story(
        "a library's rows have a gap of 30 s",
        [
            Poll(0),
            Start(10, LIBRARIES),
            began(20, scan("one")),
            ended(30, scan("one")),
            began(59, scan("two")),
            ended(70, scan("two")),
            Wait(120),
        ],
        [f"10 {LIBRARIES} started command", f"100 {LIBRARIES} finished typed 60"],
    ),
    Story(
        "a butler that has rested for 30 s ends the gap",
        [
            Poll(0),
            began(10, butler()),
            began(20, loudness()),
            ended(50, loudness()),
            ended(52, butler()),
            Wait(100),
        ],
        [
            f"20 {LOUDNESS} started typed by server",
            f"82 {LOUDNESS} finished typed 30 by server",
        ],
    ),
    Story(
        "a butler that comes and goes doesn't end the gap",
        [
            Poll(0),
            began(10, butler()),
            began(20, loudness()),
            shows(30, butler(100)),
            shows(35, butler(-1)),
            ended(50, loudness()),
            ended(52, butler()),
            Wait(200),
        ],
        [
            f"20 {LOUDNESS} started typed by server",
            f"170 {LOUDNESS} finished typed 30 by server",
        ],
    ),
    Story(
        "a named run goes on as typed while a row of its type stands",
        [
            Poll(0),
            began(10, butler(5, "Loudness Analysis")),
            began(20, loudness()),
            see(21, LOUDNESS, "running", evidence="named", progress=5),
            shows(30, butler(100)),
            see(31, LOUDNESS, "running", evidence="typed", progress=0),
        ],
        [f"10 {LOUDNESS} started named by server"],
    ),
    Story(
        "200 while lingering ends the old run, 202 goes on with it",
        [
            Poll(0),
            Start(10, LOUDNESS),
            began(20, loudness("one")),
            ended(30, loudness("one")),
            Start(50, LOUDNESS),
            began(60, loudness("two")),
            ended(70, loudness("two")),
            Start(80, LOUDNESS, already=True),
            began(90, loudness("three")),
            ended(100, loudness("three")),
            Wait(230),
        ],
        [
            f"10 {LOUDNESS} started command",
            f"50 {LOUDNESS} finished typed 20",
            f"50 {LOUDNESS} started command",
            f"220 {LOUDNESS} finished typed 50",
        ],
    ),
    Story(
        "a stop while lingering",
        [
            Poll(0),
            Start(10, LOUDNESS),
            began(20, loudness("one")),
            ended(30, loudness("one")),
            Stop(40, LOUDNESS),
            Start(60, LOUDNESS),
            began(70, loudness("two")),
            ended(80, loudness("two")),
            Stop(90, LOUDNESS, was_running=False),
            Start(110, LOUDNESS),
            began(120, loudness("three")),
            ended(130, loudness("three")),
            StopAll(140),
            see(141, LOUDNESS, "idle", last_finished=130, last_duration=20),
        ],
        [
            f"10 {LOUDNESS} started command",
            f"40 {LOUDNESS} stopped typed 30",
            f"60 {LOUDNESS} started command",
            f"90 {LOUDNESS} finished typed 20",
            f"110 {LOUDNESS} started command",
            f"140 {LOUDNESS} finished typed 20",
        ],
    ),
    Story(
        "any row of its type goes on with a run that was named",
        [
            Poll(0),
            began(5, loudness()),
            began(10, butler(5, "Loudness Analysis")),
            ended(30, butler()),
            see(31, LOUDNESS, "running", evidence="typed"),
            ended(40, loudness()),
            see(41, LOUDNESS, "running", evidence="typed"),
            Wait(70),
        ],
        [
            f"10 {LOUDNESS} started named by server",
            f"60 {LOUDNESS} finished typed 30 by server",
        ],
    ),
    # Stop
    Story(
        "rows of a stopped run belong to it until they end",
        [
            Poll(0),
            Start(10, LOUDNESS),
            began(20, loudness("one")),
            Stop(30, LOUDNESS),
            began(38, loudness("two")),
            Poll(60, (loudness("one"), loudness("two"))),
            see(61, LOUDNESS, "idle", last_finished=30, last_duration=20),
            Start(70, LOUDNESS),
            see(71, LOUDNESS, "running", evidence="command"),
        ],
        [
            f"10 {LOUDNESS} started command",
            f"30 {LOUDNESS} stopped typed 20",
            f"70 {LOUDNESS} started command",
        ],
    ),
    Story(
        "a row after a new start belongs to that",
        [
            Poll(0),
            began(10, butler(5, "Backup Database")),
            Stop(20, BACKUP),
            ended(22, butler()),
            Start(24, BACKUP),
            began(26, butler(5, "Backup Database")),
            see(27, BACKUP, "running", evidence="named"),
        ],
        [
            f"10 {BACKUP} started named by server",
            f"20 {BACKUP} stopped named 10 by server",
            f"24 {BACKUP} started command",
        ],
    ),
    Story(
        "a stop answered 404 is an unconfirmed end, and its rows say nothing any more",
        [
            Poll(0),
            began(10, butler(5, "Backup Database")),
            Stop(20, BACKUP, was_running=False),
            Poll(60, (butler(8, "Backup Database"),)),
            see(61, BACKUP, "idle", last_finished=None),
            shows(70, butler(100)),
            shows(80, butler(5, "Backup Database")),
            see(81, BACKUP, "running"),
        ],
        [
            f"10 {BACKUP} started named by server",
            f"20 {BACKUP} unconfirmed named by server",
            f"80 {BACKUP} started named by server",
        ],
    ),
    Story(
        "stop all ends what runs and what is queued, and forgets the rest",
        [
            Poll(0),
            Start(5, MUSIC),
            Start(10, LOCAL),
            Start(300, BACKUP),
            StopAll(310),
            see(311, LOCAL, "idle", last_finished=None),
            began(330, ORow("m", "media.generate.music.analysis", "M", None, 5)),
            see(331, MUSIC, "idle"),
        ],
        [
            f"5 {MUSIC} started command",
            f"185 {MUSIC} unconfirmed command",
            f"300 {BACKUP} started command",
            f"310 {BACKUP} stopped command 10",
            f"310 {LOCAL} stopped command",
        ],
        time="03:00:00",
    ),
    Story(
        "a stop of a task that isn't known to run is no event, but ends late rows",
        [
            Poll(0),
            Stop(10, BACKUP),
            began(20, butler(5, "Backup Database")),
            see(21, BACKUP, "idle"),
            ended(22, butler()),
            began(23, butler(5, "Backup Database", uuid="later")),
            see(24, BACKUP, "running", evidence="named"),
        ],
        [f"23 {BACKUP} started named by server"],
    ),
    Story(
        "a row of a stopped run isn't another task's that its type suggests",
        [
            Poll(0),
            Start(10, LOCAL),
            began(20, refresh()),
            Stop(30, LOCAL),
            Start(40, PERIODIC, already=True),
            see(41, PERIODIC, "running", evidence="command"),
            began(50, refresh("new")),
            see(51, PERIODIC, "running", evidence="typed"),
        ],
        [f"10 {LOCAL} started command", f"30 {LOCAL} stopped typed 20"],
    ),
    # Queued
    Story(
        "a start in the window waits for its turn until it's seen at work",
        [
            Poll(0),
            Start(10, LOCAL),
            see(3000, LOCAL, "queued", evidence=None, last_started=None),
            began(3600, refresh()),
            see(3601, LOCAL, "running", evidence="typed", last_started=3600),
            ended(3700, refresh()),
            Wait(3740),
        ],
        [f"3600 {LOCAL} started typed", f"3730 {LOCAL} finished typed 100"],
        time="03:00:00",
    ),
    Story(
        "what waits when the window ends is unconfirmed",
        [
            Poll(0),
            Start(10, LOCAL),
            Start(20, LOCAL),
            see(599, LOCAL, "queued"),
            Wait(700),
        ],
        [f"600 {LOCAL} unconfirmed command"],
        time="04:50:00",
    ),
    Story(
        "a task that was never observed and has no type doesn't wait for its turn",
        [
            Poll(0),
            Start(10, OPTIMIZE),
            Wait(80),
            began(100, butler(5, "Optimize Database")),
            ended(110, butler()),
            Start(200, OPTIMIZE),
            see(201, OPTIMIZE, "queued", observed=True),
            Stop(300, OPTIMIZE),
            Start(400, OPTIMIZE),
            Stop(500, OPTIMIZE, was_running=False),
            Start(600, OPTIMIZE),
            Start(700, OPTIMIZE, already=True),
            see(701, OPTIMIZE, "running", evidence="command", last_started=700),
        ],
        [
            f"10 {OPTIMIZE} started command",
            f"70 {OPTIMIZE} unconfirmed command",
            f"100 {OPTIMIZE} started named",
            f"110 {OPTIMIZE} finished named 10",
            f"300 {OPTIMIZE} stopped command",
            f"500 {OPTIMIZE} unconfirmed command",
            f"700 {OPTIMIZE} started command",
        ],
        time="03:00:00",
    ),
    Story(
        "without a window, or outside of it, nothing waits for its turn",
        [Poll(0), Start(10, LOCAL), see(11, LOCAL, "running", evidence="command")],
        [f"10 {LOCAL} started command"],
        window=(3, 3),
        time="03:00:00",
    ),
    # Stalled
    Story(
        "a run whose row hasn't changed for 30 min says since when",
        [
            Poll(0),
            Start(10, LOUDNESS),
            began(20, loudness(progress=3)),
            shows(100, loudness(progress=4)),
            see(1899, LOUDNESS, "running", stalled_since=None),
            see(1901, LOUDNESS, "running", stalled_since=100),
            shows(1910, loudness(progress=5)),
            see(1911, LOUDNESS, "running", stalled_since=None),
        ],
        [f"10 {LOUDNESS} started command"],
    ),
    Story(
        "a row that has shown nothing doesn't stall",
        [
            Poll(0),
            began(10, ORow("x", "butler.task", "Backup Database", None, -1)),
            see(2000, BACKUP, "running", stalled_since=None),
        ],
        [f"10 {BACKUP} started named by server"],
    ),
    # Restart and loss
    Story(
        "a run goes on after a restart if its own row stands",
        [
            Poll(0),
            began(10, butler(5, "Backup Database")),
            Restart(100),
            Poll(130, (butler(50, "Backup Database"),)),
            see(131, BACKUP, "running", evidence="named"),
            ended(200, butler()),
            see(201, BACKUP, "idle", last_finished=200, last_duration=190),
        ],
        [
            f"10 {BACKUP} started named by server",
            f"200 {BACKUP} finished named 190 by server",
        ],
    ),
    Story(
        "a named run whose row has gone in a restart ends unconfirmed",
        [
            Poll(0),
            began(10, butler(5, "Backup Database")),
            Restart(100),
            Poll(130),
            see(131, BACKUP, "idle", last_finished=None),
        ],
        [
            f"10 {BACKUP} started named by server",
            f"130 {BACKUP} unconfirmed named by server",
        ],
    ),
    Story(
        "a typed run waits 60 s after a loss for a row of its type",
        [
            Poll(0),
            Start(10, LOUDNESS),
            began(20, loudness("one")),
            Lost(100),
            Poll(300),
            began(350, loudness("two")),
            Lost(400),
            Poll(500),
            Wait(550),
            see(559, LOUDNESS, "running", evidence="typed"),
            Wait(600),
        ],
        [f"10 {LOUDNESS} started command", f"560 {LOUDNESS} unconfirmed typed"],
    ),
    Story(
        "a typed run away for 10 min ends unconfirmed",
        [
            Poll(0),
            Start(10, LOUDNESS),
            began(20, loudness("one")),
            Lost(100),
            Poll(700),
            Wait(710),
        ],
        [f"10 {LOUDNESS} started command", f"700 {LOUDNESS} unconfirmed typed"],
    ),
    Story(
        "a start, a gap and a queue go on by the clock in a restart",
        [
            Poll(0),
            Start(10, LOCAL),
            Start(20, LOUDNESS),
            began(30, loudness()),
            ended(40, loudness()),
            Start(100, BACKUP),
            Restart(120),
            Poll(130),
            see(159, LOUDNESS, "running", evidence="typed"),
            see(161, LOCAL, "queued"),
            Wait(400),
            began(500, refresh()),
            Wait(501),
        ],
        [
            f"20 {LOUDNESS} started command",
            f"100 {BACKUP} started command",
            f"160 {BACKUP} unconfirmed command",
            f"160 {LOUDNESS} finished typed 20",
            f"500 {LOCAL} started typed",
        ],
        time="03:00:00",
    ),
    Story(
        "what is remembered is so after a restart",
        [
            Poll(0),
            Start(10, LOUDNESS),
            Wait(200),
            Restart(210),
            Poll(220),
            began(300, loudness()),
            see(301, LOUDNESS, "running", evidence="typed"),
        ],
        [
            f"10 {LOUDNESS} started command",
            f"190 {LOUDNESS} unconfirmed command",
            f"300 {LOUDNESS} started typed",
        ],
    ),
    Story(
        "a task that leaves the list ends unconfirmed",
        [
            Poll(0),
            began(10, butler(5, "Backup Database")),
            Poll(60, (butler(5, "Backup Database"),), tasks=TASKS[1:]),
            Wait(61),
        ],
        [
            f"10 {BACKUP} started named by server",
            f"60 {BACKUP} unconfirmed named by server",
        ],
    ),
    Story(
        "a typed run goes on after a restart by its own row",
        [
            Poll(0),
            Start(10, LOUDNESS),
            began(20, loudness()),
            Restart(100),
            Poll(4000, (loudness(progress=50),)),
            see(4001, LOUDNESS, "running", evidence="typed", progress=50),
            ended(4100, loudness()),
            Wait(4230),
        ],
        [f"10 {LOUDNESS} started command", f"4220 {LOUDNESS} finished typed 4090"],
    ),
    Story(
        "what the first poll after a loss finds began at an unknown time",
        [
            Poll(0),
            Lost(10),
            Poll(100, (butler(5, "Backup Database"),)),
            see(101, BACKUP, "running", evidence="named", last_started=None),
            ended(110, butler()),
            see(111, BACKUP, "idle", last_finished=110, last_duration=None),
        ],
        [f"110 {BACKUP} finished named by server"],
    ),
    # Polls beside notifications
    Story(
        "a poll says nothing of rows newer than its request, nor brings back ended ones",
        [
            Poll(0),
            began(10, butler(5, "Backup Database")),
            Poll(12, (), asked=9),
            see(13, BACKUP, "running"),
            ended(20, butler()),
            Poll(22, (butler(5, "Backup Database"),), asked=19),
            see(23, BACKUP, "idle"),
        ],
        [
            f"10 {BACKUP} started named by server",
            f"20 {BACKUP} finished named 10 by server",
        ],
    ),
    Story(
        "after a loss, a run of ours goes on with another row of its type",
        [
            Poll(0),
            Start(10, LOUDNESS),
            began(20, loudness("one")),
            Lost(30),
            Poll(60, rows=(loudness("two"),)),
            see(61, LOUDNESS, "running", evidence="typed"),
            ended(70, loudness("two")),
            Wait(200),
        ],
        [f"10 {LOUDNESS} started command", f"190 {LOUDNESS} finished typed 60"],
    ),
    Story(
        "a row that comes after a new start was sent is no longer the stopped run's",
        [
            Poll(0),
            Start(10, BACKUP),
            Stop(20, BACKUP),
            began(23, butler(-1, "Backup Database")),
            Start(24, BACKUP, sent=22),
            see(25, BACKUP, "running", evidence="named"),
        ],
        [
            f"10 {BACKUP} started command",
            f"20 {BACKUP} stopped command 10",
            f"24 {BACKUP} started named",
        ],
    ),
    # Who started a run
    Story(
        "200 while rows of a server's run stand doesn't make it Home Assistant's",
        [
            Poll(0),
            began(10, butler(5, "Backup Database")),
            Start(20, BACKUP),
            ended(30, butler()),
            Start(40, BACKUP),
            Wait(110),
        ],
        [
            f"10 {BACKUP} started named by server",
            f"30 {BACKUP} finished named 20 by server",
            f"40 {BACKUP} started command",
            f"100 {BACKUP} unconfirmed command",
        ],
    ),
    Story(
        "a run whose row comes before the answer is Home Assistant's from then on",
        [
            Poll(0),
            began(10, butler(5, "Backup Database")),
            Start(11, BACKUP, sent=9),
            ended(30, butler()),
            began(40, butler(5, "Optimize Database")),
            Start(41, OPTIMIZE, already=True, sent=39),
            ended(50, butler()),
            began(60, butler(5, "Backup Database")),
            Unanswered(75, BACKUP, sent=59),
            ended(80, butler()),
        ],
        [
            f"10 {BACKUP} started named by server",
            f"30 {BACKUP} finished named 20",
            f"40 {OPTIMIZE} started named by server",
            f"50 {OPTIMIZE} finished named 10",
            f"60 {BACKUP} started named by server",
            f"80 {BACKUP} finished named 20",
        ],
    ),
    Story(
        "a run that both begins and ends before the answer",
        [
            Poll(0),
            began(10, butler(5, "Backup Database")),
            ended(11, butler()),
            Start(12, BACKUP, sent=9),
            see(13, BACKUP, "idle"),
        ],
        [
            f"10 {BACKUP} started named by server",
            f"11 {BACKUP} finished named 1 by server",
        ],
    ),
    Story(
        "202 leaves a run of ours Home Assistant's",
        [Poll(0), Start(10, BACKUP), Start(20, BACKUP, already=True), Wait(700)],
        [f"10 {BACKUP} started command", f"620 {BACKUP} unconfirmed command"],
    ),
    Story(
        "202 after an unconfirmed end begins a run of which nobody knows the cause",
        [
            Poll(0),
            Start(10, LOUDNESS),
            Start(200, LOUDNESS, already=True),
            began(210, loudness()),
            ended(220, loudness()),
            Wait(350),
        ],
        [
            f"10 {LOUDNESS} started command",
            f"190 {LOUDNESS} unconfirmed command",
            f"340 {LOUDNESS} finished typed by server",
        ],
    ),
    Story(
        "what 202 left the server's stays so, remembered and over restarts",
        [
            Poll(0),
            began(10, butler()),
            began(11, loudness()),
            Start(20, LOUDNESS, already=True),
            Restart(30),
            Poll(60, (loudness(),)),
            Lost(70),
            Poll(80),
            Wait(150),
            Restart(160),
            Poll(190),
            began(200, loudness("late")),
            Stop(210, LOUDNESS),
        ],
        [
            f"11 {LOUDNESS} started typed by server",
            f"140 {LOUDNESS} unconfirmed typed by server",
            f"200 {LOUDNESS} started typed by server",
            f"210 {LOUDNESS} stopped typed 10 by server",
        ],
    ),
    Story(
        "what Home Assistant started stays so over restarts",
        [
            Poll(0),
            Start(10, LOUDNESS),
            began(20, loudness()),
            Restart(30),
            Poll(60, (loudness(),)),
            ended(70, loudness()),
            Wait(200),
        ],
        [f"10 {LOUDNESS} started command", f"190 {LOUDNESS} finished typed 60"],
    ),
    Story(
        "start all leaves what the server has started the server's",
        [
            Poll(0),
            began(10, butler(5, "Backup Database")),
            StartAll(20),
            shows(30, butler(5, "Optimize Database")),
            shows(40, butler(100)),
        ],
        [
            f"10 {BACKUP} started named by server",
            f"30 {BACKUP} finished named 20 by server",
            f"30 {OPTIMIZE} started named",
            f"40 {OPTIMIZE} finished named 10",
        ],
    ),
)
