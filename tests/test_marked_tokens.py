"""Tokens with a mark, through every path: none comes to light anywhere.

Each token is unique, and is searched for in every log record of every level, event,
state, registry, step of a flow, error, diagnostics, issue, file and URL. It may only be
in the config entries, in memory and in their file, and in headers of requests.
"""

from collections.abc import AsyncGenerator, Mapping
from ipaddress import ip_address
import json
import logging
from typing import Any, Final

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.components.diagnostics import (
    get_diagnostics_for_config_entry,
)
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.plex_butler.const import DOMAIN
from homeassistant.config_entries import SOURCE_ZEROCONF, ConfigFlowResult
from homeassistant.const import (
    CONF_TOKEN,
    CONF_URL,
    CONF_VERIFY_SSL,
    EVENT_HOMEASSISTANT_FINAL_WRITE,
)
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.service_info.zeroconf import ZeroconfServiceInfo

from .common import (
    Clock,
    add_plex_entry,
    choose_option,
    open_user_menu,
    plex_entry_data,
    wait_for_sign_in,
)
from .leaks import Leaks
from .simulator import NOTIFICATIONS, PlexSimulator, SimulatedPlexTv, faults, plex_tv
from .simulator.plex_tv import resource

ENTRY: Final = "marked-token-of-the-entry"
TYPED: Final = "marked-token-that-is-typed"
WRONG: Final = "marked-token-that-is-wrong"
IN_URL: Final = "marked-token-in-a-pasted-url"
ACCOUNT: Final = "marked-token-of-the-account"
LISTED: Final = "marked-token-that-plex-tv-lists"
KNOWN: Final = "marked-token-of-the-plex-integration"

MARK: Final = "marked-token"

PAGE: Final = "http://127.0.0.1:32400/library/metadata/1?checkFiles=1&X-Plex-Token="
"""The beginning of the address of a page, which people copy with the token in it."""

FAULTS: Final[list[faults.Handler]] = [
    faults.starting_up(),
    faults.cut_off(),
    faults.garbage(),
    faults.status(401),
    faults.status(403),
    faults.status(404),
    faults.status(500),
    faults.redirect("/elsewhere"),
    faults.body(b"<html/>"),
    faults.flood(2 * 1024 * 1024),
    faults.body(b'{"MediaContainer": {"machineIdentifier": "another"}}'),
]


@pytest.fixture(autouse=True)
def _marked(monkeypatch: pytest.MonkeyPatch, simulator: PlexSimulator) -> None:
    """Mark the tokens of the server and of the account."""
    monkeypatch.setattr(plex_tv, "ACCOUNT_TOKEN", ACCOUNT)
    simulator.owner_token = ENTRY


@pytest.fixture
async def leaks(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    plex_tv: SimulatedPlexTv,
    caplog: pytest.LogCaptureFixture,
    hass_storage: dict[str, Any],
) -> AsyncGenerator[Leaks]:
    """Collect everything, and find no token in it at the end."""
    caplog.set_level(logging.DEBUG)
    # asyncio's debug mode takes as much time as everything else.
    hass.loop.set_debug(False)
    leaks = Leaks(hass, caplog, simulator, plex_tv)
    yield leaks
    hass.bus.async_fire(EVENT_HOMEASSISTANT_FINAL_WRITE)
    await hass.async_block_till_done()
    for key, content in hass_storage.items():
        if key != "core.config_entries":
            leaks.add(f"file {key}", json.dumps(content))
    assert leaks.find(MARK) == []


async def _submit(
    hass: HomeAssistant, leaks: Leaks, step: ConfigFlowResult, data: dict[str, Any]
) -> ConfigFlowResult:
    result = await hass.config_entries.flow.async_configure(step["flow_id"], data)
    await hass.async_block_till_done()
    return leaks.add_step(result)


async def _discover(
    hass: HomeAssistant, leaks: Leaks, simulator: PlexSimulator
) -> ConfigFlowResult:
    address = ip_address("127.0.0.1")
    step = await hass.config_entries.flow.async_init(
        DOMAIN,
        context={"source": SOURCE_ZEROCONF},
        data=ZeroconfServiceInfo(
            ip_address=address,
            ip_addresses=[address],
            port=simulator.port,
            hostname="tower.local.",
            type="_plexmediasvr._tcp.local.",
            name="Tower._plexmediasvr._tcp.local.",
            properties={},
        ),
    )
    return leaks.add_step(step)


def _tokens(hass: HomeAssistant) -> set[str]:
    """Return the tokens that are stored."""
    return {
        entry.data[CONF_TOKEN] for entry in hass.config_entries.async_entries(DOMAIN)
    }


@pytest.mark.parametrize("fault", FAULTS)
async def test_entry(
    hass: HomeAssistant,
    leaks: Leaks,
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    clock: Clock,
    hass_client: ClientSessionGenerator,
    caplog: pytest.LogCaptureFixture,
    fault: faults.Handler,
) -> None:
    """Set-up, polls, the websocket and commands never show the entry's token."""
    for action in ("start_task", "stop_task"):
        await hass.services.async_call(
            DOMAIN, action, {"task": "BackupDatabase"}, blocking=True
        )
    simulator.inject(fault, path=NOTIFICATIONS)
    await simulator.notifications.close()
    await clock.next_poll()
    simulator.inject(fault)
    for action in ("start_all_tasks", "stop_all_tasks"):
        try:
            await hass.services.async_call(DOMAIN, action, blocking=True)
        except HomeAssistantError as err:
            leaks.add_error(err)
    for _ in range(4):
        await clock.next_poll()
    leaks.add_error(setup_entry.runtime_data.last_exception)
    leaks.add(
        "diagnostics",
        await get_diagnostics_for_config_entry(hass, hass_client, setup_entry),
    )
    await hass.config_entries.async_reload(setup_entry.entry_id)
    await hass.async_block_till_done()
    leaks.add(
        "diagnostics",
        await get_diagnostics_for_config_entry(hass, hass_client, setup_entry),
    )
    assert _tokens(hass) == {ENTRY}
    assert any(
        record.name.startswith("custom_components") and record.levelno == logging.DEBUG
        for record in caplog.records
    )


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        *((f"X-Plex-Token={TYPED}", fault) for fault in FAULTS),
        *(
            (typed, faults.status(500))
            for typed in (TYPED, f"  {TYPED}\n", f'"{TYPED}"', f"{PAGE}{TYPED}")
        ),
    ],
)
async def test_manual(
    hass: HomeAssistant,
    leaks: Leaks,
    simulator: PlexSimulator,
    fault: faults.Handler,
    typed: str,
) -> None:
    """A token that is typed, in whatever form, is shown in no step."""
    simulator.owner_token = TYPED
    menu = leaks.add_step(await open_user_menu(hass))
    form = leaks.add_step(await choose_option(hass, menu, "manual"))
    entered = {CONF_URL: simulator.url, CONF_TOKEN: typed, CONF_VERIFY_SSL: True}
    form = await _submit(hass, leaks, form, {**entered, CONF_TOKEN: WRONG})
    simulator.inject(fault)
    form = await _submit(hass, leaks, form, entered)
    simulator.heal()
    if form["type"] is FlowResultType.FORM:
        form = await _submit(hass, leaks, form, entered)
    assert form["type"] is FlowResultType.CREATE_ENTRY
    assert _tokens(hass) == {TYPED}


@pytest.mark.parametrize(
    "url",
    [
        "{url}/web/index.html?X-Plex-Token={token}",
        "{url}/library/sections?a=b&X-Plex-Token={token}#!/server",
        "http://user:{token}@127.0.0.1:{port}",
        "{url}/#?X-Plex-Token={token}",
        "ftp://127.0.0.1/?X-Plex-Token={token}",
        "https://app.plex.tv/desktop?X-Plex-Token={token}",
        "X-Plex-Token={token}",
    ],
)
async def test_token_in_url(
    hass: HomeAssistant, leaks: Leaks, simulator: PlexSimulator, url: str
) -> None:
    """A token in an address that is pasted is neither shown, nor stored, nor sent."""
    address = url.format(url=simulator.url, port=simulator.port, token=IN_URL)
    form = await choose_option(hass, await open_user_menu(hass), "manual")
    entered = {CONF_URL: address, CONF_TOKEN: WRONG, CONF_VERIFY_SSL: True}
    form = await _submit(hass, leaks, form, entered)
    assert form["type"] is FlowResultType.FORM
    form = await _submit(hass, leaks, form, {**entered, CONF_TOKEN: ENTRY})
    if form["type"] is FlowResultType.CREATE_ENTRY:
        (entry,) = hass.config_entries.async_entries(DOMAIN)
        assert IN_URL not in repr(dict(entry.data))


@pytest.mark.parametrize("fault", FAULTS)
async def test_update(
    hass: HomeAssistant,
    leaks: Leaks,
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    fault: faults.Handler,
) -> None:
    """Neither the old token nor the new one is shown by a form that changes it."""
    setup_entry.async_start_reauth(hass)
    await hass.async_block_till_done()
    (flow,) = hass.config_entries.flow.async_progress()
    menu = leaks.add_step(hass.config_entries.flow.async_get(flow["flow_id"]))
    reauth = leaks.add_step(await choose_option(hass, menu, "reauth_token"))
    reconfigure = leaks.add_step(await setup_entry.start_reconfigure_flow(hass))
    for form, other_fields in (
        (reauth, {}),
        (reconfigure, {CONF_URL: simulator.url, CONF_VERIFY_SSL: True}),
    ):
        form = await _submit(hass, leaks, form, {CONF_TOKEN: WRONG, **other_fields})
        simulator.inject(fault)
        form = await _submit(hass, leaks, form, {CONF_TOKEN: TYPED, **other_fields})
        simulator.heal()
        if form["type"] is FlowResultType.FORM:
            simulator.owner_token = TYPED
            form = await _submit(hass, leaks, form, {CONF_TOKEN: TYPED, **other_fields})
            assert _tokens(hass) == {TYPED}
        assert form["type"] is FlowResultType.ABORT


@pytest.mark.parametrize("fault", FAULTS)
async def test_discovered(
    hass: HomeAssistant, leaks: Leaks, simulator: PlexSimulator, fault: faults.Handler
) -> None:
    """A discovered server's form doesn't show what is typed into it."""
    form = await _discover(hass, leaks, simulator)
    form = await _submit(hass, leaks, form, {CONF_TOKEN: WRONG})
    simulator.inject(fault)
    form = await _submit(hass, leaks, form, {CONF_TOKEN: TYPED})
    simulator.heal()
    simulator.owner_token = TYPED
    form = await _submit(hass, leaks, form, {CONF_TOKEN: TYPED})
    assert form["type"] is FlowResultType.CREATE_ENTRY
    assert _tokens(hass) == {TYPED}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("way", ["plex_integration", "known_token", "sign_in"])
async def test_token_not_typed(
    hass: HomeAssistant,
    leaks: Leaks,
    simulator: PlexSimulator,
    plex_tv: SimulatedPlexTv,
    clock: Clock,
    way: str,
    fault: faults.Handler,
) -> None:
    """Tokens of the account, of its servers, and of the Plex integration aren't shown."""
    token = LISTED if way == "sign_in" else KNOWN
    simulator.owner_token = token
    plex_tv.resources = [resource(simulator)]
    if way == "known_token":
        add_plex_entry(hass, plex_entry_data(simulator))
        menu = await _discover(hass, leaks, simulator)
    else:
        if way == "plex_integration":
            add_plex_entry(hass, plex_entry_data(simulator))
        menu = leaks.add_step(await open_user_menu(hass))
    simulator.inject(fault, path="/butler")
    step = leaks.add_step(await choose_option(hass, menu, way))
    if way == "sign_in":
        plex_tv.sign_in()
        step = leaks.add_step(await wait_for_sign_in(hass, clock, step))
    assert step["type"] is FlowResultType.FORM
    simulator.heal()
    entered: Mapping[str, Mapping[str, Any]] = {
        "pick_server": {"server": simulator.machine_identifier},
        "token": {CONF_TOKEN: token},
    }
    step = await _submit(hass, leaks, step, dict(entered[step["step_id"]]))
    assert step["type"] is FlowResultType.CREATE_ENTRY
    assert _tokens(hass) == {token}


@pytest.mark.parametrize("fault", FAULTS)
async def test_plex_tv(
    hass: HomeAssistant,
    leaks: Leaks,
    plex_tv: SimulatedPlexTv,
    simulator: PlexSimulator,
    clock: Clock,
    fault: faults.Handler,
) -> None:
    """The account's token isn't shown if plex.tv fails after the sign-in."""
    plex_tv.resources = [resource(simulator)]
    plex_tv.inject(fault, path="/api/v2/resources")
    step = await choose_option(hass, await open_user_menu(hass), "sign_in")
    plex_tv.sign_in()
    leaks.add_step(await wait_for_sign_in(hass, clock, leaks.add_step(step)))
    assert any(
        request.headers.get("X-Plex-Token") == ACCOUNT for request in plex_tv.requests
    )
