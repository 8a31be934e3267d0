"""The tracker and a second reading of the same rules agree on any history of a server."""

from dataclasses import replace
from datetime import UTC, datetime
import pickle

from hypothesis import HealthCheck, given, settings
import pytest

from .oracle import OEvent, Oracle, ORow, OTask
from .strategies import History, histories
from .tracker_driver import TrackerDriver

NOON = datetime(2026, 10, 1, 12, tzinfo=UTC)

# The same histories each time: what fails has to be a change's fault.
GIVEN = settings(
    max_examples=2000,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)


def _without_times(events: list[OEvent]) -> list[OEvent]:
    """Return events without when something was given up.

    In a restart that was when it was due, or when it was noticed.
    """
    return [
        replace(event, time=NOON) if event.type == "unconfirmed" else event
        for event in events
    ]


@pytest.mark.timeout(300)
@GIVEN
@given(histories())
def test_tracker_and_oracle_agree(history: History) -> None:
    """Both tell the same events and states, whatever happens in whatever order."""
    tracker = TrackerDriver(history.window, history.base)
    oracle = Oracle(history.window, history.base)
    told: list[OEvent] = []
    expected: list[OEvent] = []
    is_restarting = False
    for number, step in enumerate(history.steps):
        context = number, step
        told += step.apply(tracker)
        expected += step.apply(oracle)
        if not tracker.tracker.tasks:
            # After a restart, the tracker waits for the first poll.
            is_restarting = True
            continue
        if is_restarting:
            told, expected = _without_times(told), _without_times(expected)
            is_restarting = False
        assert (context, told) == (context, expected)
        told, expected = [], []
        for name in oracle.tasks:
            shown = tracker.state(name), oracle.state(name)
            assert (context, name, shown[0]) == (context, name, shown[1])


def _task(number: int) -> OTask:
    return OTask(f"Task{number}", f"Task number {number}")


def _named(task: OTask) -> ORow:
    return ORow(task.name, "butler", "Butler", task.title, 5)


def test_changing_tasks_leave_no_more_than_the_last() -> None:
    """Of 3,000 tasks that come and go, the last runs of 1,000 are kept, and no run."""
    driver = TrackerDriver((2, 5), NOON)
    for number in range(3000):
        task = _task(number)
        now = float(number * 10)
        driver.poll([task], [], now, now)
        driver.started(task.name, now, now, False)
        driver.frame("started", _named(task), now + 1)
        driver.frame("ended", _named(task), now + 2)
    driver.poll([_task(0)], [], 30000, 30000)
    memory = driver.memory()
    assert list(memory.last_runs) == [f"Task{number}" for number in range(2000, 3000)]
    assert not (memory.runs or memory.queued or memory.remembered)


def test_activities_that_have_ended_leave_nothing() -> None:
    """Frames of activities that begin and end leave nothing behind, however many."""
    driver = TrackerDriver((2, 5), NOON)
    driver.poll([_task(0)], [], 0, 0)
    sizes = []
    for first, last in ((0, 1), (1, 20_000), (99_999, 100_000)):
        for number in range(first, last):
            row = ORow(f"row{number:06}", "library.update.section", "Scanning", "Films")
            driver.frame("started", row, number / 100)
            driver.frame("ended", row, number / 100)
        sizes.append(len(pickle.dumps(driver.tracker)))
    few, many, later = sizes
    assert many < few + 100_000
    # Not each time has the same length.
    assert abs(later - few) < 10


def test_oldest_of_too_many_activities_go() -> None:
    """Of 5,000 activities that never end, the last 500 count."""
    driver = TrackerDriver((2, 5), NOON)
    tasks = [_task(number) for number in range(1000)]
    driver.poll(tasks, [], 0, 0)
    for number in range(5000):
        driver.frame("started", ORow(f"x{number}", "other", "x", None, 5), 1)
    for task in tasks:
        driver.frame("started", _named(task), 2)
    running = [
        task.name for task in tasks if driver.state(task.name).status == "running"
    ]
    assert running == [task.name for task in tasks[500:]]
