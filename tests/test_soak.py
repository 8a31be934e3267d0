"""A month in fast-forwarded time: nothing is left over, and nothing grows.

`scripts/test` runs it after everything else, since it takes a minute or two.
"""

import asyncio
from asyncio import Transport
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
import gc
import logging
import sys
from typing import Final

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.storage import Store
from homeassistant.util.async_ import get_scheduled_timer_handles

from .common import START, STATUS, Clock, press
from .simulator import NOTIFICATIONS, PlexSimulator, faults

PACKAGE: Final = "custom_components.plex_butler"

ROUNDS: Final = 100
POLLS: Final = 100
"""Rounds, each with a reload, and the polls in each."""

type Break = Callable[[PlexSimulator], Awaitable[None]]


def _answer(fault: faults.Handler) -> Break:
    async def begin(simulator: PlexSimulator) -> None:
        simulator.inject(fault)

    return begin


async def _stop(simulator: PlexSimulator) -> None:
    await simulator.stop()


async def _restart(simulator: PlexSimulator) -> None:
    await simulator.stop()
    await simulator.start()
    simulator.inject(faults.starting_up())


OUTAGES: Final[list[Break]] = [
    _answer(faults.cut_off()),
    _stop,
    _answer(faults.status(500)),
    _restart,
    _answer(faults.body(b"<html/>")),
    _answer(faults.garbage()),
    _answer(faults.status(401)),
    _answer(faults.flood(2 * 1024 * 1024)),
    _answer(faults.status(403)),
]


@dataclass(frozen=True, kw_only=True)
class Remains:
    """What exists of what has to be given back.

    `blocks` are blocks of memory, `objects` those of the integration.
    """

    tasks: int
    timers: int
    transports: int
    listeners: dict[str, int]
    objects: int
    blocks: int


def _remains(hass: HomeAssistant) -> Remains:
    gc.collect()
    everything = gc.get_objects()
    return Remains(
        tasks=len(asyncio.all_tasks()),
        timers=sum(
            not handle.cancelled() for handle in get_scheduled_timer_handles(hass.loop)
        ),
        transports=sum(
            isinstance(each, Transport) and not each.is_closing() for each in everything
        ),
        listeners={
            str(event): count for event, count in hass.bus.async_listeners().items()
        },
        objects=sum(
            type(each).__module__.startswith(PACKAGE)
            # The storage of Home Assistant's tests keeps each of its files.
            and not isinstance(each, Store)
            for each in everything
        ),
        blocks=sys.getallocatedblocks(),
    )


def _lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return what was logged since the last call, and forget it."""
    records = [
        record
        for record in caplog.records
        if record.name.startswith(PACKAGE) and record.levelno >= logging.INFO
    ]
    assert [record for record in records if record.exc_info] == []
    lines = [record.getMessage() for record in records]
    # pytest keeps each record a second time, and with it errors and all that they hold.
    for handler in logging.getLogger().handlers:
        if isinstance(handler, type(caplog.handler)):
            handler.clear()
    return lines


async def _poll(simulator: PlexSimulator, clock: Clock, count: int) -> None:
    """Let a number of polls pass, and forget the requests."""
    polls = 0
    while polls < count:
        await clock.tick(301)
        polls += sum(request.path == "/butler" for request in simulator.requests)
        simulator.requests.clear()


async def _run_task(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    await press(hass, START)
    await clock.tick(20)
    assert hass.states.is_state(STATUS, "running")
    simulator.butler.finish("BackupDatabase")
    await clock.tick(200)
    await clock.tick(200)
    assert hass.states.is_state(STATUS, "idle")


async def _survive(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    clock: Clock,
    caplog: pytest.LogCaptureFixture,
    begin: Break,
) -> None:
    """Go through an outage of which one line is logged when it begins, and one at its end."""
    _lines(caplog)
    await begin(simulator)
    for _ in range(4):
        await clock.next_poll()
    assert hass.states.is_state(STATUS, STATE_UNAVAILABLE)
    (line,) = _lines(caplog)
    assert line.startswith("Error fetching Tower data: ")
    simulator.heal()
    await simulator.stop()
    await simulator.start()
    for _ in range(2):
        await clock.next_poll()
    assert hass.states.is_state(STATUS, "idle")
    assert _lines(caplog) == ["Fetching Tower data recovered"]


@pytest.mark.soak
@pytest.mark.timeout(600)
async def test_soak(
    hass: HomeAssistant,
    config_entry: MockConfigEntry,
    simulator: PlexSimulator,
    clock: Clock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """10,000 polls, 100 reloads and 100 outages leave nothing behind."""
    hass.loop.set_debug(False)
    caplog.set_level(logging.INFO, PACKAGE)
    entry_id = config_entry.entry_id
    rounds = []
    for number in range(ROUNDS):
        assert await hass.config_entries.async_reload(entry_id)
        await hass.async_block_till_done()
        assert config_entry.state is ConfigEntryState.LOADED
        await _run_task(hass, simulator, clock)
        await _poll(simulator, clock, POLLS)
        await _survive(hass, simulator, clock, caplog, OUTAGES[number % len(OUTAGES)])
        assert hass.config_entries.flow.async_progress() == []
        rounds.append(_remains(hass))

    # Of a task, 50 runs are kept.
    settled, last = rounds[6 * ROUNDS // 10 : 7 * ROUNDS // 10], rounds[-ROUNDS // 10 :]
    for field in ("tasks", "timers", "transports", "objects"):
        at_most = max(getattr(each, field) for each in settled)
        assert max(getattr(each, field) for each in last) <= at_most, field
    assert last[-1].listeners == settled[0].listeners
    # Home Assistant and pytest keep some things themselves.
    assert last[-1].blocks < settled[0].blocks * 1.02
    devices, entities = dr.async_get(hass), er.async_get(hass)
    assert len(dr.async_child_entries_for_config_entry(devices, entry_id)) == len(
        simulator.butler.tasks
    )
    assert len(er.async_entries_for_config_entry(entities, entry_id)) < 1000


async def _load_and_unload(
    hass: HomeAssistant, entry: MockConfigEntry, simulator: PlexSimulator, clock: Clock
) -> None:
    """Set up an entry, break its websocket, and unload it."""
    assert await hass.config_entries.async_setup(entry.entry_id)
    await clock.next_poll()
    assert simulator.notifications.listeners == 1
    simulator.inject(faults.cut_off(), path=NOTIFICATIONS)
    await simulator.notifications.close()
    await clock.next_poll()
    simulator.heal()
    assert await hass.config_entries.async_unload(entry.entry_id)
    # Home Assistant keeps connections open for some seconds.
    await clock.next_poll()
    assert simulator.notifications.listeners == 0


@pytest.mark.soak
async def test_nothing_left_after_unload(
    hass: HomeAssistant,
    config_entry: MockConfigEntry,
    simulator: PlexSimulator,
    clock: Clock,
) -> None:
    """An entry that is unloaded leaves no task, timer, connection or listener."""
    # The first time, Home Assistant sets up the platforms, which stay.
    await _load_and_unload(hass, config_entry, simulator, clock)
    before = _remains(hass)
    await _load_and_unload(hass, config_entry, simulator, clock)
    after = _remains(hass)
    assert after.tasks == before.tasks
    assert after.timers == before.timers
    assert after.transports == before.transports
    assert after.listeners == before.listeners
