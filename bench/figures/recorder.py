"""What the recorder stores in an idle day, and in a night of maintenance."""

from datetime import timedelta
from pathlib import Path
import sqlite3
from typing import Final

from homeassistant.components.recorder.const import DOMAIN
from homeassistant.helpers.recorder import async_initialize_recorder, get_instance
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util

from ..bodies import make_tasks
from ..contenders.butler import PlexButler
from ..home import Home
from ..measure import Line, compare
from ..names import IDLE_ROWS, NIGHT_ROWS
from ..run import Run

HOUR: Final = 3600

NOON: Final = 12
NIGHT: Final = 2
"""Hours of the clock: an idle day begins at noon, and the maintenance window at night."""

RUN: Final = 900
"""Seconds that each task runs at night."""

STEPS: Final = 45
"""Notifications of the progress of a run."""

TABLES: Final = {
    "states": "SELECT COUNT(*) FROM states",
    "attributes of states": "SELECT COUNT(*) FROM state_attributes",
    "events": """
        SELECT COUNT(*) FROM events JOIN event_types USING (event_type_id)
        WHERE event_types.event_type NOT LIKE 'recorder_%'
    """,
    "statistics": "SELECT COUNT(*) FROM statistics_short_term",
}
"""What is counted, each with its query; the recorder's own events aren't."""


async def measure(run: Run) -> list[Line]:
    """Count rows in a new database."""
    async with run.home() as home:
        file = Path(home.hass.config.path("bench.db"))
        async_initialize_recorder(home.hass)
        options = {"db_url": f"sqlite:///{file}"}
        assert await async_setup_component(home.hass, DOMAIN, {DOMAIN: options})
        await PlexButler().async_set_up(home)
        await _skip_to(home, NOON)
        before = await _count(home, file)
        await _skip_to(home, NOON)
        idle = await _count(home, file)
        await _skip_to(home, NIGHT)
        evening = await _count(home, file)
        await _work(home)
        night = await _count(home, file)
    return [
        *_lines(IDLE_ROWS, before, idle),
        *_lines(NIGHT_ROWS, evening, night),
    ]


async def _skip_to(home: Home, hour: int) -> None:
    """Let time pass until an hour of the clock, so that each run counts the same."""
    now = dt_util.now()
    until = now.replace(hour=hour, minute=0, second=0, microsecond=0)
    if until <= now:
        until += timedelta(days=1)
    while (left := (until - dt_util.now()).total_seconds()) > 0:
        await home.skip(min(left, HOUR))
        # The recorder's thread would fall behind.
        await get_instance(home.hass).async_block_till_done()


async def _work(home: Home) -> None:
    """Let all tasks run, one after the other."""
    for task in make_tasks(22):
        for step in range(STEPS):
            home.server.order("show", name=task.name, progress=step * 100 // STEPS)
            await home.skip(RUN / STEPS)
        home.server.order("end", names=[task.name])
        await home.skip(10)
        await get_instance(home.hass).async_block_till_done()


async def _count(home: Home, file: Path) -> dict[str, int]:
    """Return the number of rows of each table, once all are stored."""
    await get_instance(home.hass).async_block_till_done()
    with sqlite3.connect(file) as database:
        return {
            table: database.execute(query).fetchone()[0]
            for table, query in TABLES.items()
        }


def _lines(figure: str, before: dict[str, int], after: dict[str, int]) -> list[Line]:
    rows = {table: [float(after[table] - before[table])] for table in TABLES}
    return compare(figure, rows, unit="")
