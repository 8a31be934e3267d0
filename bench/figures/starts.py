"""Set-up and reload."""

from ..contenders.butler import PlexButler
from ..contenders.rest import Rest
from ..measure import Line, compare, milliseconds
from ..names import RELOAD, SET_UP
from ..run import Run


async def measure(run: Run) -> list[Line]:
    """Measure set-ups, each in a new Home Assistant, and reloads."""
    set_up: dict[str, list[float]] = {PlexButler.name: [], Rest.name: []}
    reload: dict[str, list[float]] = {PlexButler.name: []}
    # The first time, what is imported counts as well.
    for number in range(3 if run.is_short else 5):
        for contender in (PlexButler(), Rest()):
            async with run.home() as home:
                work = await home.measure_work(contender.async_set_up(home))
                if number:
                    set_up[contender.name].append(work.seconds)
                if isinstance(contender, PlexButler):
                    entry_id = contender.entry.entry_id
                    loading = home.hass.config_entries.async_reload(entry_id)
                    work = await home.measure_work(loading)
                    reload[contender.name].append(work.seconds)
    return [
        *compare(SET_UP, milliseconds(set_up), reference=Rest.name),
        *compare(RELOAD, milliseconds(reload)),
    ]
