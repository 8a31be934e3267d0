"""Tests of adding a server by signing in with Plex."""

import asyncio
from typing import Any

from aiohttp import web
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from homeassistant.config_entries import ConfigFlowResult
from homeassistant.const import CONF_TOKEN, CONF_URL, CONF_VERIFY_SSL
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType

from .common import (
    FAULTS,
    Clock,
    choose_option,
    form_error_without_field,
    open_user_menu,
    submit,
    wait_for_sign_in,
    was_sent_token,
)
from .simulator import PlexSimulator, SimulatedPlexTv, faults
from .simulator.plex_tv import ACCOUNT_TOKEN, connection, resource


async def _start_sign_in(hass: HomeAssistant) -> ConfigFlowResult:
    """Choose to sign in, and return the progress step."""
    return await choose_option(hass, await open_user_menu(hass), "sign_in")


async def test_sign_in(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    plex_tv: SimulatedPlexTv,
    entry_data: dict[str, Any],
    clock: Clock,
) -> None:
    """The server that the account owns is added after the user has signed in."""
    plex_tv.resources = [resource(simulator), resource(simulator, owned=False)]
    progress = await _start_sign_in(hass)
    assert progress["type"] is FlowResultType.SHOW_PROGRESS
    assert progress["step_id"] == "sign_in"
    assert progress["progress_action"] == "sign_in"
    assert progress["description_placeholders"] is not None
    page = progress["description_placeholders"]["page"]
    assert page.startswith(f"{plex_tv.page}#?")
    assert "strong-code-1000" in page
    progress = await wait_for_sign_in(hass, clock, progress)
    assert progress["type"] is FlowResultType.SHOW_PROGRESS
    assert ACCOUNT_TOKEN not in repr(progress)
    plex_tv.sign_in()
    result = await wait_for_sign_in(hass, clock, progress)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["title"] == "Tower"
    assert result["data"] == entry_data
    assert result["result"].unique_id == simulator.machine_identifier


@pytest.mark.usefixtures("setup_entry")
async def test_no_request_before_sign_in(
    hass: HomeAssistant, plex_tv: SimulatedPlexTv
) -> None:
    """No request is sent to plex.tv before the user chooses to sign in."""
    await open_user_menu(hass)
    assert plex_tv.requests == []


async def test_abort(
    hass: HomeAssistant, plex_tv: SimulatedPlexTv, clock: Clock
) -> None:
    """No more requests are sent to plex.tv after the user closes the dialog."""
    progress = await _start_sign_in(hass)
    await clock.tick(2)
    hass.config_entries.flow.async_abort(progress["flow_id"])
    requests = len(plex_tv.requests)
    for _ in range(3):
        await clock.tick(2)
    assert len(plex_tv.requests) == requests


async def test_pick_server(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    attic: PlexSimulator,
    plex_tv: SimulatedPlexTv,
    clock: Clock,
) -> None:
    """One of several servers can be picked."""
    plex_tv.resources = [resource(simulator), resource(attic)]
    progress = await _start_sign_in(hass)
    plex_tv.sign_in()
    form = await wait_for_sign_in(hass, clock, progress)
    assert form["type"] is FlowResultType.FORM
    assert form["step_id"] == "pick_server"
    assert form["errors"] == {}
    result = await submit(hass, form, {"server": "attic"})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["title"] == "Attic"
    assert result["data"] == {
        CONF_URL: attic.url,
        CONF_TOKEN: attic.owner_token,
        CONF_VERIFY_SSL: True,
    }


async def test_no_servers(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    plex_tv: SimulatedPlexTv,
    clock: Clock,
) -> None:
    """If the account owns no server, another way can be chosen."""
    plex_tv.resources = [resource(simulator, owned=False)]
    progress = await _start_sign_in(hass)
    plex_tv.sign_in()
    result = await wait_for_sign_in(hass, clock, progress)
    assert result["type"] is FlowResultType.MENU
    assert result["step_id"] == "no_servers"
    assert result["menu_options"] == ["sign_in", "manual"]
    form = await choose_option(hass, result, "manual")
    assert form["step_id"] == "manual"


@pytest.mark.usefixtures("setup_entry")
async def test_already_configured(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    plex_tv: SimulatedPlexTv,
    clock: Clock,
) -> None:
    """A server that is already set up isn't offered."""
    plex_tv.resources = [resource(simulator)]
    progress = await _start_sign_in(hass)
    plex_tv.sign_in()
    result = await wait_for_sign_in(hass, clock, progress)
    assert result["step_id"] == "no_servers"


async def test_plex_tv_unreachable(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    plex_tv: SimulatedPlexTv,
    clock: Clock,
) -> None:
    """If plex.tv can't be reached, a menu says so, from which it can be tried again."""
    plex_tv.resources = [resource(simulator)]
    await plex_tv.stop()
    menu = await _start_sign_in(hass)
    assert menu["type"] is FlowResultType.MENU
    assert menu["step_id"] == "plex_tv_trouble"
    assert menu["menu_options"] == ["sign_in", "manual"]
    await plex_tv.start()
    progress = await choose_option(hass, menu, "sign_in")
    assert progress["type"] is FlowResultType.SHOW_PROGRESS
    plex_tv.sign_in()
    result = await wait_for_sign_in(hass, clock, progress)
    assert result["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize(
    ("fault", "step_id"),
    [
        pytest.param(faults.status(404), "sign_in_expired", id="expired"),
        pytest.param(faults.status(400), "plex_tv_trouble", id="plex.tv trouble"),
        pytest.param(None, "no_servers", id="no servers"),
    ],
)
async def test_menu_is_opened_again(
    hass: HomeAssistant,
    plex_tv: SimulatedPlexTv,
    clock: Clock,
    fault: faults.Handler | None,
    step_id: str,
) -> None:
    """A menu about a sign-in that failed is the same when its dialog is opened again."""
    progress = await _start_sign_in(hass)
    plex_tv.sign_in()
    if fault:
        plex_tv.inject(fault)
    menu = await wait_for_sign_in(hass, clock, progress)
    assert menu["step_id"] == step_id
    again = await hass.config_entries.flow.async_configure(menu["flow_id"])
    assert again["step_id"] == menu["step_id"]
    assert again["menu_options"] == menu["menu_options"]


async def test_transient_errors(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    plex_tv: SimulatedPlexTv,
    clock: Clock,
) -> None:
    """The sign-in continues after errors of plex.tv that may be temporary."""
    plex_tv.resources = [resource(simulator)]
    progress = await _start_sign_in(hass)
    for fault in (
        faults.cut_off(),
        faults.status(429),
        faults.status(500),
        faults.status(502),
        faults.status(503),
    ):
        plex_tv.inject(fault)
        progress = await wait_for_sign_in(hass, clock, progress)
    assert progress["type"] is FlowResultType.SHOW_PROGRESS
    plex_tv.heal()
    plex_tv.sign_in()
    result = await wait_for_sign_in(hass, clock, progress)
    assert result["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        pytest.param(faults.status(404), "sign_in_expired", id="404"),
        pytest.param(faults.status(400), "plex_tv_trouble", id="400"),
        pytest.param(faults.body(b"<html/>"), "plex_tv_trouble", id="web page"),
    ],
)
async def test_sign_in_errors(
    hass: HomeAssistant,
    plex_tv: SimulatedPlexTv,
    clock: Clock,
    fault: faults.Handler,
    reason: str,
) -> None:
    """Other errors of plex.tv lead back to a menu, from which it can be tried again."""
    progress = await _start_sign_in(hass)
    plex_tv.inject(fault)
    result = await wait_for_sign_in(hass, clock, progress)
    assert result["type"] is FlowResultType.MENU
    assert result["step_id"] == reason
    plex_tv.heal()
    progress = await choose_option(hass, result, "sign_in")
    assert progress["type"] is FlowResultType.SHOW_PROGRESS
    hass.config_entries.flow.async_abort(progress["flow_id"])


async def test_server_list_error(
    hass: HomeAssistant, plex_tv: SimulatedPlexTv, clock: Clock
) -> None:
    """A menu is shown if plex.tv doesn't list the servers after the sign-in."""
    progress = await _start_sign_in(hass)
    plex_tv.sign_in()
    plex_tv.inject(faults.status(500), path="/api/v2/resources")
    result = await wait_for_sign_in(hass, clock, progress)
    assert result["step_id"] == "plex_tv_trouble"


async def test_timeout(
    hass: HomeAssistant, plex_tv: SimulatedPlexTv, clock: Clock
) -> None:
    """The sign-in times out when the PIN expires."""
    plex_tv.lifetime = 5
    progress = await _start_sign_in(hass)
    result = await wait_for_sign_in(hass, clock, progress)
    assert result["type"] is FlowResultType.MENU
    assert result["step_id"] == "sign_in_expired"


async def test_server_urls_are_probed(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    plex_tv: SimulatedPlexTv,
    clock: Clock,
) -> None:
    """Only a URL at which the server identifies itself is used and gets the token."""
    async with PlexSimulator() as other:
        other.machine_identifier = "other"
        plex_tv.resources = [
            resource(
                simulator,
                connections=[
                    connection(simulator.url, local=False),
                    connection(other.url),
                    connection("http://127.0.0.1:9"),
                    connection("https://[bad"),
                ],
            )
        ]
        progress = await _start_sign_in(hass)
        plex_tv.sign_in()
        result = await wait_for_sign_in(hass, clock, progress)
        assert result["type"] is FlowResultType.CREATE_ENTRY
        assert result["data"][CONF_URL] == simulator.url
        assert [request.path for request in other.requests] == ["/identity"]
        assert not was_sent_token(other)


def _identity(
    server: PlexSimulator, *, wait_for: asyncio.Event, then_set: asyncio.Event
) -> faults.Handler:
    """Return an identity handler that waits for one event and sets another."""

    async def identity(request: web.Request) -> web.StreamResponse:
        await wait_for.wait()
        then_set.set()
        body = {"MediaContainer": {"machineIdentifier": server.machine_identifier}}
        return web.json_response(body)

    return identity


async def test_first_url(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    plex_tv: SimulatedPlexTv,
    clock: Clock,
) -> None:
    """The first URL that works is used, even if another one answers sooner."""
    already_set, second_answered, unused = (asyncio.Event() for _ in range(3))
    already_set.set()
    async with PlexSimulator() as second:
        second.inject(_identity(second, wait_for=already_set, then_set=second_answered))
        simulator.inject(
            _identity(simulator, wait_for=second_answered, then_set=unused),
            path="/identity",
        )
        plex_tv.resources = [
            resource(
                simulator,
                connections=[
                    connection(second.url, local=False),
                    connection(simulator.url),
                ],
            )
        ]
        progress = await _start_sign_in(hass)
        plex_tv.sign_in()
        result = await wait_for_sign_in(hass, clock, progress)
        assert result["type"] is FlowResultType.CREATE_ENTRY
        assert result["data"][CONF_URL] == simulator.url
        assert len(second.requests) == 1


async def test_other_probes_are_canceled(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    plex_tv: SimulatedPlexTv,
    clock: Clock,
) -> None:
    """Requests to the other URLs are canceled once the server is found."""
    released = asyncio.Event()
    received: list[web.Request] = []

    async def hang(request: web.Request) -> web.StreamResponse:
        received.append(request)
        return await faults.hang(released)(request)

    async with PlexSimulator() as silent:
        silent.inject(hang)
        plex_tv.resources = [
            resource(
                simulator,
                connections=[
                    connection(simulator.url),
                    connection(silent.url, local=False),
                ],
            )
        ]
        progress = await _start_sign_in(hass)
        plex_tv.sign_in()
        result = await wait_for_sign_in(hass, clock, progress)
        assert result["type"] is FlowResultType.CREATE_ENTRY
        await clock.settle()
        assert len(received) == 1
        assert received[0].transport is None or received[0].transport.is_closing()
        released.set()


@pytest.mark.parametrize(
    "connections",
    [
        pytest.param([], id="no URLs"),
        pytest.param([connection("http://127.0.0.1:9")], id="connection refused"),
    ],
)
async def test_server_not_found(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    plex_tv: SimulatedPlexTv,
    clock: Clock,
    connections: list[dict[str, Any]],
) -> None:
    """The form shows an error if the server answers at none of its URLs."""
    plex_tv.resources = [resource(simulator, connections=connections)]
    progress = await _start_sign_in(hass)
    plex_tv.sign_in()
    form = await wait_for_sign_in(hass, clock, progress)
    assert form["type"] is FlowResultType.FORM
    assert form["step_id"] == "pick_server"
    assert form["errors"] == {"base": "server_not_found"}
    assert simulator.owner_token not in repr(form)


@pytest.mark.parametrize(("fault", "errors"), FAULTS)
async def test_pick_server_errors(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    plex_tv: SimulatedPlexTv,
    clock: Clock,
    fault: faults.Handler,
    errors: dict[str, str],
) -> None:
    """The form to pick a server shows the error, and can be submitted again."""
    plex_tv.resources = [resource(simulator)]
    simulator.inject(fault, path="/butler")
    progress = await _start_sign_in(hass)
    plex_tv.sign_in()
    form = await wait_for_sign_in(hass, clock, progress)
    assert form["type"] is FlowResultType.FORM
    assert form["errors"] == form_error_without_field(errors)
    simulator.heal()
    result = await submit(hass, form, {"server": simulator.machine_identifier})
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_server_without_identity(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    plex_tv: SimulatedPlexTv,
    clock: Clock,
) -> None:
    """A URL that plex.tv lists is trusted only as long as the server identifies itself."""
    plex_tv.resources = [resource(simulator)]
    answers = iter([True])

    async def identity(request: web.Request) -> web.StreamResponse:
        if not next(answers, False):
            return await faults.status(401)(request)
        body = {"MediaContainer": {"machineIdentifier": simulator.machine_identifier}}
        return web.json_response(body)

    simulator.inject(identity, path="/identity")
    progress = await _start_sign_in(hass)
    plex_tv.sign_in()
    form = await wait_for_sign_in(hass, clock, progress)
    assert form["errors"] == {"base": "invalid_auth"}
    assert not was_sent_token(simulator)


async def _start_reauth(
    hass: HomeAssistant, entry: MockConfigEntry
) -> ConfigFlowResult:
    """Start reauthentication, and choose to sign in."""
    menu = await entry.start_reauth_flow(hass)
    return await choose_option(hass, menu, "sign_in")


async def test_reauth(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    attic: PlexSimulator,
    plex_tv: SimulatedPlexTv,
    clock: Clock,
) -> None:
    """Signing in updates the token of the server, and leaves its URL as it is."""
    before = dict(setup_entry.data)
    simulator.owner_token = "new"
    elsewhere = [connection("http://127.0.0.1:9")]
    plex_tv.resources = [resource(attic), resource(simulator, connections=elsewhere)]
    progress = await _start_reauth(hass, setup_entry)
    assert progress["type"] is FlowResultType.SHOW_PROGRESS
    plex_tv.sign_in()
    result = await wait_for_sign_in(hass, clock, progress)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "reauth_successful"
    assert setup_entry.data == {**before, CONF_TOKEN: "new"}
    assert attic.requests == []


async def test_reauth_not_owned(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    attic: PlexSimulator,
    plex_tv: SimulatedPlexTv,
    clock: Clock,
) -> None:
    """If the account doesn't own the server, another can be used, or a token entered."""
    plex_tv.resources = [resource(attic), resource(simulator, owned=False)]
    progress = await _start_reauth(hass, setup_entry)
    plex_tv.sign_in()
    menu = await wait_for_sign_in(hass, clock, progress)
    assert menu["type"] is FlowResultType.MENU
    assert menu["step_id"] == "not_owned"
    assert menu["menu_options"] == ["sign_in", "reauth_token"]
    assert menu["description_placeholders"] == {"server": "Tower"}
    again = await hass.config_entries.flow.async_configure(menu["flow_id"])
    assert again["step_id"] == "not_owned"
    form = await choose_option(hass, menu, "reauth_token")
    result = await submit(hass, form, {CONF_TOKEN: simulator.owner_token})
    assert result["reason"] == "reauth_successful"


async def test_reauth_plex_tv_trouble(
    hass: HomeAssistant, setup_entry: MockConfigEntry, plex_tv: SimulatedPlexTv
) -> None:
    """If plex.tv can't be reached, a token can be entered."""
    await plex_tv.stop()
    menu = await _start_reauth(hass, setup_entry)
    assert menu["step_id"] == "plex_tv_trouble"
    assert menu["menu_options"] == ["sign_in", "reauth_token"]


async def test_reauth_server_unreachable(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    plex_tv: SimulatedPlexTv,
    clock: Clock,
) -> None:
    """The token of the account is kept if the server doesn't answer at the moment."""
    simulator.owner_token = "new"
    plex_tv.resources = [resource(simulator)]
    progress = await _start_reauth(hass, setup_entry)
    simulator.inject(faults.cut_off())
    plex_tv.sign_in()
    form = await wait_for_sign_in(hass, clock, progress)
    assert form["step_id"] == "reauth_token"
    assert form["errors"] == {"base": "cannot_connect"}
    simulator.heal()
    result = await submit(hass, form, {})
    assert result["reason"] == "reauth_successful"
    assert setup_entry.data[CONF_TOKEN] == "new"


async def test_reauth_other_server(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    plex_tv: SimulatedPlexTv,
    clock: Clock,
) -> None:
    """The token of the account isn't sent to another server at the address."""
    plex_tv.resources = [resource(simulator)]
    progress = await _start_reauth(hass, setup_entry)
    simulator.machine_identifier = "another"
    simulator.requests.clear()
    plex_tv.sign_in()
    result = await wait_for_sign_in(hass, clock, progress)
    assert result["reason"] == "wrong_server"
    assert [request.path for request in simulator.requests] == ["/identity"]
