"""The benchmark: a budget that is broken, or a contender that is missing, fails it."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version
from itertools import cycle, groupby
from pathlib import Path
import socket
import threading
from unittest.mock import patch

import pytest

from bench import names
from bench.__main__ import main
from bench.budgets import BUDGETS, Budget, judge
from bench.loop import MAX_JUMP, SkippingLoop
from bench.measure import WARM_UP, Action, Line, compare, cpu_times
from bench.report import KEPT, table, verdict_lines, write
from bench.versions import pinned_versions

RATIO = Budget(figure=names.UNCHANGED, limit=1.2, is_ratio=True)
VALUE = Budget(figure=names.UNCHANGED, limit=1.7)


class CpuTime:
    """CPU time that passes only where a test says so."""

    def __init__(self) -> None:
        """Initialize at zero."""
        self.seconds = 0.0

    def read(self) -> float:
        """Return the CPU time in seconds."""
        return self.seconds

    def use(self, seconds: float) -> None:
        """Use CPU time."""
        self.seconds += seconds


@pytest.fixture
def cpu() -> Iterator[CpuTime]:
    """Replace the CPU time of the process and its threads."""
    cpu = CpuTime()
    with patch("time.process_time", cpu.read), patch("time.thread_time", cpu.read):
        yield cpu


@pytest.fixture
def lines() -> list[Line]:
    """Return what three rounds measured, the last of them on a busy machine."""
    return compare(
        names.UNCHANGED,
        {"floor": [1.0, 2.0, 4.0], names.PLEX_BUTLER: [1.1, 2.2, 8.0]},
        reference="floor",
    )


def test_ratios_are_those_of_a_round(lines: list[Line]) -> None:
    """What the machine does besides changes the times of a round, but not its ratios."""
    butler = lines[1]
    assert (butler.value.low, butler.value.high) == pytest.approx((1.65, 5.1))
    assert butler.ratio is not None
    assert butler.ratio.median == pytest.approx(1.1)


def test_budgets_are_kept(lines: list[Line]) -> None:
    """A ratio is compared by its median, a time by its lower quartile."""
    assert [verdict.is_kept for verdict in judge(lines, [RATIO, VALUE])] == [True] * 2


@pytest.mark.parametrize("budget", [RATIO, VALUE])
def test_broken_budget(lines: list[Line], budget: Budget) -> None:
    """A budget that is broken isn't kept, and its line says what was measured."""
    [verdict] = judge(lines, [replace(budget, limit=1)])
    assert not verdict.is_kept
    assert "(budget 1)" in verdict.text
    assert list(verdict_lines([verdict])) == [f"BROKEN  {verdict.text}"]


def test_unmeasured_budgets(lines: list[Line]) -> None:
    """A budget of what wasn't measured isn't kept."""
    other = [line for line in lines if line.contender != names.PLEX_BUTLER]
    assert not any(verdict.is_kept for verdict in judge(other, BUDGETS))


@pytest.mark.parametrize("contender", pinned_versions())
@pytest.mark.parametrize("has_another_version", [True, False])
def test_missing_contender(contender: str, has_another_version: bool) -> None:
    """A contender that is missing, or has another version, ends the benchmark."""
    pinned = pinned_versions()

    def find(name: str) -> str:
        if name == contender and not has_another_version:
            raise PackageNotFoundError
        return "0.0" if name == contender else pinned.get(name) or version(name)

    with (
        patch("bench.versions.version", find),
        pytest.raises(SystemExit, match=f"{contender} has to be {pinned[contender]}"),
    ):
        main()


def test_report(lines: list[Line], tmp_path: Path) -> None:
    """The table and the page have every figure; what people wrote stays."""
    assert next(table(lines)) == names.UNCHANGED
    document = tmp_path / "performance.md"
    document.write_text(f"# Old figures\n\n{KEPT}\n\nThe speed of light.\n")
    with patch("bench.report.shown_versions", return_value={"Python": "3.14"}):
        write(lines, judge(lines, [RATIO]), document)
    text = document.read_text()
    assert "Old figures" not in text
    assert f"| {names.UNCHANGED} | floor |" in text
    assert text.endswith(f"{KEPT}\n\nThe speed of light.\n")


async def test_contenders_take_turns(cpu: CpuTime) -> None:
    """Each acts several times in its turn, of which the first and slow ones don't count."""
    log: list[str] = []

    def act(name: str, *seconds: float) -> Action:
        times = cycle(seconds)

        async def run() -> None:
            log.append(name)
            cpu.use(next(times))

        return run

    times = await cpu_times(
        {"one": act("one", *[9] * WARM_UP, 2, 1, 1, 1), "two": act("two", 0)},
        rounds=2,
        repeat=4,
        before_each=lambda: cpu.use(100),
    )
    turns = [name for name, _ in groupby(log)]
    assert len(log) == 4 * (WARM_UP + 4)
    assert turns in (
        ["one", "two"] * 2,
        ["two", "one"] * 2,
        ["one", "two", "one"],
        ["two", "one", "two"],
    )
    assert times == {"one": [1, 1], "two": [0, 0]}


def _run(act: Callable[[SkippingLoop], Coroutine[None, None, None]]) -> None:
    """Run something in an event loop that doesn't wait."""
    loop = SkippingLoop()
    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        runner.run(act(loop))


@pytest.mark.parametrize("late", [1, 5])
def test_clock_waits_for_answers(late: int) -> None:
    """A timeout isn't over while an answer is on its way, even if that comes late."""
    syncs = 0
    ours, server = socket.socketpair()
    ours.setblocking(False)

    def sync() -> None:
        nonlocal syncs
        syncs += 1
        if syncs == late:
            server.send(b"answer")

    async def ask(loop: SkippingLoop) -> None:
        loop.selector.sync = sync
        with loop.skipping():
            async with asyncio.timeout(600):
                assert await loop.sock_recv(ours, 10) == b"answer"

    with ours, server:
        _run(ask)
    assert syncs == late


def test_clock_waits_for_threads() -> None:
    """A timeout isn't over while a thread works for it."""
    is_waiting = threading.Event()

    async def work(loop: SkippingLoop) -> None:
        with loop.skipping():
            async with asyncio.timeout(600):
                waiting = loop.run_in_executor(None, is_waiting.wait)
                # Each iteration of the loop could move the clock on.
                for _ in range(9):
                    await asyncio.sleep(0)
                is_waiting.set()
                assert await waiting

    _run(work)


def test_idle_hour_is_short(cpu: CpuTime) -> None:
    """An hour passes in a few steps; a person on an idle machine waits for it."""

    async def idle(loop: SkippingLoop) -> None:
        syncs: list[None] = []
        loop.selector.sync = lambda: syncs.append(None)
        begin, begin_elapsed = loop.time(), loop.elapsed
        await loop.skip(3600)
        assert loop.time() - begin >= 3600
        assert loop.elapsed - begin_elapsed == pytest.approx(3600, abs=60)
        assert MAX_JUMP < len(syncs) < 20

    _run(idle)


def test_work_is_that_of_callbacks_and_threads(cpu: CpuTime) -> None:
    """What it takes to skip time isn't work, so it isn't included."""

    async def work(loop: SkippingLoop) -> None:
        loop.selector.sync = lambda: cpu.use(1000)
        with loop.measure_work() as done:
            loop.call_later(5, cpu.use, 2)
            loop.call_later(6, cpu.use, 3)
            await loop.skip(10)
            await loop.run_in_executor(None, cpu.use, 4)
        assert done.seconds == 9
        assert done.longest_callback == 3

    _run(work)
