"""The history of ended runs, and which task counts as the current one."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest

from custom_components.plex_butler.api import (
    Activity,
    ActivityChange,
    ActivityNotification,
    ButlerTask,
)
from custom_components.plex_butler.butler.history import EndedRun
from custom_components.plex_butler.butler.memory import Memory
from custom_components.plex_butler.butler.models import Moment
from custom_components.plex_butler.butler.tracker import Tracker
from custom_components.plex_butler.butler.window import Window

NOON: Final = datetime(2026, 10, 1, 12, tzinfo=UTC)
DAY: Final = 86400.0

BACKUP: Final = "BackupDatabase"
OPTIMIZE: Final = "OptimizeDatabase"
CREDITS: Final = "ButlerTaskGenerateCreditsMarkers"
TITLES: Final = {
    BACKUP: "Backup Database",
    OPTIMIZE: "Optimize Database",
    CREDITS: "Credits Detection",
}


class Server:
    """A server and its tracker, `seconds` after noon.

    `offset` is by how many seconds the system clock was set forward.
    """

    def __init__(self) -> None:
        """Initialize a server that was idle at the first poll."""
        self.seconds = 0.0
        self.offset = 0.0
        self.titles: dict[str, str] = dict(TITLES)
        self.tracker = Tracker(Memory(), self.now)
        self.poll()

    @property
    def now(self) -> Moment:
        """Return the current time."""
        time = NOON + timedelta(seconds=self.seconds + self.offset)
        return Moment(time=time, seconds=self.seconds)

    def at(self, seconds: float) -> Moment:
        """Let time pass until then, and return it."""
        self.seconds = seconds
        self.tracker.advance(self.now)
        return self.now

    def poll(self) -> None:
        """Poll the tasks and activities, of which there are none."""
        tasks = [
            ButlerTask(
                name=name,
                title=title,
                description=None,
                enabled=True,
                interval_days=1,
                schedule_randomized=name == CREDITS,
            )
            for name, title in self.titles.items()
        ]
        self.tracker.handle_poll(tasks, [], asked=self.now, now=self.now)

    def show(self, name: str, *, ended: bool = False) -> None:
        """Notify that an activity names a task, or that it has ended."""
        activity = Activity(
            uuid=name, type="butler", title=name, subtitle=None, progress=5
        )
        change = ActivityChange.ENDED if ended else ActivityChange.UPDATED
        notification = ActivityNotification(change=change, activity=activity)
        self.tracker.handle_notification(notification, self.now)

    def run(self, name: str, began: float, ended: float) -> None:
        """Let the server run a task on its own."""
        self.at(began)
        self.show(name)
        self.at(ended)
        self.show(name, ended=True)

    def start(self, name: str, *, already: bool = False, sent: float = 0) -> None:
        """Accept a start, which was sent some seconds before."""
        moment = self.now.plus(-sent)
        self.tracker.handle_started(name, self.now, already=already, sent=moment)

    def restart(self) -> None:
        """Restart Home Assistant, and poll."""
        self.tracker = Tracker(self.tracker.memory(self.now), self.now)
        self.poll()

    def between(self, start: float, end: float) -> list[EndedRun]:
        """Return the runs of a period, in seconds."""
        return self.tracker.runs_between(
            NOON + timedelta(seconds=start), NOON + timedelta(seconds=end)
        )

    def lines(self) -> list[str]:
        """Return all runs as "start-end task outcome evidence starter duration"."""
        return list(self._lines())

    def _lines(self) -> Iterator[str]:
        for run in self.between(-1000 * DAY, 1000 * DAY):
            began = run.started and (run.started - NOON).total_seconds()
            ended = (run.ended - NOON).total_seconds()
            yield (
                f"{'?' if began is None else f'{began:g}'}-{ended:g} {run.task}"
                f" {run.outcome} {run.evidence} {run.started_by}"
                f" {'?' if run.duration is None else f'{run.duration:g}'}"
            )


@pytest.fixture
def server() -> Server:
    """Return a server that was idle at the first poll."""
    return Server()


def test_ends(server: Server) -> None:
    """Each end of a run is recorded: when it was, how it's known, and who started it."""
    server.run(BACKUP, 10, 30)
    server.at(40)
    server.start(OPTIMIZE)
    server.at(50)
    server.tracker.handle_stopped(OPTIMIZE, server.now)
    server.at(60)
    server.start(BACKUP)
    server.at(130)
    server.start(OPTIMIZE, already=True)
    server.at(1000)
    assert server.lines() == [
        f"10-30 {BACKUP} finished named server 20",
        f"40-50 {OPTIMIZE} stopped command home_assistant 10",
        f"60-120 {BACKUP} unconfirmed command home_assistant ?",
        f"?-730 {OPTIMIZE} unconfirmed command server ?",
    ]


def test_end_that_is_dated_back(server: Server) -> None:
    """A run that ended a while ago is recorded as of then."""
    server.at(10)
    server.start(BACKUP)
    server.at(11)
    server.show(OPTIMIZE.removesuffix("Database"))
    server.at(15)
    server.show(OPTIMIZE.removesuffix("Database"), ended=True)
    server.at(100)
    assert server.lines() == [f"10-15 {BACKUP} finished command home_assistant 5"]


def test_queued_starts(server: Server) -> None:
    """The end of a start that waited for its turn is recorded too, without a start."""
    server.tracker.handle_window(Window(start=12, end=13, zone=UTC), server.now)
    server.at(10)
    server.start(CREDITS)
    server.at(20)
    server.tracker.handle_stopped(CREDITS, server.now)
    server.at(30)
    server.start(CREDITS)
    server.at(4000)
    assert server.lines() == [
        f"?-20 {CREDITS} stopped command home_assistant ?",
        f"?-3600 {CREDITS} unconfirmed command home_assistant ?",
    ]


@pytest.mark.parametrize("already", [False, True])
def test_run_that_ended_before_the_answer(server: Server, already: bool) -> None:
    """Who started a run is corrected once the start that it results from is answered."""
    server.run(BACKUP, 5, 6)
    server.run(BACKUP, 10, 11)
    server.at(12)
    server.tracker.pop_changed()
    server.start(BACKUP, already=already, sent=3)
    assert server.tracker.pop_changed()
    assert server.lines() == [
        f"5-6 {BACKUP} finished named server 1",
        f"10-11 {BACKUP} finished named home_assistant 1",
    ]


def test_answer_after_the_run_was_dropped(server: Server) -> None:
    """A run that results from a start may be gone already when that is answered."""
    server.run(BACKUP, 10, 11)
    server.offset = 100 * DAY
    server.run(OPTIMIZE, 12, 13)
    server.start(BACKUP, sent=4)
    (run,) = server.lines()
    assert OPTIMIZE in run


def test_title(server: Server) -> None:
    """A run keeps the title that its task had then."""
    server.run(BACKUP, 10, 20)
    server.titles[BACKUP] = "Save Database"
    server.poll()
    server.run(BACKUP, 30, 40)
    titles = [run.title for run in server.between(0, 100)]
    assert titles == ["Backup Database", "Save Database"]


def test_gone_task(server: Server) -> None:
    """Runs of a task that the server no longer lists stay, over restarts as well."""
    server.run(BACKUP, 10, 20)
    server.show(BACKUP)
    del server.titles[BACKUP]
    server.at(30)
    server.poll()
    server.restart()
    assert server.lines() == [
        f"10-20 {BACKUP} finished named server 10",
        f"20-30 {BACKUP} unconfirmed named server ?",
    ]


@pytest.mark.parametrize(
    ("start", "end", "found"),
    [
        pytest.param(0, 10, [], id="until the start"),
        pytest.param(0, 11, [BACKUP], id="beyond the start"),
        pytest.param(12, 13, [BACKUP], id="during the run"),
        pytest.param(10, 20, [BACKUP], id="the run"),
        pytest.param(19, 30, [BACKUP], id="the end"),
        pytest.param(20, 30, [], id="from the end"),
        pytest.param(25, 630, [], id="until an end without a start"),
        pytest.param(25, 631, [OPTIMIZE], id="beyond an end without a start"),
        pytest.param(630, 640, [OPTIMIZE], id="from an end without a start"),
        pytest.param(631, 640, [], id="after an end without a start"),
        pytest.param(0, 1000, [BACKUP, OPTIMIZE], id="all"),
        pytest.param(1000, 0, [], id="backwards"),
    ],
)
def test_overlap(server: Server, start: float, end: float, found: list[str]) -> None:
    """A run counts if it overlaps a period; without a known start, if its end is in it."""
    server.run(BACKUP, 10, 20)
    server.at(30)
    server.start(OPTIMIZE, already=True)
    server.at(700)
    assert [run.task for run in server.between(start, end)] == found


def test_order(server: Server) -> None:
    """Runs are in the order in which they began."""
    server.at(10)
    server.show(BACKUP)
    server.run(OPTIMIZE, 20, 30)
    server.run(CREDITS, 30, 40)
    server.at(50)
    server.show(BACKUP, ended=True)
    tasks = [run.task for run in server.between(0, 100)]
    assert tasks == [BACKUP, OPTIMIZE, CREDITS]


def test_last_of_a_task(server: Server) -> None:
    """The last 50 runs of each task are kept."""
    server.run(OPTIMIZE, 1, 2)
    for number in range(60):
        server.run(BACKUP, 10 + number, 10.5 + number)
    ended = [run.ended for run in server.between(0, 100) if run.task == BACKUP]
    assert ended == [NOON + timedelta(seconds=20.5 + number) for number in range(50)]
    assert len(server.between(0, 100)) == 51
    assert len(server.tracker.memory(server.now).history[BACKUP]) == 50


def test_too_old_when_read(server: Server) -> None:
    """A run isn't returned any more 90 days after its end."""
    server.run(BACKUP, 10, 20)
    server.at(90 * DAY + 20)
    assert server.lines()
    server.at(90 * DAY + 21)
    assert not server.lines()


def test_too_old_when_recorded(server: Server) -> None:
    """Runs of all tasks that are too old are dropped when another one is recorded."""
    server.run(BACKUP, 10, 20)
    server.run(OPTIMIZE, 30, 40)
    server.run(OPTIMIZE, 50, 60)
    server.run(CREDITS, 90 * DAY + 30, 90 * DAY + 41)
    history = server.tracker.memory(server.now).history
    assert {name: len(runs) for name, runs in history.items()} == {
        OPTIMIZE: 1,
        CREDITS: 1,
    }


def test_too_old_when_loaded(server: Server) -> None:
    """Runs that are too old are dropped at a restart."""
    server.run(BACKUP, 10, 20)
    server.run(OPTIMIZE, 30, 40)
    server.seconds = 90 * DAY + 30
    server.restart()
    assert server.tracker.memory(server.now).history.keys() == {OPTIMIZE}


def test_too_many_tasks(server: Server) -> None:
    """Of the tasks that have run, the 1,000 whose last run is the latest are kept."""
    names = [f"Task{number}" for number in range(1001)]
    server.titles = {name: name for name in names}
    server.poll()
    for number, name in enumerate(names[:1000]):
        server.run(name, 10 + number, 10.5 + number)
    server.run(names[0], 2000, 2001)
    server.run(names[1000], 2010, 2011)
    history = server.tracker.memory(server.now).history
    assert history.keys() == {*names} - {names[1]}
    server.restart()
    server.titles["New"] = "New"
    server.poll()
    server.run("New", 2020, 2021)
    history = server.tracker.memory(server.now).history
    assert history.keys() == {*names[3:], names[0], "New"}


def test_too_many_tasks_when_loaded(server: Server) -> None:
    """Of too many tasks in a file, those whose last run is the latest are kept."""
    server.run(BACKUP, 10, 20)
    (run,) = server.between(0, 100)
    known = Memory(
        history={
            name: (
                EndedRun(
                    task=name,
                    title=name,
                    started=None,
                    ended=run.ended - timedelta(seconds=number),
                    duration=None,
                    outcome=run.outcome,
                    evidence=run.evidence,
                    started_by=run.started_by,
                ),
            )
            for number, name in enumerate(f"Task{number}" for number in range(1100))
        }
    )
    history = Tracker(known, server.now).memory(server.now).history
    assert history.keys() == {f"Task{number}" for number in range(1000)}


@pytest.mark.parametrize("offset", [-7200, -0.5, 7200, -40 * 365 * DAY, 50 * DAY])
def test_clock_set_during_a_run(server: Server, offset: float) -> None:
    """A change of the system clock lets no run end before it began."""
    server.at(10)
    server.show(BACKUP)
    server.at(12)
    server.start(OPTIMIZE)
    server.offset = offset
    server.at(40)
    server.show(BACKUP, ended=True)
    server.at(100)
    backup, optimize = sorted(
        server.between(-50 * 365 * DAY, 100 * DAY), key=lambda run: run.task
    )
    assert backup.started is not None
    assert backup.ended == NOON + timedelta(seconds=40 + offset)
    assert backup.duration == 30
    if offset < -30:
        assert backup.started == backup.ended - timedelta(seconds=30)
    assert backup.started <= backup.ended
    assert optimize.started is not None
    assert optimize.started <= optimize.ended
    server.restart()
    assert len(server.between(-50 * 365 * DAY, 100 * DAY)) == 2


def test_runs_of_the_future(server: Server) -> None:
    """Runs from before the clock was set back are kept, up to 50 of a task."""
    server.offset = 365 * DAY
    for number in range(10):
        server.run(BACKUP, 10 + number, 10.5 + number)
    server.offset = 0
    server.restart()
    for number in range(45):
        server.run(BACKUP, 100 + number, 100.5 + number)
    assert len(server.between(100, 200)) == 45
    assert len(server.between(364 * DAY, 366 * DAY)) == 5


def test_current_task(server: Server) -> None:
    """Of the tasks that run, the one that began last is the current one."""
    assert server.tracker.current_task is None
    server.at(10)
    server.start(OPTIMIZE, already=True)
    assert server.tracker.current_task == OPTIMIZE
    server.show(CREDITS)
    assert server.tracker.current_task == CREDITS
    server.at(20)
    server.show(BACKUP)
    assert server.tracker.current_task == BACKUP
    server.at(30)
    server.show(BACKUP, ended=True)
    assert server.tracker.current_task == CREDITS
    server.show(CREDITS, ended=True)
    assert server.tracker.current_task == OPTIMIZE
    server.tracker.handle_stopped(OPTIMIZE, server.now)
    assert server.tracker.current_task is None


@pytest.mark.parametrize("order", [(BACKUP, CREDITS), (CREDITS, BACKUP)])
def test_current_task_of_equal_starts(server: Server, order: tuple[str, str]) -> None:
    """Of tasks that began at the same time, the later one in the list is current."""
    server.at(10)
    for name in order:
        server.show(name)
    assert server.tracker.current_task == CREDITS


def test_current_task_is_not_queued(server: Server) -> None:
    """A task that waits for its turn isn't the current one."""
    server.tracker.handle_window(Window(start=12, end=13, zone=UTC), server.now)
    server.at(10)
    server.show(BACKUP)
    server.at(20)
    server.start(CREDITS)
    assert server.tracker.current_task == BACKUP
