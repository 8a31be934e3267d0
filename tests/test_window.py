"""The maintenance window in time zones whose clocks change."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise, permutations
from typing import Final
from zoneinfo import ZoneInfo

import pytest

from custom_components.plex_butler.butler.window import Window

BERLIN: Final = ZoneInfo("Europe/Berlin")
NEW_YORK: Final = ZoneInfo("America/New_York")
LORD_HOWE: Final = ZoneInfo("Australia/Lord_Howe")
KATHMANDU: Final = ZoneInfo("Asia/Kathmandu")
TROLL: Final = ZoneInfo("Antarctica/Troll")

QUARTER: Final = timedelta(minutes=15)
DAY: Final = timedelta(days=1)

# Days of 2026 on which clocks change, and one on which they don't.
DAYS: Final = [
    pytest.param(BERLIN, (3, 29), id="Berlin, 2:00 becomes 3:00"),
    pytest.param(BERLIN, (10, 25), id="Berlin, 3:00 becomes 2:00"),
    pytest.param(NEW_YORK, (3, 8), id="New York, 2:00 becomes 3:00"),
    pytest.param(NEW_YORK, (11, 1), id="New York, 2:00 becomes 1:00"),
    pytest.param(LORD_HOWE, (10, 4), id="Lord Howe, 2:00 becomes 2:30"),
    pytest.param(LORD_HOWE, (4, 5), id="Lord Howe, 2:00 becomes 1:30"),
    pytest.param(TROLL, (3, 29), id="Troll, 1:00 becomes 3:00"),
    pytest.param(TROLL, (10, 25), id="Troll, 3:00 becomes 1:00"),
    pytest.param(KATHMANDU, (6, 1), id="Kathmandu, 5:45 ahead"),
]


def _utc(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}+00:00")


@pytest.mark.parametrize(("zone", "day"), DAYS)
def test_against_the_clock(zone: ZoneInfo, day: tuple[int, int]) -> None:
    """Every window opens and closes when a clock on the wall says so."""
    first = datetime(2026, *day, tzinfo=zone).astimezone(UTC) - DAY
    times = [first + number * QUARTER for number in range(3 * 96)]
    for start, end in permutations(range(24), 2):
        window = Window(start=start, end=end, zone=zone)
        is_open = [window.contains(time) for time in times]
        changes = [
            time
            for time, (before, now) in zip(times[1:], pairwise(is_open), strict=True)
            if before is not now
        ]
        found = [window.next_change(first)]
        while found[-1] < changes[-1]:
            found.append(window.next_change(found[-1]))
        assert found == changes, (start, end)
        openings = changes[is_open[0] :: 2]
        assert window.opening(first) == openings[0]
        # A moment before the last opening, that is next; at it, no longer.
        moment = timedelta(microseconds=1)
        assert window.opening(openings[-1] - moment) == openings[-1]
        assert window.opening(openings[-1]) > openings[-1]
        periods = list(window.periods(changes[0], changes[-1]))
        assert all(one[1] < other[0] for one, other in pairwise(periods))
        assert {time for period in periods for time in period} >= set(changes[1:-1])


@pytest.mark.parametrize(
    ("zone", "hours", "time", "opens", "closes"),
    [
        pytest.param(
            *(BERLIN, (2, 5), "03-28T12:00", "03-29T01:00", "03-29T03:00"),
            id="hour that doesn't exist: opens at the change",
        ),
        pytest.param(
            *(BERLIN, (2, 3), "03-28T12:00", "03-30T00:00", "03-30T01:00"),
            id="only hour doesn't exist: opens on the next day",
        ),
        pytest.param(
            *(BERLIN, (23, 2), "03-28T12:00", "03-28T22:00", "03-29T01:00"),
            id="closes at an hour that doesn't exist",
        ),
        pytest.param(
            *(BERLIN, (2, 5), "10-24T12:00", "10-25T00:00", "10-25T04:00"),
            id="hour that comes twice: opens at the first",
        ),
        pytest.param(
            *(BERLIN, (2, 3), "10-24T12:00", "10-25T00:00", "10-25T02:00"),
            id="only hour comes twice: open for two hours",
        ),
        pytest.param(
            *(BERLIN, (23, 2), "10-24T12:00", "10-24T21:00", "10-25T00:00"),
            id="closes at an hour that comes twice: at the first",
        ),
        pytest.param(
            *(NEW_YORK, (2, 5), "03-07T12:00", "03-08T07:00", "03-08T09:00"),
            id="New York in spring",
        ),
        pytest.param(
            *(NEW_YORK, (1, 5), "10-31T12:00", "11-01T05:00", "11-01T10:00"),
            id="New York in fall",
        ),
        pytest.param(
            *(LORD_HOWE, (2, 5), "10-03T12:00", "10-03T15:30", "10-03T18:00"),
            id="half an hour that doesn't exist",
        ),
        pytest.param(
            *(LORD_HOWE, (1, 2), "04-04T12:00", "04-04T14:00", "04-04T15:30"),
            id="half an hour that comes twice",
        ),
        pytest.param(
            *(TROLL, (2, 5), "10-24T12:00", "10-25T00:00", "10-25T01:00"),
            id="clocks go back out of the window",
        ),
        pytest.param(
            *(BERLIN, (22, 4), "06-01T20:00", "06-02T20:00", "06-03T02:00"),
            id="strictly after",
        ),
        pytest.param(
            *(BERLIN, (22, 4), "06-01T23:10", "06-02T20:00", "06-03T02:00"),
            id="while it is open",
        ),
    ],
)
def test_opening(
    zone: ZoneInfo, hours: tuple[int, int], time: str, opens: str, closes: str
) -> None:
    """A window opens and closes at the right time, also where clocks change."""
    window = Window(start=hours[0], end=hours[1], zone=zone)
    opening = window.opening(_utc(time).astimezone(zone))
    assert opening == _utc(opens)
    assert opening.tzinfo is UTC
    assert next(window.periods(opening, opening + DAY)) == (opening, _utc(closes))


def test_periods_over_midnight() -> None:
    """A period that overlaps either end is among them; one that only touches isn't."""
    window = Window(start=22, end=4, zone=BERLIN)
    nights = [
        (_utc("06-01T20:00"), _utc("06-02T02:00")),
        (_utc("06-02T20:00"), _utc("06-03T02:00")),
    ]
    assert list(window.periods(_utc("06-02T01:59"), _utc("06-02T20:01"))) == nights
    assert list(window.periods(_utc("06-02T01:59"), _utc("06-02T20:00"))) == nights[:1]
    assert list(window.periods(_utc("06-02T02:00"), _utc("06-02T20:01"))) == nights[1:]
    assert not list(window.periods(_utc("06-02T02:00"), _utc("06-02T20:00")))
    assert not list(window.periods(_utc("06-03T12:00"), _utc("06-01T12:00")))


@pytest.mark.parametrize("zone", [BERLIN, NEW_YORK, LORD_HOWE])
def test_periods_of_a_year(zone: ZoneInfo) -> None:
    """There is one period a day, whatever the clocks do; 366 at most."""
    window = Window(start=2, end=5, zone=zone)
    start = datetime(2026, 1, 1, tzinfo=zone)
    year = list(window.periods(start, datetime(2027, 1, 1, tzinfo=zone)))
    dates = [opens.astimezone(zone).date() for opens, _ in year]
    assert dates == [(start + number * DAY).date() for number in range(365)]
    longer = list(window.periods(start, start + 10_000 * DAY))
    assert len(longer) == 366
    assert longer[:365] == year
