"""CPU time, quartiles, and rounds in which contenders take turns."""

from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
import random
import statistics
import time
from typing import Final, Self

from .work import frozen_heap

type Action = Callable[[], Awaitable[None]]

SEED: Final = 22
"""The order of the contenders is random, but the same in each run."""


@dataclass(frozen=True, kw_only=True)
class Quartiles:
    """The spread of what several rounds measured."""

    low: float
    median: float
    high: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Self:
        """Return the quartiles of one or more values."""
        if len(values) == 1:
            return cls(low=values[0], median=values[0], high=values[0])
        low, median, high = statistics.quantiles(values, n=4, method="inclusive")
        return cls(low=low, median=median, high=high)


@dataclass(frozen=True, kw_only=True)
class Line:
    """What was measured of a contender.

    `ratio` compares it with the reference of the same round, None without a reference.
    """

    figure: str
    contender: str
    unit: str
    value: Quartiles
    ratio: Quartiles | None = None


WARM_UP: Final = 3
"""Acts of a contender that aren't measured, before those that are."""


class Stopwatch:
    """The CPU time of this process, with all of its threads."""

    def __init__(self) -> None:
        """Start the watch."""
        self._begin = time.process_time()

    def seconds(self) -> float:
        """Return the CPU time in seconds since the start."""
        return time.process_time() - self._begin


def _do_nothing() -> None:
    pass


async def cpu_times(
    acts: Mapping[str, Action],
    *,
    rounds: int,
    repeat: int,
    before_each: Callable[[], None] = _do_nothing,
) -> dict[str, list[float]]:
    """Return the CPU time in seconds that each contender takes in each round.

    Within a round, the contenders take turns in random order: each acts again and again,
    first to warm up, and the lower quartile of its times counts. What else the machine
    does only adds to a time, most of all if it fills the caches of the processor with
    something else.

    `before_each` precedes each act and isn't measured.
    """
    times: dict[str, list[float]] = {name: [] for name in acts}
    for order in shuffled(acts, rounds):
        with frozen_heap():
            for name in order:
                measured = []
                for _ in range(WARM_UP + repeat):
                    before_each()
                    watch = Stopwatch()
                    await acts[name]()
                    measured.append(watch.seconds())
                times[name].append(Quartiles.of(measured[WARM_UP:]).low)
    return times


def shuffled[ContenderT](
    contenders: Iterable[ContenderT], rounds: int
) -> Iterator[list[ContenderT]]:
    """Yield all contenders for each of several rounds, in random order."""
    order, everyone = random.Random(SEED), list(contenders)
    for _ in range(rounds):
        order.shuffle(everyone)
        yield list(everyone)


def compare(
    figure: str,
    values: Mapping[str, Sequence[float]],
    *,
    reference: str | None = None,
    unit: str = "ms",
) -> list[Line]:
    """Return a line for each contender, with its ratios to the reference."""
    return [
        Line(
            figure=figure,
            contender=name,
            unit=unit,
            value=Quartiles.of(measured),
            ratio=_ratios(measured, values[reference]) if reference else None,
        )
        for name, measured in values.items()
    ]


def milliseconds(times: Mapping[str, Sequence[float]]) -> dict[str, list[float]]:
    """Return times in seconds as milliseconds."""
    return {
        name: [seconds * 1000 for seconds in measured]
        for name, measured in times.items()
    }


def _ratios(measured: Sequence[float], reference: Sequence[float]) -> Quartiles:
    pairs = zip(measured, reference, strict=True)
    return Quartiles.of([value / base for value, base in pairs])
