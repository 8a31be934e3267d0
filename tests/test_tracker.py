"""The rules by which we know what each task is doing, as a table of stories."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import pytest

from custom_components.plex_butler.api import (
    Activity,
    ActivityChange,
    ActivityNotification,
    ButlerTask,
)
from custom_components.plex_butler.butler.models import (
    LastRun,
    Moment,
    TaskEvent,
    TaskState,
)
from custom_components.plex_butler.butler.tracker import Tracker

NOON = datetime(2026, 10, 1, 12, tzinfo=UTC)

BACKUP = "BackupDatabase"
CREDITS = "ButlerTaskGenerateCreditsMarkers"
LOCAL = "RefreshLocalMedia"
PERIODIC = "RefreshPeriodicMetadata"

TITLES = {
    BACKUP: "Backup Database",
    CREDITS: "Generate Credits Markers",
    LOCAL: "Refresh Local Media",
    PERIODIC: "Refresh Periodic Metadata",
}


class What(NamedTuple):
    """What an activity says of itself."""

    kind: str
    title: str | None
    subtitle: str | None = None


FILM = What("media.generate.credits", "Detecting Credits")
METADATA = What("library.refresh.items", "Refreshing")
AT_BACKUP = What("butler", "Butler", "Backup Database")
AT_WORK = What("butler", "Butler")


def task(name: str, title: str | None = None, *, enabled: bool = True) -> ButlerTask:
    """Return a butler task."""
    return ButlerTask(
        name=name,
        title=title or TITLES[name],
        description=None,
        enabled=enabled,
        interval_days=1,
        schedule_randomized=False,
    )


@dataclass
class Story:
    """A server that we watch, told step by step; `seconds` have passed since noon."""

    seconds: float = 0
    clock_change: float = 0
    tasks: list[ButlerTask] = field(
        default_factory=lambda: [task(name) for name in TITLES]
    )
    rows: dict[str, Activity] = field(default_factory=dict)
    happened: list[str] = field(default_factory=list)
    tracker: Tracker = field(default_factory=lambda: Tracker({}))

    @property
    def now(self) -> Moment:
        """Return the moment of the story."""
        shown = timedelta(seconds=self.seconds + self.clock_change)
        return Moment(time=NOON + shown, seconds=1000 + self.seconds)

    def wait(self, seconds: float) -> None:
        """Let time pass, and what is due by it happen."""
        end = self.seconds + seconds
        while (due := self.tracker.deadline) is not None and due - 1000 <= end:
            self.seconds = due - 1000
            self._note(self.tracker.advance(self.now))
        self.seconds = end

    def poll(self, *, asked: float | None = None) -> None:
        """Ask the server, which knows its rows."""
        then = self.now if asked is None else Moment(time=NOON, seconds=1000 + asked)
        self._note(
            self.tracker.handle_poll(
                self.tasks, list(self.rows.values()), asked=then, now=self.now
            )
        )

    def row(
        self,
        uuid: str,
        what: What,
        *,
        subtitle: str | None = None,
        progress: int | None = 0,
        told: bool = True,
    ) -> None:
        """Let the server begin or go on with an activity; `told`: it notifies us."""
        change = ActivityChange.UPDATED if uuid in self.rows else ActivityChange.STARTED
        self.rows[uuid] = Activity(
            uuid=uuid,
            type=what.kind,
            title=what.title,
            subtitle=subtitle or what.subtitle,
            progress=progress,
        )
        if told:
            self._notify(change, self.rows[uuid])

    def end(self, uuid: str, *, told: bool = True) -> None:
        """Let the server end an activity."""
        row = self.rows.pop(uuid)
        if told:
            self._notify(ActivityChange.ENDED, row)

    def start(self, name: str, *, already: bool = False) -> None:
        """Have our start accepted."""
        self.answer(name, self.now, already=already)

    def answer(self, name: str, sent: Moment, *, already: bool = False) -> None:
        """Have a start accepted that was sent at a moment."""
        self._note(
            self.tracker.handle_started(name, self.now, already=already, sent=sent)
        )

    def stop(self, name: str, *, was_running: bool = True) -> None:
        """Have our stop accepted, or answered with "not running"."""
        took = (
            self.tracker.handle_stopped
            if was_running
            else self.tracker.handle_not_running
        )
        self._note(took(name, self.now))

    def state(self, name: str) -> TaskState:
        """Return what is said of a task."""
        return self.tracker.states()[name]

    def said(self, name: str) -> str:
        """Return the status and the evidence in a word or two."""
        state = self.state(name)
        return f"{state.status} {state.evidence}" if state.evidence else state.status

    def _notify(self, change: ActivityChange, row: Activity) -> None:
        self._note(
            self.tracker.handle_notification(
                ActivityNotification(change=change, activity=row), self.now
            )
        )

    def _note(self, events: list[TaskEvent]) -> None:
        for event in events:
            duration = "" if event.duration is None else f" {event.duration:g} s"
            self.happened.append(
                f"{self.seconds:g}: {event.task.name} {event.type} {event.evidence}{duration}"
            )


@pytest.fixture
def story() -> Story:
    """Return a server that was idle when we first looked."""
    server = Story()
    server.poll()
    return server


def test_nothing_is_seen_nothing_is_said(story: Story) -> None:
    """An idle server is idle, whether a row of the butler at 100 stands or not."""
    story.row("b", What("butler", "Butler", "Backup Database"), progress=100)
    story.wait(600)
    story.poll()
    assert {story.said(name) for name in TITLES} == {"idle"}
    assert not story.tracker.running
    assert story.happened == []
    assert story.tracker.deadline is None


@pytest.mark.parametrize("progress", [-1, 0, 99])
def test_butler_at_work_on_something(story: Story, progress: int | None) -> None:
    """A row of the butler below 100 is work, though nobody knows on what."""
    story.row("b", AT_WORK, progress=progress)
    assert story.tracker.running
    assert {story.said(name) for name in TITLES} == {"idle"}
    story.row("b", AT_WORK, progress=100)
    assert not story.tracker.running


def test_named(story: Story) -> None:
    """A task that is named runs, with the progress of what names it."""
    story.wait(10)
    story.row("b", AT_BACKUP, progress=0)
    story.wait(5)
    story.row("b", AT_BACKUP, progress=40)
    state = story.state(BACKUP)
    assert (state.status, state.evidence, state.progress, state.detail) == (
        "running",
        "named",
        40,
        "Backup Database",
    )
    assert state.last_run == LastRun(started=NOON + timedelta(seconds=10))
    story.wait(5)
    story.row("b", AT_BACKUP, progress=100)
    assert story.said(BACKUP) == "idle"
    assert story.state(BACKUP).last_run == LastRun(
        started=NOON + timedelta(seconds=10),
        finished=NOON + timedelta(seconds=20),
        duration=10,
    )
    assert story.happened == [
        f"10: {BACKUP} started named",
        f"20: {BACKUP} finished named 10 s",
    ]


@pytest.mark.parametrize(
    ("kind", "title", "subtitle", "named"),
    [
        ("butler", "Running BACKUPDATABASE now", "", [BACKUP]),
        ("other", "Task: backup database", "", [BACKUP]),
        ("other", "", "Backup Database, Refresh Local Media", [BACKUP, LOCAL]),
        ("other", "Backup Databases", "", []),
        ("other", "My Backup", "Database", []),
        ("other", "xBackup Database", "", []),
        ("other", None, None, []),
    ],
)
def test_names(
    story: Story, kind: str, title: str | None, subtitle: str | None, named: list[str]
) -> None:
    """Whole words name a task, in any case, by name or title."""
    story.row("x", What(kind, title, subtitle))
    assert [name for name in TITLES if story.said(name) == "running named"] == named


def test_the_more_exact_name_counts(story: Story) -> None:
    """A title within another's is not meant, and one that two tasks share names neither."""
    story.tasks += [
        task("Backup", "Backup"),
        task("Twin", "Refresh Local Media"),
    ]
    story.poll()
    story.row("b", AT_BACKUP)
    assert story.said(BACKUP) == "running named"
    assert story.said("Backup") == "idle"
    story.row("x", What("other", "Refresh Local Media"))
    assert story.said(LOCAL) == "idle"
    assert story.said("Twin") == "idle"


def test_a_film_is_not_the_butler(story: Story) -> None:
    """A new film's credits are detected without the butler."""
    story.row("f", FILM)
    assert story.said(CREDITS) == "idle"
    assert not story.tracker.running


def test_typed_while_the_butler_works(story: Story) -> None:
    """The same, while the butler is at work, is its task."""
    story.row("b", AT_WORK)
    story.row("f", FILM, subtitle="Show E S01 E05", progress=50)
    state = story.state(CREDITS)
    assert (state.evidence, state.progress, state.detail) == (
        "typed",
        50,
        "Show E S01 E05",
    )
    story.wait(30)
    story.row("b", AT_WORK, progress=100)
    assert story.said(CREDITS) == "idle"
    assert story.happened == [
        f"0: {CREDITS} started typed",
        f"30: {CREDITS} finished typed 30 s",
    ]


def test_two_tasks_of_one_type(story: Story) -> None:
    """A type that suggests two tasks is evidence for neither, unless we started one."""
    story.row("b", AT_WORK)
    story.row("m", METADATA)
    assert story.said(LOCAL) == story.said(PERIODIC) == "idle"
    story.start(LOCAL)
    assert story.said(LOCAL) == "running typed"
    assert story.said(PERIODIC) == "idle"


def test_one_of_the_two_is_not_on_the_server(story: Story) -> None:
    """A type is clear where the server has only one of the tasks it suggests."""
    story.tasks = [task(LOCAL)]
    story.poll()
    story.row("b", AT_WORK)
    story.row("m", METADATA)
    assert story.said(LOCAL) == "running typed"


def test_started_by_us_and_seen_by_type(story: Story) -> None:
    """What we started is known by its type, without any row of the butler."""
    story.start(CREDITS)
    assert story.said(CREDITS) == "running command"
    story.wait(2)
    story.row("f", FILM)
    assert story.said(CREDITS) == "running typed"
    story.wait(100)
    story.end("f")
    story.wait(10)
    assert story.said(CREDITS) == "idle"
    # It ended when the last of it did, not when we were sure of that.
    assert story.state(CREDITS).last_run.finished == NOON + timedelta(seconds=102)
    assert story.happened == [
        f"0: {CREDITS} started command",
        f"107: {CREDITS} finished typed 102 s",
    ]
    # It has ended, so the next film is none of ours.
    story.row("g", FILM)
    assert story.said(CREDITS) == "idle"


def test_items_follow_one_another(story: Story) -> None:
    """The gap between two items that a task works on is not its end."""
    story.start(CREDITS)
    for item in range(3):
        story.row(f"f{item}", FILM, subtitle=f"Item {item}")
        story.wait(20)
        story.end(f"f{item}")
        story.wait(3)
        assert story.said(CREDITS) == "running typed"
    story.wait(3)
    assert story.said(CREDITS) == "idle"
    assert story.happened[1:] == [f"71: {CREDITS} finished typed 66 s"]


def test_our_start_is_evidence_for_a_minute(story: Story) -> None:
    """A task that runs for 110 ms is never seen, and its end isn't claimed."""
    story.start(BACKUP)
    story.poll()
    story.wait(59)
    assert story.said(BACKUP) == "running command"
    story.wait(1)
    assert story.said(BACKUP) == "idle"
    assert story.state(BACKUP).last_run == LastRun(started=NOON)
    assert story.happened == [
        f"0: {BACKUP} started command",
        f"60: {BACKUP} unconfirmed command",
    ]


def test_started_again_within_the_minute(story: Story) -> None:
    """What could be started anew had ended, unseen."""
    story.start(BACKUP)
    story.wait(10)
    story.start(BACKUP)
    assert story.state(BACKUP).last_run.started == NOON + timedelta(seconds=10)
    assert story.happened == [
        f"0: {BACKUP} started command",
        f"10: {BACKUP} unconfirmed command",
        f"10: {BACKUP} started command",
    ]


def test_butler_worked_and_rests(story: Story) -> None:
    """With the butler at work since our start, its rest is the end, however late."""
    story.row("b", AT_WORK, progress=100)
    story.start(BACKUP)
    story.row("b", AT_WORK, progress=10)
    story.wait(300)
    assert story.said(BACKUP) == "running command"
    story.row("b", AT_WORK, progress=100)
    assert story.happened == [
        f"0: {BACKUP} started command",
        f"300: {BACKUP} finished command 300 s",
    ]


def test_better_evidence_takes_over(story: Story) -> None:
    """Once a task was named, it has ended when it is named no more."""
    story.start(BACKUP)
    story.row("b", AT_WORK)
    story.row("b", AT_BACKUP)
    assert story.said(BACKUP) == "running named"
    story.row("b", What("butler", "Butler", "Refresh Local Media"))
    assert story.said(BACKUP) == "idle"
    assert story.said(LOCAL) == "running named"
    assert story.happened[1].startswith(f"0: {BACKUP} finished named")


@pytest.mark.parametrize("over", [False, True])
def test_told_of_before_the_start_was_answered(story: Story, over: bool) -> None:
    """What the server tells of a run, even its end, may come before its answer."""
    sent = story.now
    story.wait(0.1)
    story.row("b", AT_BACKUP)
    if over:
        story.wait(0.1)
        story.end("b")
    story.wait(0.1)
    story.answer(BACKUP, sent)
    assert story.said(BACKUP) == ("idle" if over else "running named")
    assert story.tracker.deadline is None
    end = story.tracker.end_since(BACKUP, sent)
    assert (end is not None) is over
    if not over:
        story.wait(0.1)
        story.end("b")
    assert [line.split(": ")[1] for line in story.happened] == [
        f"{BACKUP} started named",
        f"{BACKUP} finished named {0.1 if over else 0.2:g} s",
    ]


def test_ended_before_the_start_was_sent(story: Story) -> None:
    """An earlier run is none that came of our start."""
    story.row("b", AT_BACKUP)
    story.wait(1)
    story.end("b")
    story.wait(1)
    story.start(BACKUP)
    assert story.tracker.end_since(BACKUP, story.now) is None
    assert story.said(BACKUP) == "running command"


def test_gone_before_the_start_was_answered(story: Story) -> None:
    """A task that the server has taken away meanwhile isn't said to run."""
    story.tasks = [task(LOCAL)]
    story.poll()
    story.start(BACKUP)
    story.stop(BACKUP)
    assert story.happened == []
    assert story.tracker.states().keys() == {LOCAL}


def test_part_of_a_row(story: Story) -> None:
    """A notification that holds only what changed leaves the rest as it was."""
    story.row("b", AT_BACKUP, progress=10)
    story.row("b", What("", None), progress=50)
    assert story.said(BACKUP) == "running named"
    assert story.state(BACKUP).progress == 50
    story.row("b", What("", None), progress=None)
    assert story.state(BACKUP).progress == 50
    story.row("x", What("butler", "Butler"), progress=None)
    story.end("b")
    # A butler that doesn't say how far it is, doesn't say that it works.
    assert not story.tracker.running


def test_ran_already(story: Story) -> None:
    """A task that ran before our start began at a time that nobody knows."""
    story.start(BACKUP, already=True)
    assert story.said(BACKUP) == "running command"
    assert story.state(BACKUP).last_run == LastRun()
    assert story.happened == []
    story.row("b", AT_WORK)
    story.wait(5)
    story.end("b")
    assert story.happened == [f"5: {BACKUP} finished command"]
    assert story.state(BACKUP).last_run == LastRun(finished=NOON + timedelta(seconds=5))


def test_start_of_what_runs_makes_it_ours(story: Story) -> None:
    """A run that we are told of goes on as it was, and is known by its type then."""
    story.row("b", AT_WORK)
    story.row("f", FILM)
    story.wait(1)
    story.start(CREDITS, already=True)
    story.row("b", AT_WORK, progress=100)
    assert story.said(CREDITS) == "running typed"
    assert story.happened == [f"0: {CREDITS} started typed"]


def test_stopped(story: Story) -> None:
    """A stop is an end, though rows of the task stay a while."""
    story.start(CREDITS)
    story.row("f", FILM)
    story.wait(7)
    story.stop(CREDITS)
    story.poll()
    assert story.said(CREDITS) == "idle"
    story.end("f")
    assert story.happened == [
        f"0: {CREDITS} started command",
        f"7: {CREDITS} stopped typed 7 s",
    ]
    assert story.state(CREDITS).last_run.finished == NOON + timedelta(seconds=7)


def test_named_again_after_a_stop(story: Story) -> None:
    """The row that outlived our stop may name the task anew, once it had let it go."""
    story.row("b", AT_BACKUP)
    story.stop(BACKUP)
    story.row("b", AT_BACKUP, progress=50)
    story.wait(60)
    story.row("b", AT_BACKUP, progress=60)
    assert story.said(BACKUP) == "idle"
    story.row("b", AT_WORK, progress=100)
    story.row("b", AT_BACKUP)
    assert story.said(BACKUP) == "running named"


def test_shown_only_after_a_stop(story: Story) -> None:
    """What a poll finds right after our stop is what was stopped."""
    story.start(BACKUP)
    story.stop(BACKUP)
    story.row("b", AT_BACKUP, told=False)
    story.poll()
    assert story.said(BACKUP) == "idle"
    story.wait(20)
    story.poll()
    assert story.said(BACKUP) == "idle"
    story.end("b", told=False)
    story.poll()
    story.row("c", AT_BACKUP)
    assert story.said(BACKUP) == "running named"


def test_started_again_after_a_stop(story: Story) -> None:
    """A start of ours is the end of what was stopped before."""
    story.start(BACKUP)
    story.stop(BACKUP)
    story.wait(1)
    story.start(BACKUP)
    story.row("b", AT_BACKUP)
    assert story.said(BACKUP) == "running named"


def test_stop_of_what_did_not_run(story: Story) -> None:
    """That nothing was there to stop ends our own claim, and no other."""
    story.start(BACKUP)
    story.start(CREDITS)
    story.row("f", FILM)
    story.stop(BACKUP, was_running=False)
    story.stop(CREDITS, was_running=False)
    assert story.said(BACKUP) == "idle"
    assert story.said(CREDITS) == "running typed"
    assert story.happened[2:] == [f"0: {BACKUP} finished command 0 s"]


def test_stop_of_what_only_waited(story: Story) -> None:
    """A task that was taken off the queue hadn't run."""
    story.stop(BACKUP)
    assert story.happened == []


def test_all_stopped(story: Story) -> None:
    """Every task that runs is stopped by a stop of all."""
    story.row("b", AT_BACKUP)
    story.start(CREDITS)
    events = story.tracker.handle_stopped_all(story.now)
    assert {(event.task.name, event.type.value) for event in events} == {
        (BACKUP, "stopped"),
        (CREDITS, "stopped"),
    }
    assert story.said(BACKUP) == story.said(CREDITS) == "idle"


def test_running_goes_before_disabled(story: Story) -> None:
    """A task can run though it is disabled."""
    story.tasks = [task(BACKUP, enabled=False)]
    story.poll()
    assert story.said(BACKUP) == "disabled"
    story.start(BACKUP)
    assert story.said(BACKUP) == "running command"


def test_ran_when_we_first_looked() -> None:
    """Of what runs already at set-up, the start isn't known, nor how long it took."""
    story = Story(tracker=Tracker({BACKUP: LastRun(started=NOON - timedelta(days=3))}))
    story.row("b", AT_BACKUP, told=False)
    story.poll()
    assert story.said(BACKUP) == "running named"
    assert story.state(BACKUP).last_run.started == NOON - timedelta(days=3)
    story.wait(9)
    story.end("b")
    assert story.happened == [f"9: {BACKUP} finished named"]


def test_began_and_ended_between_polls(story: Story) -> None:
    """A start and an end that nobody told of are found by the polls."""
    story.row("b", AT_BACKUP, told=False)
    story.wait(10)
    story.poll()
    story.wait(30)
    story.end("b", told=False)
    story.poll()
    assert story.happened == [
        f"10: {BACKUP} started named",
        f"40: {BACKUP} finished named 30 s",
    ]


def test_a_started_that_was_missed(story: Story) -> None:
    """An update of what we don't know is its start to us."""
    story.row("b", AT_BACKUP, told=False)
    story.row("b", AT_BACKUP, progress=30)
    assert story.happened == [f"0: {BACKUP} started named"]


def test_an_ended_that_never_comes(story: Story) -> None:
    """A row that is gone from the list is gone."""
    story.row("b", AT_BACKUP)
    story.end("b", told=False)
    story.wait(300)
    story.poll()
    assert story.happened[1:] == [f"300: {BACKUP} finished named 300 s"]


def test_a_notification_is_newer_than_the_list(story: Story) -> None:
    """What was told while the list was under way isn't undone by it."""
    story.wait(10)
    story.row("b", AT_BACKUP)
    (row,) = story.rows.values()
    story.rows = {}
    story.poll(asked=9)
    assert story.said(BACKUP) == "running named"
    story.rows = {"b": row}
    story.wait(1)
    story.end("b")
    story.rows = {"b": row}
    story.poll(asked=10.5)
    assert story.said(BACKUP) == "idle"
    # A list that was asked for later is the news.
    story.wait(1)
    story.poll()
    assert story.said(BACKUP) == "running named"


def test_the_server_was_away(story: Story) -> None:
    """What ended while nobody could look has no end that we know."""
    story.row("b", AT_BACKUP)
    story.row("f", FILM)
    story.start(CREDITS)
    story.tracker.handle_disconnected()
    story.wait(100)
    story.end("b", told=False)
    story.poll()
    assert story.said(BACKUP) == "idle"
    assert story.state(BACKUP).last_run.finished is None
    # What still runs goes on as it was.
    assert story.said(CREDITS) == "running typed"
    assert story.state(CREDITS).last_run.started == NOON
    assert story.happened[2:] == [f"100: {BACKUP} unconfirmed named"]


def test_a_task_goes_while_it_runs(story: Story) -> None:
    """Of a task that the server no longer has, nothing more is said."""
    story.start(BACKUP)
    story.tasks = [task(LOCAL)]
    story.poll()
    story.wait(100)
    assert story.tracker.states().keys() == {LOCAL}
    assert story.happened == [
        f"0: {BACKUP} started command",
        f"0: {BACKUP} unconfirmed command",
    ]
    story.tasks = []
    story.row("b", AT_BACKUP)
    story.poll()
    assert story.tracker.states() == {}


def test_the_clock_jumps(story: Story) -> None:
    """How long things take has nothing to do with what the clock is set to."""
    story.start(BACKUP)
    story.row("b", AT_BACKUP)
    story.clock_change = -7200
    story.wait(30)
    story.end("b")
    last_run = story.state(BACKUP).last_run
    assert last_run.duration == 30
    assert last_run.finished == NOON + timedelta(seconds=30 - 7200)
