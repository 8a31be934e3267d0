"""Adding a server by signing in with Plex, at a simulated plex.tv."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web
import pytest

from custom_components.plex_butler.const import DOMAIN
from homeassistant.config_entries import SOURCE_USER, ConfigFlowResult
from homeassistant.const import CONF_TOKEN, CONF_URL, CONF_VERIFY_SSL
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType

from .common import FAULTS, Clock, submit
from .simulator import PlexSimulator, SimulatedPlexTv, faults
from .simulator.plex_tv import ACCOUNT_TOKEN, connection, resource

type Wait = Callable[[ConfigFlowResult], Awaitable[ConfigFlowResult]]


@pytest.fixture(autouse=True)
def _plex_tv(plex_tv: SimulatedPlexTv, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the simulated plex.tv stand for the real one."""
    sign_in = "custom_components.plex_butler.flow.sign_in"
    monkeypatch.setattr(f"{sign_in}.PLEX_TV", plex_tv.url)
    monkeypatch.setattr(f"{sign_in}.PLEX_TV_SIGN_IN", plex_tv.page)


@pytest.fixture
def wait(hass: HomeAssistant, clock: Clock) -> Wait:
    """Return a function that waits until the dialog has gone on, as the web page does."""

    async def until_it_goes_on(progress: ConfigFlowResult) -> ConfigFlowResult:
        for _ in range(5):
            await clock.tick(2)
        return await hass.config_entries.flow.async_configure(progress["flow_id"])

    return until_it_goes_on


async def _begin(hass: HomeAssistant) -> ConfigFlowResult:
    menu = await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_USER}
    )
    return await hass.config_entries.flow.async_configure(
        menu["flow_id"], {"next_step_id": "sign_in"}
    )


async def test_sign_in(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    plex_tv: SimulatedPlexTv,
    entry_data: dict[str, Any],
    wait: Wait,
) -> None:
    """Who signs in at Plex's page has their server added, without typing."""
    plex_tv.resources = [resource(simulator), resource(simulator, owned=False)]
    progress = await _begin(hass)
    assert progress["type"] is FlowResultType.SHOW_PROGRESS
    assert progress["step_id"] == "sign_in"
    assert progress["progress_action"] == "sign_in"
    assert progress["description_placeholders"] is not None
    page = progress["description_placeholders"]["page"]
    assert page.startswith(f"{plex_tv.page}#?")
    assert "strong-code-1000" in page
    progress = await wait(progress)
    assert progress["type"] is FlowResultType.SHOW_PROGRESS
    assert ACCOUNT_TOKEN not in repr(progress)
    plex_tv.sign_in()
    result = await wait(progress)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["title"] == "Tower"
    assert result["data"] == entry_data
    assert result["result"].unique_id == simulator.machine_identifier


@pytest.mark.usefixtures("setup_entry")
async def test_plex_tv_is_left_alone(
    hass: HomeAssistant, plex_tv: SimulatedPlexTv
) -> None:
    """Nobody is asked at plex.tv before a person chooses to sign in there."""
    await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})
    assert plex_tv.requests == []


async def test_closing_the_dialog_ends_the_waiting(
    hass: HomeAssistant, plex_tv: SimulatedPlexTv, clock: Clock
) -> None:
    """Who closes the dialog isn't waited for."""
    progress = await _begin(hass)
    await clock.tick(2)
    hass.config_entries.flow.async_abort(progress["flow_id"])
    asked = len(plex_tv.requests)
    for _ in range(3):
        await clock.tick(2)
    assert len(plex_tv.requests) == asked


async def test_several_servers(
    hass: HomeAssistant, simulator: PlexSimulator, plex_tv: SimulatedPlexTv, wait: Wait
) -> None:
    """Of several servers one is picked."""
    async with PlexSimulator() as attic:
        attic.friendly_name, attic.machine_identifier = "Attic", "attic"
        plex_tv.resources = [resource(simulator), resource(attic)]
        progress = await _begin(hass)
        plex_tv.sign_in()
        form = await wait(progress)
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
    hass: HomeAssistant, simulator: PlexSimulator, plex_tv: SimulatedPlexTv, wait: Wait
) -> None:
    """Somebody who owns no server has none that could be added."""
    plex_tv.resources = [resource(simulator, owned=False)]
    progress = await _begin(hass)
    plex_tv.sign_in()
    result = await wait(progress)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "no_servers"


@pytest.mark.usefixtures("setup_entry")
async def test_server_that_is_set_up(
    hass: HomeAssistant, simulator: PlexSimulator, plex_tv: SimulatedPlexTv, wait: Wait
) -> None:
    """A server that we have is not offered."""
    plex_tv.resources = [resource(simulator)]
    progress = await _begin(hass)
    plex_tv.sign_in()
    assert (await wait(progress))["reason"] == "no_servers"


async def test_plex_tv_can_not_be_reached(
    hass: HomeAssistant, plex_tv: SimulatedPlexTv
) -> None:
    """Without the internet nobody signs in."""
    await plex_tv.stop()
    result = await _begin(hass)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "plex_tv_trouble"


async def test_plex_tv_goes_away_for_a_moment(
    hass: HomeAssistant, simulator: PlexSimulator, plex_tv: SimulatedPlexTv, wait: Wait
) -> None:
    """While plex.tv can't be reached, nothing is given up."""
    plex_tv.resources = [resource(simulator)]
    progress = await _begin(hass)
    for fault in (
        faults.cut_off(),
        faults.status(429),
        faults.status(500),
        faults.status(502),
        faults.status(503),
    ):
        plex_tv.inject(fault)
        progress = await wait(progress)
    assert progress["type"] is FlowResultType.SHOW_PROGRESS
    plex_tv.heal()
    plex_tv.sign_in()
    result = await wait(progress)
    assert result["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        pytest.param(faults.status(404), "sign_in_expired", id="404"),
        pytest.param(faults.status(400), "plex_tv_trouble", id="400"),
        pytest.param(faults.body(b"<html/>"), "plex_tv_trouble", id="web page"),
    ],
)
async def test_plex_tv_refuses(
    hass: HomeAssistant,
    plex_tv: SimulatedPlexTv,
    wait: Wait,
    fault: faults.Handler,
    reason: str,
) -> None:
    """Each way in which plex.tv may refuse ends the attempt."""
    progress = await _begin(hass)
    plex_tv.inject(fault)
    result = await wait(progress)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == reason


async def test_plex_tv_does_not_tell_the_servers(
    hass: HomeAssistant, plex_tv: SimulatedPlexTv, wait: Wait
) -> None:
    """Having signed in is not enough."""
    progress = await _begin(hass)
    plex_tv.sign_in()
    plex_tv.inject(faults.status(500), path="/api/v2/resources")
    assert (await wait(progress))["reason"] == "plex_tv_trouble"


async def test_nobody_signs_in(
    hass: HomeAssistant, plex_tv: SimulatedPlexTv, wait: Wait
) -> None:
    """A PIN is good for a time."""
    plex_tv.lifetime = 5
    progress = await _begin(hass)
    result = await wait(progress)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "sign_in_expired"


async def test_addresses_are_asked_who_is_there(
    hass: HomeAssistant, simulator: PlexSimulator, plex_tv: SimulatedPlexTv, wait: Wait
) -> None:
    """An address is taken if this very server is there; nobody else sees the token."""
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
        progress = await _begin(hass)
        plex_tv.sign_in()
        result = await wait(progress)
        assert result["type"] is FlowResultType.CREATE_ENTRY
        assert result["data"][CONF_URL] == simulator.url
        assert [request.path for request in other.requests] == ["/identity"]
        assert "X-Plex-Token" not in other.requests[0].headers


def _says_who_it_is(
    server: PlexSimulator, *, after: asyncio.Event, then: asyncio.Event
) -> faults.Handler:
    """Tell which server it is, but only after one thing, and before another."""

    async def identity(request: web.Request) -> web.StreamResponse:
        await after.wait()
        then.set()
        body = {"MediaContainer": {"machineIdentifier": server.machine_identifier}}
        return web.json_response(body)

    return identity


async def test_the_first_address_is_taken(
    hass: HomeAssistant, simulator: PlexSimulator, plex_tv: SimulatedPlexTv, wait: Wait
) -> None:
    """Of several addresses of a server the first is taken, though another is faster."""
    at_once, told, unused = asyncio.Event(), asyncio.Event(), asyncio.Event()
    at_once.set()
    async with PlexSimulator() as same:
        same.inject(_says_who_it_is(same, after=at_once, then=told))
        simulator.inject(
            _says_who_it_is(simulator, after=told, then=unused), path="/identity"
        )
        plex_tv.resources = [
            resource(
                simulator,
                connections=[
                    connection(same.url, local=False),
                    connection(simulator.url),
                ],
            )
        ]
        progress = await _begin(hass)
        plex_tv.sign_in()
        result = await wait(progress)
        assert result["type"] is FlowResultType.CREATE_ENTRY
        assert result["data"][CONF_URL] == simulator.url
        assert len(same.requests) == 1


async def test_nobody_is_waited_for_once_the_server_is_found(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    plex_tv: SimulatedPlexTv,
    wait: Wait,
    clock: Clock,
) -> None:
    """What answers too late is hung up on."""
    released = asyncio.Event()
    asked: list[web.Request] = []

    async def say_nothing(request: web.Request) -> web.StreamResponse:
        asked.append(request)
        return await faults.hang(released)(request)

    async with PlexSimulator() as silent:
        silent.inject(say_nothing)
        plex_tv.resources = [
            resource(
                simulator,
                connections=[
                    connection(simulator.url),
                    connection(silent.url, local=False),
                ],
            )
        ]
        progress = await _begin(hass)
        plex_tv.sign_in()
        result = await wait(progress)
        assert result["type"] is FlowResultType.CREATE_ENTRY
        await clock.settle()
        assert len(asked) == 1
        assert asked[0].transport is None or asked[0].transport.is_closing()
        released.set()


@pytest.mark.parametrize("connections", [[], [connection("http://127.0.0.1:9")]])
async def test_server_is_nowhere(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    plex_tv: SimulatedPlexTv,
    wait: Wait,
    connections: list[dict[str, Any]],
) -> None:
    """A server that answers nowhere can be tried again once it is on."""
    plex_tv.resources = [resource(simulator, connections=connections)]
    progress = await _begin(hass)
    plex_tv.sign_in()
    form = await wait(progress)
    assert form["type"] is FlowResultType.FORM
    assert form["step_id"] == "pick_server"
    assert form["errors"] == {"base": "server_not_found"}
    assert simulator.owner_token not in repr(form)


@pytest.mark.parametrize(("fault", "errors"), FAULTS)
async def test_server_errors(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    plex_tv: SimulatedPlexTv,
    wait: Wait,
    fault: faults.Handler,
    errors: dict[str, str],
) -> None:
    """A server that is found and yet can't be added can be tried again."""
    plex_tv.resources = [resource(simulator)]
    simulator.inject(fault, path="/butler")
    progress = await _begin(hass)
    plex_tv.sign_in()
    form = await wait(progress)
    assert form["type"] is FlowResultType.FORM
    assert form["errors"] == {"base": next(iter(errors.values()))}
    simulator.heal()
    result = await submit(hass, form, {"server": simulator.machine_identifier})
    assert result["type"] is FlowResultType.CREATE_ENTRY
