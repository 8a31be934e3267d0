"""Tests that a token is only in the config entry and in headers of requests."""

import logging

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.plex_butler.const import DOMAIN
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.exceptions import HomeAssistantError

from .common import (
    Clock,
    add_plex_entry,
    choose_option,
    open_user_menu,
    plex_entry_data,
    submit,
    wait_for_sign_in,
)
from .simulator import PlexSimulator, SimulatedPlexTv, faults
from .simulator.plex_tv import ACCOUNT_TOKEN, resource


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(faults.starting_up(), id="starting up"),
        pytest.param(faults.cut_off(), id="cut off"),
        pytest.param(faults.status(401), id="401"),
        pytest.param(faults.status(500), id="500"),
        pytest.param(faults.redirect("http://127.0.0.1:9/"), id="redirect"),
    ],
)
async def test_no_token_in_logs_and_errors(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    clock: Clock,
    caplog: pytest.LogCaptureFixture,
    fault: faults.Handler,
) -> None:
    """The token isn't in the debug log, in errors, in URLs, in a form or in a repr."""
    caplog.set_level(logging.DEBUG)
    await hass.services.async_call(
        DOMAIN, "start_task", {"task": "BackupDatabase"}, blocking=True
    )
    simulator.inject(fault)
    with pytest.raises(HomeAssistantError) as raised:
        await hass.services.async_call(
            DOMAIN, "start_task", {"task": "BackupDatabase"}, blocking=True
        )
    await clock.next_poll()
    await hass.config_entries.async_reload(setup_entry.entry_id)
    form = await choose_option(hass, await open_user_menu(hass), "manual")
    form = await submit(hass, form, dict(setup_entry.data))
    token = simulator.owner_token
    error: BaseException | None = raised.value
    while error is not None:
        assert token not in f"{error!r} {error}"
        error = error.__cause__
    assert token not in repr(form)
    assert token not in repr(setup_entry)
    assert token not in repr(setup_entry.__dict__.get("runtime_data"))
    assert token not in caplog.text
    assert caplog.text.count("plex_butler") > 0
    for request in simulator.requests:
        assert token not in request.query.values()
        assert token not in request.path


async def test_no_token_in_config_flow(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    plex_tv: SimulatedPlexTv,
    clock: Clock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A token that the user didn't enter isn't in the flow's steps, the log or URLs."""
    caplog.set_level(logging.DEBUG)
    add_plex_entry(hass, plex_entry_data(simulator))
    plex_tv.resources = [resource(simulator)]
    simulator.inject(faults.status(403), path="/butler")
    steps = []
    for option in ("plex_integration", "sign_in"):
        menu = await open_user_menu(hass)
        step = await choose_option(hass, menu, option)
        plex_tv.sign_in()
        form = await wait_for_sign_in(hass, clock, step)
        assert form["step_id"] == "pick_server"
        steps += [menu, step, *hass.config_entries.flow.async_progress(), form]
    simulator.heal()
    result = await submit(hass, steps[-1], {"server": simulator.machine_identifier})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    for token in (simulator.owner_token, ACCOUNT_TOKEN):
        assert token not in caplog.text
        for step in steps:
            assert token not in repr(step)
        for request in (*simulator.requests, *plex_tv.requests):
            assert token not in request.query.values()
