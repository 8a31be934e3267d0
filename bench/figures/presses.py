"""How long it takes from a press of a button to the state that follows from it.

It's the time that passes for a person whose machine has nothing else to do: the CPU time
of this process, and each timer that it waits for. The time that the server takes isn't
included, because a real server takes another.
"""

import asyncio
from collections.abc import Sequence
from typing import Final

from homeassistant.components.button.const import DOMAIN as BUTTON, SERVICE_PRESS
from homeassistant.const import ATTR_ENTITY_ID, EVENT_STATE_CHANGED
from homeassistant.core import Event, EventStateChangedData, callback

from ..contenders.butler import PlexButler
from ..home import Home
from ..measure import Line, compare
from ..names import PRESS, PRESS_AFTER, PRESS_IN_BURST, PRESS_THREE
from ..run import Run
from .bursts import FRAMES

TASKS: Final = ("backup_database", "optimize_database", "clean_old_bundles")
LATER: Final = 700
"""Seconds after which nothing is remembered of a start."""


async def measure(run: Run) -> list[Line]:
    """Measure presses."""
    alone, after, three, in_burst = [], [], [], []
    async with run.home() as home:
        await PlexButler().async_set_up(home)
        for _ in range(run.rounds):
            alone.append(await _measure_presses(home, TASKS[:1]))
            after.append(await _measure_presses(home, TASKS[:1], first=TASKS[1]))
            three.append(await _measure_presses(home, TASKS))
            in_burst.append(await _measure_presses(home, TASKS[:1], is_burst=True))
    figures = {
        PRESS: alone,
        PRESS_AFTER: after,
        PRESS_THREE: three,
        PRESS_IN_BURST: in_burst,
    }
    return [
        line
        for figure, times in figures.items()
        for line in compare(figure, {PlexButler.name: times})
    ]


async def _measure_presses(
    home: Home,
    tasks: Sequence[str],
    *,
    first: str | None = None,
    is_burst: bool = False,
) -> float:
    """Return after how many milliseconds the last task was shown as running.

    Another may be pressed first, or the notifications of a scan be there to be read.
    """
    with home.skipping():
        if first is not None:
            await _press(home, first)
        if is_burst:
            home.server.order("burst", frames=FRAMES)
        times = await asyncio.gather(*(_press(home, task) for task in tasks))
    if is_burst:
        await home.server.async_order("read")
    home.server.order("end")
    await home.skip(LATER)
    return max(times)


async def _press(home: Home, task: str) -> float:
    """Press a button; return after how many milliseconds its task is running."""
    shown: asyncio.Future[float] = home.hass.loop.create_future()

    @callback
    def handle_change(event: Event[EventStateChangedData]) -> None:
        state = event.data["new_state"]
        if state is not None and not shown.done() and state.state == "running":
            if event.data["entity_id"] == f"sensor.tower_{task}":
                shown.set_result(home.elapsed)

    stop = home.hass.bus.async_listen(EVENT_STATE_CHANGED, handle_change)
    begin = home.elapsed
    await home.hass.services.async_call(
        BUTTON,
        SERVICE_PRESS,
        {ATTR_ENTITY_ID: f"button.tower_{task}_start"},
        blocking=True,
    )
    end = await shown
    stop()
    return (end - begin) * 1000
