"""Set-up and polls, against every fault."""

import logging

import pytest

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import STATE_UNAVAILABLE

from ..common import SCHEDULED, START, STATUS, STOP_ALL
from .table import FAULTS, Error, Fault
from .world import World, text_of

ISSUES = {Error.PERMISSION: {"not_owner"}, Error.CERTIFICATE: {"ssl_error"}}
"""Issues of a server that is polled."""


@pytest.mark.parametrize("fault", FAULTS, ids=str)
async def test_setup(world: World, fault: Fault) -> None:
    """Set-up is tried again, says why once, and succeeds once the server is well."""
    await fault.begin(world.site)
    setup = world.hass.config_entries.async_setup(world.entry.entry_id)
    assert not await world.clock.run(setup)
    assert world.entry.state is ConfigEntryState.SETUP_RETRY
    assert world.entry.error_reason_translation_key == fault.error
    assert world.reauth_flows() == 0
    assert text_of(fault).search(world.entry.reason or "")
    await world.clock.pass_time(60)
    assert world.entry.state is not ConfigEntryState.LOADED
    assert world.read_log() == []

    await fault.end(world.site)
    await world.recovers()
    assert world.read_log() == []
    assert world.reauth_flows() == 0


@pytest.mark.parametrize("fault", FAULTS, ids=str)
async def test_poll(world: World, fault: Fault) -> None:
    """Everything is unavailable, one line is logged, and everything comes back by itself."""
    await world.setup()
    await fault.begin(world.site)
    await world.clock.pass_time(340)
    for entity_id in (STATUS, START, STOP_ALL, SCHEDULED):
        assert world.hass.states.is_state(entity_id, STATE_UNAVAILABLE)
    await world.clock.pass_time(120)
    assert world.entry.state is ConfigEntryState.LOADED
    assert world.issues() == ISSUES.get(fault.error, set())
    assert world.reauth_flows() == (fault.error is Error.AUTHENTICATION)
    (line,) = world.read_log()
    assert text_of(fault).search(line) or fault.restarts

    await fault.end(world.site)
    await world.recovers()
    assert world.hass.states.is_state(SCHEDULED, "on")
    assert world.read_log(logging.INFO) == ["Fetching Tower data recovered"]
    assert world.issues() == set()
    assert world.reauth_flows() == 0
