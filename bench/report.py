"""The results: on the terminal, and in docs/performance.md."""

from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Final

from .budgets import Verdict
from .measure import Line, Quartiles
from .plex import ROOT
from .versions import machine, shown_versions

DOCUMENT: Final = ROOT / "docs/performance.md"
KEPT: Final = "## What can't be reached"
"""The first heading of what people write: all before it is made by `--write`."""

HEAD: Final = """\
# Performance

What Plex Butler costs, measured beside what people would use instead. `scripts/bench` \
measures it, and `scripts/bench --write` writes this page, except for its last section.

All contenders poll the same server, with 22 tasks and 170 settings. Within a round, they \
take turns in random order. In its turn, a contender polls several times in a row, and \
the lower quartile counts. So the caches of the processor are warm. After half a minute \
they are cold, and each poll takes two to three times as long, whoever's it is. Each \
value is the median of several rounds, with its quartiles. A ratio compares a contender \
with the one that has 1, in the same round.

Times are CPU time, which includes everything that Home Assistant does for a contender. \
The time from a press to its state also includes each timer that is waited for, but not \
the time of the server. An idle hour is that of a Home Assistant with the contender, \
less that of one without. An import is measured with its bytecode, in a process that has \
imported what a Home Assistant that has started has imported.

A burst is 1,556 notifications, as of the scan of a library, which all wait to be read. \
The recorder's rows are those that a day and a night add. In that night, 22 tasks run one \
after the other, each for 15 minutes, in which its progress changes every 20 seconds.
"""


def table(lines: list[Line]) -> Iterator[str]:
    """Yield the lines of the table for a terminal."""
    width = max(len(line.contender) for line in lines) + 2
    for figure, group in groupby(lines, key=lambda line: line.figure):
        yield figure
        for line in group:
            cells = f"  {line.contender:<{width}}{_value(line):>28}{_ratio(line):>24}"
            yield cells.rstrip()


def verdict_lines(verdicts: list[Verdict]) -> Iterator[str]:
    """Yield a line for each budget."""
    for verdict in verdicts:
        yield f"{'kept  ' if verdict.is_kept else 'BROKEN'}  {verdict.text}"


def write(
    lines: list[Line], verdicts: list[Verdict], document: Path = DOCUMENT
) -> None:
    """Write the page, and keep what people wrote at its end."""
    kept = KEPT
    if document.exists():
        _, heading, rest = document.read_text(encoding="utf-8").partition(KEPT)
        kept = heading + rest
    document.write_text(
        "\n".join(_page(lines, verdicts)) + f"\n{kept.rstrip()}\n", encoding="utf-8"
    )


def _page(lines: list[Line], verdicts: list[Verdict]) -> Iterator[str]:
    yield HEAD
    yield f"Measured on {datetime.now().astimezone():%B %-d, %Y}: {machine()}."
    yield ""
    yield ", ".join(f"{name} {found}" for name, found in shown_versions().items()) + "."
    yield "\n## Budgets\n"
    yield "`scripts/bench --check` fails if one of them is broken.\n"
    yield "| budget | kept |\n|---|---|"
    for verdict in verdicts:
        yield f"| {verdict.text} | {'yes' if verdict.is_kept else 'no'} |"
    yield "\n## Figures\n"
    yield "| figure | contender | value | ratio |\n|---|---|--:|--:|"
    for line in lines:
        yield f"| {line.figure} | {line.contender} | {_value(line)} | {_ratio(line)} |"
    yield ""


def _value(line: Line) -> str:
    return f"{_spread(line.value)} {line.unit}".strip()


def _ratio(line: Line) -> str:
    return _spread(line.ratio) if line.ratio is not None else ""


def _spread(value: Quartiles) -> str:
    if value.low == value.high:
        return _number(value.median)
    return f"{_number(value.median)} ({_number(value.low)}–{_number(value.high)})"


def _number(number: float) -> str:
    digits = 0 if number >= 100 or number == int(number) else 3 if number < 1 else 2
    return f"{number:,.{digits}f}"
