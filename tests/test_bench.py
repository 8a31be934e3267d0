"""The benchmark: a budget that is broken, or a contender that is missing, fails it."""

from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from unittest.mock import patch

import pytest

from bench import names
from bench.__main__ import main
from bench.budgets import BUDGETS, Budget, judge
from bench.measure import Line, compare
from bench.report import KEPT, table, verdict_lines, write
from bench.versions import pinned_versions

RATIO = Budget(figure=names.UNCHANGED, limit=1.2, is_ratio=True)
VALUE = Budget(figure=names.UNCHANGED, limit=1.7)


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
