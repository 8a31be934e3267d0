"""What the integration may cost at most. `scripts/bench --check` keeps it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from . import names
from .measure import Line


@dataclass(frozen=True, kw_only=True)
class Budget:
    """A limit of what was measured of a contender.

    A ratio is compared by its median. A value is compared by its lower quartile if it is
    a time, since whatever else the machine does only adds to it.
    """

    figure: str
    limit: float
    contender: str = names.PLEX_BUTLER
    is_ratio: bool = False

    def measured(self, lines: Iterable[Line]) -> tuple[Line, float] | None:
        """Return the line, and what is compared; None if it wasn't measured."""
        for line in lines:
            if line.figure == self.figure and line.contender == self.contender:
                if not self.is_ratio:
                    return line, line.value.low
                if line.ratio is not None:
                    return line, line.ratio.median
        return None


BUDGETS: Final = (
    Budget(figure=names.UNCHANGED, limit=1.10, is_ratio=True),
    Budget(figure=names.WITH_SETTINGS, limit=0.9, is_ratio=True),
    Budget(figure=names.ONE_CHANGED, limit=2.5, is_ratio=True),
    Budget(figure=names.POLL_WRITES, limit=0),
    Budget(figure=names.POLL_LINES, limit=0),
    Budget(figure=names.IDLE_REQUESTS, limit=26),
    Budget(figure=names.IDLE_HOUR, limit=1 / 4, is_ratio=True),
    Budget(figure=names.IDLE_REQUESTS, limit=250, contender=names.WITHOUT_PUSH),
    Budget(figure=names.PRESS_AFTER, limit=20),
    Budget(figure=names.PRESS_THREE, limit=20),
    Budget(figure=names.PRESS_IN_BURST, limit=20),
    Budget(figure=names.PER_FRAME, limit=2.5, is_ratio=True),
    Budget(figure=names.BURST_LONGEST, limit=3),
    Budget(
        figure=names.MANY_TASKS,
        limit=2.5,
        contender=names.tasks_name(names.MOST_TASKS),
        is_ratio=True,
    ),
    Budget(figure=names.IMPORT, limit=6, is_ratio=True),
    Budget(
        figure=names.SERVERS_LONGEST,
        limit=5,
        contender=names.servers_name(names.MOST_SERVERS),
    ),
    Budget(
        figure=names.MANY_SERVERS,
        limit=1.2,
        contender=names.servers_name(names.MOST_SERVERS),
        is_ratio=True,
    ),
)


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """Whether a budget was kept; `text` tells what was measured."""

    is_kept: bool
    text: str


def judge(lines: list[Line], budgets: Iterable[Budget] = BUDGETS) -> list[Verdict]:
    """Return a verdict for each budget. One that wasn't measured isn't kept."""
    return [_judge(lines, budget) for budget in budgets]


def _judge(lines: list[Line], budget: Budget) -> Verdict:
    limit = f"{budget.limit:.3g}"
    if (found := budget.measured(lines)) is None:
        text = f"{budget.figure}: not measured (budget {limit})"
        return Verdict(is_kept=False, text=text)
    line, measured = found
    unit = "×" if budget.is_ratio else line.unit
    value = f"{measured:.3g} {unit}".strip()
    text = f"{budget.figure}, {line.contender}: {value} (budget {limit})"
    return Verdict(is_kept=measured <= budget.limit, text=text)
