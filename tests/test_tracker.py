"""The rules of the tracker, from evidence to status and events, as scenarios."""

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
from custom_components.plex_butler.butler.memory import Memory
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


class Content(NamedTuple):
    """What an activity shows: its type and its texts."""

    type: str
    title: str | None
    subtitle: str | None = None


BUTLER = Content("butler", "Butler")
BUTLER_BACKUP = Content("butler", "Butler", "Backup Database")
CREDITS_DETECTION = Content("media.generate.credits", "Detecting Credits")
METADATA_REFRESH = Content("library.refresh.items", "Refreshing")


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
class Scenario:
    """A server and its tracker, `seconds` after noon."""

    seconds: float = 0
    clock_offset: float = 0
    tasks: list[ButlerTask] = field(
        default_factory=lambda: [task(name) for name in TITLES]
    )
    activities: dict[str, Activity] = field(default_factory=dict)
    events: list[str] = field(default_factory=list)
    tracker: Tracker = field(
        default_factory=lambda: Tracker(Memory(), Moment(time=NOON, seconds=1000))
    )

    @property
    def now(self) -> Moment:
        """Return the current time."""
        elapsed = timedelta(seconds=self.seconds + self.clock_offset)
        return Moment(time=NOON + elapsed, seconds=1000 + self.seconds)

    def advance(self, seconds: float) -> None:
        """Let time pass, and the tracker handle each deadline that is reached."""
        end = self.seconds + seconds
        while (
            deadline := self.tracker.deadline
        ) is not None and deadline - 1000 <= end:
            self.seconds = deadline - 1000
            self._record(self.tracker.advance(self.now))
        self.seconds = end

    def poll(self, *, asked: float | None = None) -> None:
        """Poll the server; `asked` is when its lists were requested, now by default."""
        requested = (
            self.now if asked is None else Moment(time=NOON, seconds=1000 + asked)
        )
        self._record(
            self.tracker.handle_poll(
                self.tasks,
                list(self.activities.values()),
                asked=requested,
                now=self.now,
            )
        )

    def set_activity(
        self,
        uuid: str,
        content: Content,
        *,
        subtitle: str | None = None,
        progress: int | None = 0,
        notify: bool = True,
    ) -> None:
        """Start or update an activity of the server, with or without a notification."""
        change = (
            ActivityChange.UPDATED
            if uuid in self.activities
            else ActivityChange.STARTED
        )
        self.activities[uuid] = Activity(
            uuid=uuid,
            type=content.type,
            title=content.title,
            subtitle=subtitle or content.subtitle,
            progress=progress,
        )
        if notify:
            self._notify(change, self.activities[uuid])

    def end_activity(self, uuid: str, *, notify: bool = True) -> None:
        """End an activity of the server, with or without a notification."""
        activity = self.activities.pop(uuid)
        if notify:
            self._notify(ActivityChange.ENDED, activity)

    def start(
        self, name: str, *, already: bool = False, sent: Moment | None = None
    ) -> None:
        """Accept a start request, which was sent at the given time, now by default."""
        self._record(
            self.tracker.handle_started(
                name, self.now, already=already, sent=sent or self.now
            )
        )

    def stop(self, name: str, *, was_running: bool = True) -> None:
        """Accept a stop request, or answer that the task wasn't running."""
        handle = (
            self.tracker.handle_stopped
            if was_running
            else self.tracker.handle_not_running
        )
        self._record(handle(name, self.now))

    def state(self, name: str) -> TaskState:
        """Return the state of a task."""
        return self.tracker.states(self.now)[name]

    def status(self, name: str) -> str:
        """Return the status of a task, followed by its evidence, if any."""
        state = self.state(name)
        return f"{state.status} {state.evidence}" if state.evidence else state.status

    def _notify(self, change: ActivityChange, activity: Activity) -> None:
        self._record(
            self.tracker.handle_notification(
                ActivityNotification(change=change, activity=activity), self.now
            )
            or []
        )

    def _record(self, events: list[TaskEvent]) -> None:
        for event in events:
            duration = "" if event.duration is None else f" {event.duration:g} s"
            self.events.append(
                f"{self.seconds:g}: {event.task.name} {event.type} {event.evidence}{duration}"
            )


@pytest.fixture
def scenario() -> Scenario:
    """Return a scenario with a server that was idle at the first poll."""
    scenario = Scenario()
    scenario.poll()
    return scenario


def test_idle_butler_activity(scenario: Scenario) -> None:
    """A butler activity at 100 is no evidence, even if it names a task."""
    scenario.set_activity("b", BUTLER_BACKUP, progress=100)
    scenario.advance(600)
    scenario.poll()
    assert {scenario.status(name) for name in TITLES} == {"idle"}
    assert not scenario.tracker.running
    assert scenario.events == []
    assert scenario.tracker.deadline is None


@pytest.mark.parametrize("progress", [-1, 0, 99])
def test_butler_active_without_task(scenario: Scenario, progress: int) -> None:
    """A butler activity below 100 shows only that the butler is active."""
    scenario.set_activity("b", BUTLER, progress=progress)
    assert scenario.tracker.running
    assert {scenario.status(name) for name in TITLES} == {"idle"}
    scenario.set_activity("b", BUTLER, progress=100)
    assert not scenario.tracker.running


def test_named_run(scenario: Scenario) -> None:
    """A task runs while an activity names it, and has that activity's progress."""
    scenario.advance(10)
    scenario.set_activity("b", BUTLER_BACKUP, progress=0)
    scenario.advance(5)
    scenario.set_activity("b", BUTLER_BACKUP, progress=40)
    state = scenario.state(BACKUP)
    assert (state.status, state.evidence, state.progress, state.detail) == (
        "running",
        "named",
        40,
        "Backup Database",
    )
    assert state.last_run == LastRun(
        started=NOON + timedelta(seconds=10), observed=True
    )
    scenario.advance(5)
    scenario.set_activity("b", BUTLER_BACKUP, progress=100)
    assert scenario.status(BACKUP) == "idle"
    assert scenario.state(BACKUP).last_run == LastRun(
        started=NOON + timedelta(seconds=10),
        finished=NOON + timedelta(seconds=20),
        duration=10,
        observed=True,
    )
    assert scenario.events == [
        f"10: {BACKUP} started named",
        f"20: {BACKUP} finished named 10 s",
    ]


@pytest.mark.parametrize(
    ("content", "named"),
    [
        pytest.param(
            Content("butler", "Running BACKUPDATABASE now", ""), [BACKUP], id="name"
        ),
        pytest.param(
            Content("butler", "Task: backup  database", ""), [BACKUP], id="title"
        ),
        pytest.param(
            Content("butler", "", "Backup Database, Refresh Local Media"),
            [BACKUP, LOCAL],
            id="two titles",
        ),
        pytest.param(Content("butler", "Backup Databases", ""), [], id="longer end"),
        pytest.param(Content("butler", "xBackup Database", ""), [], id="longer start"),
        pytest.param(Content("butler", "My Backup", "Database"), [], id="two texts"),
        pytest.param(Content("butler", None, None), [], id="no text"),
        pytest.param(
            Content("butler.task", "Generate credits markers", ""),
            [CREDITS],
            id="words of the name",
        ),
        pytest.param(Content("other", "backup database", ""), [BACKUP], id="whole"),
        pytest.param(Content("other", "Task: Backup Database", ""), [], id="part"),
        pytest.param(
            Content("media.optimize", "Backup Database", ""), [], id="name of a film"
        ),
        pytest.param(
            Content("library.update.section", "Scanning", "Backup Database"),
            [],
            id="name of a folder",
        ),
        pytest.param(
            Content("provider.epg.load", "BackupDatabase", ""), [], id="provider"
        ),
    ],
)
def test_name_matching(scenario: Scenario, content: Content, named: list[str]) -> None:
    """Whole words name a task, in any case, by its name or title."""
    scenario.set_activity("x", content)
    assert [
        name for name in TITLES if scenario.status(name) == "running named"
    ] == named


def test_longest_name_wins(scenario: Scenario) -> None:
    """The longest name in a text wins, and a title of two tasks names neither."""
    scenario.tasks += [
        task("Backup", "Backup"),
        task("Twin", "Refresh Local Media"),
    ]
    scenario.poll()
    scenario.set_activity("b", BUTLER_BACKUP)
    assert scenario.status(BACKUP) == "running named"
    assert scenario.status("Backup") == "idle"
    scenario.set_activity("x", Content("other", "Refresh Local Media"))
    assert scenario.status(LOCAL) == "idle"
    assert scenario.status("Twin") == "idle"


def test_typed_activity_without_butler(scenario: Scenario) -> None:
    """Credits of a new movie are detected without the butler, which is no evidence."""
    scenario.set_activity("c", CREDITS_DETECTION)
    assert scenario.status(CREDITS) == "idle"
    assert not scenario.tracker.running


def test_type_of_two_tasks(scenario: Scenario) -> None:
    """A type that suggests two tasks is evidence only for one that we started."""
    scenario.set_activity("b", BUTLER)
    scenario.set_activity("m", METADATA_REFRESH)
    assert scenario.status(LOCAL) == scenario.status(PERIODIC) == "idle"
    scenario.start(LOCAL)
    assert scenario.status(LOCAL) == "running typed"
    assert scenario.status(PERIODIC) == "idle"


def test_type_of_two_tasks_with_one_missing(scenario: Scenario) -> None:
    """A type that suggests two tasks is evidence if the server has only one of them."""
    scenario.tasks = [task(LOCAL)]
    scenario.poll()
    scenario.set_activity("b", BUTLER)
    scenario.set_activity("m", METADATA_REFRESH)
    assert scenario.status(LOCAL) == "running typed"


def test_named_after_start(scenario: Scenario) -> None:
    """A started task that an activity named ends when none names it any more."""
    scenario.start(BACKUP)
    scenario.set_activity("b", BUTLER)
    scenario.set_activity("b", BUTLER_BACKUP)
    assert scenario.status(BACKUP) == "running named"
    scenario.set_activity("b", Content("butler", "Butler", "Refresh Local Media"))
    assert scenario.status(BACKUP) == "idle"
    assert scenario.status(LOCAL) == "running named"
    assert scenario.events[1].startswith(f"0: {BACKUP} finished named")


@pytest.mark.parametrize(
    "ended",
    [pytest.param(False, id="still running"), pytest.param(True, id="already ended")],
)
def test_notified_before_start_response(scenario: Scenario, ended: bool) -> None:
    """The server may report a run, or even its end, before it answers the start."""
    sent = scenario.now
    scenario.advance(0.1)
    scenario.set_activity("b", BUTLER_BACKUP)
    if ended:
        scenario.advance(0.1)
        scenario.end_activity("b")
    scenario.advance(0.1)
    scenario.start(BACKUP, sent=sent)
    assert scenario.status(BACKUP) == ("idle" if ended else "running named")
    assert (scenario.tracker.deadline is None) is ended
    end = scenario.tracker.end_since(BACKUP, sent)
    assert (end is not None) is ended
    if not ended:
        scenario.advance(0.1)
        scenario.end_activity("b")
    assert [line.split(": ")[1] for line in scenario.events] == [
        f"{BACKUP} started named",
        f"{BACKUP} finished named {0.1 if ended else 0.2:g} s",
    ]


def test_ended_before_start_request(scenario: Scenario) -> None:
    """A run that ended before the start request was sent isn't its result."""
    scenario.set_activity("b", BUTLER_BACKUP)
    scenario.advance(1)
    scenario.end_activity("b")
    scenario.advance(1)
    scenario.start(BACKUP)
    assert scenario.tracker.end_since(BACKUP, scenario.now) is None
    assert scenario.status(BACKUP) == "running command"


def test_task_removed_before_start_response(scenario: Scenario) -> None:
    """An accepted start or stop of a task that was removed meanwhile is ignored."""
    scenario.tasks = [task(LOCAL)]
    scenario.poll()
    scenario.start(BACKUP)
    scenario.stop(BACKUP)
    assert scenario.events == []
    assert scenario.tracker.states(scenario.now).keys() == {LOCAL}


def test_partial_notification(scenario: Scenario) -> None:
    """A notification without a type changes only the progress, if it has one."""
    scenario.set_activity("b", BUTLER_BACKUP, progress=10)
    scenario.set_activity("b", Content("", None), progress=50)
    assert scenario.status(BACKUP) == "running named"
    assert scenario.state(BACKUP).progress == 50
    scenario.set_activity("b", Content("", None), progress=None)
    assert scenario.state(BACKUP).progress == 50
    scenario.set_activity("x", BUTLER, progress=None)
    scenario.end_activity("b")
    # A butler activity without progress doesn't show that the butler is active.
    assert not scenario.tracker.running


def test_stopped_run(scenario: Scenario) -> None:
    """A stop ends the run at once, though its activities may continue for a while."""
    scenario.start(CREDITS)
    scenario.set_activity("c", CREDITS_DETECTION)
    scenario.advance(7)
    scenario.stop(CREDITS)
    scenario.poll()
    assert scenario.status(CREDITS) == "idle"
    scenario.end_activity("c")
    assert scenario.events == [
        f"0: {CREDITS} started command",
        f"7: {CREDITS} stopped typed 7 s",
    ]
    assert scenario.state(CREDITS).last_run.finished == NOON + timedelta(seconds=7)


def test_named_again_after_stop(scenario: Scenario) -> None:
    """An activity that outlives a stop is ignored until it no longer names the task."""
    scenario.set_activity("b", BUTLER_BACKUP)
    scenario.stop(BACKUP)
    scenario.set_activity("b", BUTLER_BACKUP, progress=50)
    scenario.advance(60)
    scenario.set_activity("b", BUTLER_BACKUP, progress=60)
    assert scenario.status(BACKUP) == "idle"
    scenario.set_activity("b", BUTLER, progress=100)
    scenario.set_activity("b", BUTLER_BACKUP)
    assert scenario.status(BACKUP) == "running named"


def test_activity_found_after_stop(scenario: Scenario) -> None:
    """An activity that appears right after a stop belongs to the stopped run."""
    scenario.start(BACKUP)
    scenario.stop(BACKUP)
    scenario.set_activity("b", BUTLER_BACKUP, notify=False)
    scenario.poll()
    assert scenario.status(BACKUP) == "idle"
    scenario.advance(20)
    scenario.poll()
    assert scenario.status(BACKUP) == "idle"
    scenario.end_activity("b", notify=False)
    scenario.poll()
    scenario.set_activity("c", BUTLER_BACKUP)
    assert scenario.status(BACKUP) == "running named"


def test_started_again_after_stop(scenario: Scenario) -> None:
    """After a new start, activities no longer belong to the stopped run."""
    scenario.start(BACKUP)
    scenario.stop(BACKUP)
    scenario.advance(1)
    scenario.start(BACKUP)
    scenario.set_activity("b", BUTLER_BACKUP)
    assert scenario.status(BACKUP) == "running named"


def test_stop_of_queued_task(scenario: Scenario) -> None:
    """A stop of a task without a run, such as a queued one, causes no event."""
    scenario.stop(BACKUP)
    assert scenario.events == []


def test_stop_all(scenario: Scenario) -> None:
    """Stopping all tasks ends every run."""
    scenario.set_activity("b", BUTLER_BACKUP)
    scenario.start(CREDITS)
    events = scenario.tracker.handle_stopped_all(scenario.now)
    assert {(event.task.name, event.type.value) for event in events} == {
        (BACKUP, "stopped"),
        (CREDITS, "stopped"),
    }
    assert scenario.status(BACKUP) == scenario.status(CREDITS) == "idle"


def test_disabled_task_running(scenario: Scenario) -> None:
    """A disabled task can run, and its status is "running" then."""
    scenario.tasks = [task(BACKUP, enabled=False)]
    scenario.poll()
    assert scenario.status(BACKUP) == "disabled"
    scenario.start(BACKUP)
    assert scenario.status(BACKUP) == "running command"


def test_running_at_first_poll() -> None:
    """A run that the first poll finds has no start time and no duration."""
    scenario = Scenario(
        tracker=Tracker(
            Memory(last_runs={BACKUP: LastRun(started=NOON - timedelta(days=3))}),
            Moment(time=NOON, seconds=1000),
        )
    )
    scenario.set_activity("b", BUTLER_BACKUP, notify=False)
    scenario.poll()
    assert scenario.status(BACKUP) == "running named"
    assert scenario.state(BACKUP).last_run.started == NOON - timedelta(days=3)
    scenario.advance(9)
    scenario.end_activity("b")
    assert scenario.events == [f"9: {BACKUP} finished named"]


def test_polls_without_notifications(scenario: Scenario) -> None:
    """Without notifications, polls find when a run begins and ends."""
    scenario.set_activity("b", BUTLER_BACKUP, notify=False)
    scenario.advance(10)
    scenario.poll()
    scenario.advance(30)
    scenario.end_activity("b", notify=False)
    scenario.poll()
    assert scenario.events == [
        f"10: {BACKUP} started named",
        f"40: {BACKUP} finished named 30 s",
    ]


def test_missed_started_notification(scenario: Scenario) -> None:
    """An update of an unknown activity counts as its start."""
    scenario.set_activity("b", BUTLER_BACKUP, notify=False)
    scenario.set_activity("b", BUTLER_BACKUP, progress=30)
    assert scenario.events == [f"0: {BACKUP} started named"]


def test_missed_ended_notification(scenario: Scenario) -> None:
    """An activity that is missing from a poll has ended."""
    scenario.set_activity("b", BUTLER_BACKUP)
    scenario.end_activity("b", notify=False)
    scenario.advance(300)
    scenario.poll()
    assert scenario.events[1:] == [f"300: {BACKUP} finished named 300 s"]


def test_notification_newer_than_list(scenario: Scenario) -> None:
    """A list that was requested before a notification arrived doesn't undo it."""
    scenario.advance(10)
    scenario.set_activity("b", BUTLER_BACKUP)
    (activity,) = scenario.activities.values()
    scenario.activities = {}
    scenario.poll(asked=9)
    assert scenario.status(BACKUP) == "running named"
    scenario.activities = {"b": activity}
    scenario.advance(1)
    scenario.end_activity("b")
    scenario.activities = {"b": activity}
    scenario.poll(asked=10.5)
    assert scenario.status(BACKUP) == "idle"
    # A list that was requested later is newer than the notification.
    scenario.advance(1)
    scenario.poll()
    assert scenario.status(BACKUP) == "running named"


def test_task_removed_while_running(scenario: Scenario) -> None:
    """A task that the server no longer lists has no state; its run ends unconfirmed."""
    scenario.start(BACKUP)
    scenario.tasks = [task(LOCAL)]
    scenario.poll()
    scenario.advance(100)
    assert scenario.tracker.states(scenario.now).keys() == {LOCAL}
    assert scenario.events == [
        f"0: {BACKUP} started command",
        f"0: {BACKUP} unconfirmed command",
    ]
    scenario.tasks = []
    scenario.set_activity("b", BUTLER_BACKUP)
    scenario.poll()
    assert scenario.tracker.states(scenario.now) == {}


def test_clock_change(scenario: Scenario) -> None:
    """A change of the system clock doesn't affect durations."""
    scenario.start(BACKUP)
    scenario.set_activity("b", BUTLER_BACKUP)
    scenario.clock_offset = -7200
    scenario.advance(30)
    scenario.end_activity("b")
    last_run = scenario.state(BACKUP).last_run
    assert last_run.duration == 30
    assert last_run.finished == NOON + timedelta(seconds=30 - 7200)


def test_requests_for_a_task_that_is_gone() -> None:
    """Answers to requests for a task that the server no longer lists change nothing."""
    scenario = Scenario()
    scenario.poll()
    scenario.start("Gone")
    scenario.stop("Gone")
    scenario.stop("Gone", was_running=False)
    assert scenario.events == []
    assert "Gone" not in scenario.tracker.states(scenario.now)
