"""The token is a house key: it is in the header, in the entry, and nowhere else."""

import logging

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.plex_butler.const import DOMAIN
from homeassistant.config_entries import SOURCE_USER
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError

from .conftest import Poll
from .simulator import PlexSimulator, faults

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
    poll: Poll,
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
    await poll()
    await hass.config_entries.async_reload(setup_entry.entry_id)
    form = await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_USER}, data=dict(setup_entry.data)
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
