"""The token is a house key: it is in the header, in the entry, and nowhere else."""

import logging

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.plex_butler.const import DOMAIN
from homeassistant.config_entries import SOURCE_USER
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.exceptions import HomeAssistantError

from .common import Clock, submit
from .simulator import PlexSimulator, SimulatedPlexTv, faults
from .simulator.plex_tv import ACCOUNT_TOKEN, resource
from .test_plex_integration import add_plex_entry, plex_data

FAULTS = [
    faults.starting_up(),
    faults.cut_off(),
    faults.status(401),
    faults.status(500),
    faults.redirect("http://127.0.0.1:9/"),
]


@pytest.mark.parametrize("fault", FAULTS)
async def test_token_is_told_to_nobody(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    clock: Clock,
    caplog: pytest.LogCaptureFixture,
    fault: faults.Handler,
) -> None:
    """Neither the most talkative log nor an error or an address holds the token."""
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
    menu = await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_USER}
    )
    form = await hass.config_entries.flow.async_configure(
        menu["flow_id"], {"next_step_id": "manual"}
    )
    form = await hass.config_entries.flow.async_configure(
        form["flow_id"], dict(setup_entry.data)
    )
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


async def test_no_dialog_tells_a_token(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    plex_tv: SimulatedPlexTv,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A token that was found rather than typed is in no dialog and in no log either."""
    caplog.set_level(logging.DEBUG)
    monkeypatch.setattr(
        "custom_components.plex_butler.flow.sign_in.PLEX_TV", plex_tv.url
    )
    add_plex_entry(hass, plex_data(simulator))
    plex_tv.resources = [resource(simulator)]
    simulator.inject(faults.status(403), path="/butler")
    dialogs = []
    for way in ("plex_integration", "sign_in"):
        menu = await hass.config_entries.flow.async_init(
            DOMAIN, context={"source": SOURCE_USER}
        )
        dialog = await submit(hass, menu, {"next_step_id": way})
        plex_tv.sign_in()
        for _ in range(3):
            await clock.tick(2)
        form = await hass.config_entries.flow.async_configure(dialog["flow_id"])
        assert form["step_id"] == "pick_server"
        dialogs += [menu, dialog, *hass.config_entries.flow.async_progress(), form]
    simulator.heal()
    result = await submit(hass, dialogs[-1], {"server": simulator.machine_identifier})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    for token in (simulator.owner_token, ACCOUNT_TOKEN):
        assert token not in caplog.text
        for dialog in dialogs:
            assert token not in repr(dialog)
        for request in (*simulator.requests, *plex_tv.requests):
            assert token not in request.query.values()
