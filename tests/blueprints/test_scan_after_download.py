"""Tests of the blueprint that scans the libraries after downloads."""

from typing import Any, Final

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component

from ..common import Clock
from ..simulator import PlexSimulator, faults
from .common import Person, add_namesake

BLUEPRINT: Final = "scan_after_download"
SCAN: Final = ("POST", "/butler/RefreshLibraries")


class Downloads:
    """A download client, whose event is the trigger that the person chose."""

    def __init__(self, hass: HomeAssistant, clock: Clock) -> None:
        """Initialize the client."""
        self._hass = hass
        self._clock = clock

    async def finish(self, name: str = "Film") -> None:
        """Finish a download."""
        self._hass.bus.async_fire("download_finished", {"name": name})
        await self._clock.settle()


@pytest.fixture
def downloads(hass: HomeAssistant, clock: Clock) -> Downloads:
    """Return the download client."""
    return Downloads(hass, clock)


@pytest.fixture
async def inputs(hass: HomeAssistant, setup_entry: MockConfigEntry) -> dict[str, Any]:
    """Return the least that the form asks for, with the server set up."""
    assert await async_setup_component(hass, "homeassistant", {})
    return {
        "downloads": [{"trigger": "event", "event_type": "download_finished"}],
        "server": setup_entry.entry_id,
    }


async def _pass(clock: Clock, minutes: float) -> None:
    """Let minutes pass, half a minute at a time."""
    for _ in range(int(minutes * 2)):
        await clock.tick(30)


async def test_many_downloads(
    person: Person,
    simulator: PlexSimulator,
    clock: Clock,
    downloads: Downloads,
    inputs: dict[str, Any],
) -> None:
    """Ten downloads are one scan, 5 minutes after the last one; the next is another."""
    await person.make(BLUEPRINT, **inputs)
    for _ in range(10):
        await downloads.finish()
        await _pass(clock, 2)
    await _pass(clock, 2.5)
    assert simulator.commands() == []
    await _pass(clock, 0.5)
    assert simulator.commands() == [SCAN]
    simulator.butler.finish("RefreshLibraries")
    await downloads.finish()
    await _pass(clock, 5)
    assert simulator.commands() == [SCAN, SCAN]


async def test_steady_downloads(
    person: Person,
    simulator: PlexSimulator,
    clock: Clock,
    downloads: Downloads,
    inputs: dict[str, Any],
) -> None:
    """Downloads that don't end are scanned after the longest wait."""
    await person.make(BLUEPRINT, **inputs, quiet_time=10, longest_wait=25)
    for minutes, scans in ((0, 0), (8, 0), (16, 0), (24, 0), (32, 1), (40, 1), (48, 1)):
        assert len(simulator.commands()) == scans, minutes
        await downloads.finish()
        await _pass(clock, 8)
        simulator.butler.stop("RefreshLibraries")
    # The download after the scan began another wait, of which 25 minutes have passed.
    assert simulator.commands() == [SCAN]
    await _pass(clock, 1)
    assert simulator.commands() == [SCAN, SCAN]


async def test_at_once(
    person: Person,
    simulator: PlexSimulator,
    downloads: Downloads,
    inputs: dict[str, Any],
) -> None:
    """Without a wait, and with another task, that task starts at once."""
    await person.make(BLUEPRINT, **inputs, quiet_time=0, task="RefreshLocalMedia")
    await downloads.finish()
    assert simulator.commands() == [("POST", "/butler/RefreshLocalMedia")]


async def test_download_during_a_scan(
    person: Person,
    simulator: PlexSimulator,
    clock: Clock,
    downloads: Downloads,
    inputs: dict[str, Any],
) -> None:
    """If a scan is running, another follows its end, and no further one."""
    await person.make(BLUEPRINT, **inputs)
    simulator.butler.start("RefreshLibraries")
    await clock.tick(10)
    await downloads.finish()
    await _pass(clock, 5)
    # The first request was answered that it runs already, the second one waits.
    assert simulator.commands() == [SCAN, SCAN]
    await downloads.finish()
    await _pass(clock, 20)
    assert simulator.commands() == [SCAN, SCAN]
    simulator.butler.finish("RefreshLibraries")
    await _pass(clock, 3)
    assert simulator.commands() == [SCAN, SCAN, SCAN]
    assert simulator.butler.running == ["RefreshLibraries"]
    simulator.butler.finish("RefreshLibraries")
    await _pass(clock, 60)
    assert simulator.commands() == [SCAN, SCAN, SCAN]


async def test_scan_that_never_ends(
    hass: HomeAssistant,
    person: Person,
    simulator: PlexSimulator,
    clock: Clock,
    downloads: Downloads,
    inputs: dict[str, Any],
) -> None:
    """A running scan is waited for no longer than 6 hours."""
    entity_id = await person.make(BLUEPRINT, **inputs)
    simulator.butler.start("RefreshLibraries")
    await clock.tick(10)
    await downloads.finish()
    await _pass(clock, 6)
    for _ in range(73):
        await clock.tick(300)
    state = hass.states.get(entity_id)
    assert state and state.attributes["current"] == 0
    assert simulator.commands() == [SCAN, SCAN]


async def test_scan_that_is_stopped(
    person: Person,
    simulator: PlexSimulator,
    hass: HomeAssistant,
    clock: Clock,
    downloads: Downloads,
    inputs: dict[str, Any],
) -> None:
    """A running scan that a person stops isn't started again."""
    await person.make(BLUEPRINT, **inputs)
    simulator.butler.start("RefreshLibraries")
    await clock.tick(10)
    await downloads.finish()
    await _pass(clock, 5)
    await hass.services.async_call(
        "plex_butler", "stop_task", {"task": "RefreshLibraries"}, blocking=True
    )
    await _pass(clock, 60)
    assert simulator.commands() == [
        SCAN,
        SCAN,
        ("DELETE", "/butler/RefreshLibraries"),
    ]


async def test_restart_while_waiting(
    person: Person,
    simulator: PlexSimulator,
    clock: Clock,
    downloads: Downloads,
    setup_entry: MockConfigEntry,
    inputs: dict[str, Any],
) -> None:
    """A scan that waited at a restart follows it, and isn't repeated at the next one."""
    await person.make(BLUEPRINT, **inputs)
    # Without a download, a restart scans nothing.
    await person.restart(setup_entry)
    await _pass(clock, 10)
    assert simulator.commands() == []
    await downloads.finish()
    await _pass(clock, 2)
    await person.restart(setup_entry)
    await _pass(clock, 4.5)
    assert simulator.commands() == []
    await _pass(clock, 1)
    assert simulator.commands() == [SCAN]
    await person.restart(setup_entry)
    await _pass(clock, 10)
    assert simulator.commands() == [SCAN]


async def test_change_while_waiting(
    person: Person,
    simulator: PlexSimulator,
    clock: Clock,
    downloads: Downloads,
    inputs: dict[str, Any],
) -> None:
    """A scan that waits while the automation is changed isn't lost."""
    await person.make(BLUEPRINT, **inputs)
    await downloads.finish()
    await _pass(clock, 2)
    await person.make(BLUEPRINT, **inputs, quiet_time=3)
    await _pass(clock, 2.5)
    assert simulator.commands() == []
    await _pass(clock, 0.5)
    assert simulator.commands() == [SCAN]


@pytest.mark.parametrize("is_restarted", [False, True])
async def test_server_away(
    hass: HomeAssistant,
    person: Person,
    simulator: PlexSimulator,
    attic: PlexSimulator,
    clock: Clock,
    downloads: Downloads,
    setup_entry: MockConfigEntry,
    inputs: dict[str, Any],
    *,
    is_restarted: bool,
) -> None:
    """A scan that couldn't be started follows when the server is back.

    Another server of the same name is still there.
    """
    await add_namesake(hass, attic, setup_entry)
    await person.make(BLUEPRINT, **inputs)
    simulator.inject(faults.cut_off())
    await clock.next_poll()
    await downloads.finish()
    await _pass(clock, 6)
    assert simulator.commands() == []
    if is_restarted:
        await person.restart(setup_entry)
    simulator.heal()
    await _pass(clock, 10)
    await _pass(clock, 6)
    assert simulator.commands() == [SCAN]
    assert attic.commands() == []
    # Each loss that nothing was downloaded in is followed by nothing.
    simulator.inject(faults.cut_off())
    await clock.next_poll()
    simulator.heal()
    await _pass(clock, 20)
    assert simulator.commands() == [SCAN]
