"""Set-up and reload."""

from ..contenders.butler import PlexButler
from ..contenders.rest import Rest
from ..measure import Line, Stopwatch, compare, milliseconds
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
                overhead, watch = home.overhead, Stopwatch()
                await contender.async_set_up(home)
                seconds = watch.seconds() - (home.overhead - overhead)
                if number:
                    set_up[contender.name].append(seconds)
                if isinstance(contender, PlexButler):
                    watch = Stopwatch()
                    entry_id = contender.entry.entry_id
                    assert await home.hass.config_entries.async_reload(entry_id)
                    reload[contender.name].append(watch.seconds())
    return [
        *compare(SET_UP, milliseconds(set_up), reference=Rest.name),
        *compare(RELOAD, milliseconds(reload)),
    ]
