"""Fixtures: a server that a fault can break, and Home Assistant with it."""

import asyncio
from collections.abc import AsyncGenerator
from importlib import import_module
from typing import Any

from aiohttp.resolver import AsyncResolver
from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
import trustme
from yarl import URL

from custom_components.plex_butler import PLATFORMS
from homeassistant.const import CONF_TOKEN, CONF_URL, CONF_VERIFY_SSL
from homeassistant.core import HomeAssistant

from ..leaks import Leaks
from ..simulator import PlexSimulator
from .site import Certificates, Names, Site
from .table import Fault
from .world import FaultClock, World

# Home Assistant would import them in a thread, which frozen time doesn't wait for.
for platform in PLATFORMS:
    import_module(f"custom_components.plex_butler.{platform}")


@pytest.fixture
async def site(
    socket_enabled: None,
    fault: Fault,
    authority: trustme.CA,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncGenerator[Site]:
    """Serve a simulated Plex Media Server in the way that the fault needs."""
    # In debug mode, a handshake that fails is an error of the test, and everything takes
    # twice as long.
    asyncio.get_running_loop().set_debug(False)
    certificates = Certificates(authority) if fault.is_secure else None
    names = Names()
    monkeypatch.setattr(AsyncResolver, "resolve", staticmethod(names.resolve))
    async with PlexSimulator(
        ssl_context=certificates.context if certificates else None
    ) as simulator:
        site = Site(simulator, names, certificates)
        yield site
        await site.release()


@pytest.fixture
def simulator(site: Site) -> PlexSimulator:
    """Return the simulated server."""
    return site.simulator


@pytest.fixture
def entry_data(simulator: PlexSimulator, fault: Fault) -> dict[str, Any]:
    """Return the data of the simulated server's config entry."""
    return {
        CONF_URL: str(URL(simulator.url).with_host(fault.host)),
        CONF_TOKEN: simulator.owner_token,
        CONF_VERIFY_SSL: True,
    }


@pytest.fixture
def clock(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, simulator: PlexSimulator
) -> FaultClock:
    """Return the frozen time."""
    return FaultClock(hass, freezer, simulator)


@pytest.fixture
async def world(
    hass: HomeAssistant,
    site: Site,
    fault: Fault,
    clock: FaultClock,
    config_entry: MockConfigEntry,
    caplog: pytest.LogCaptureFixture,
) -> AsyncGenerator[World]:
    """Return everything that a test of a fault needs, with the server not set up.

    Whatever the fault, in the end no token has come to light or gone elsewhere, and the
    config entry can be unloaded.
    """
    leaks = Leaks(hass, caplog, site.simulator)
    world = World(hass, site, clock, config_entry, leaks, caplog)
    yield world
    await world.close()
    assert leaks.find(site.simulator.owner_token) == []
    assert world.misdirected_requests() == []
