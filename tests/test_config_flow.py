"""Tests of the config flow: manual step, reauthentication and reconfiguration."""

from ssl import SSLContext
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.plex_butler.const import DOMAIN
from custom_components.plex_butler.flow.validation import async_validate_input
from homeassistant.config_entries import (
    SOURCE_REAUTH,
    ConfigEntryState,
    ConfigFlowResult,
)
from homeassistant.const import CONF_TOKEN, CONF_URL, CONF_VERIFY_SSL
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType

from .common import (
    FAULTS,
    choose_option,
    open_user_menu,
    redirect_hosts,
    submit,
    was_sent_token,
)
from .simulator import PlexSimulator, faults
from .simulator.front import below
from .simulator.server import OWNER_TOKEN


async def _open_manual_form(hass: HomeAssistant) -> ConfigFlowResult:
    """Open the form of the manual step."""
    menu = await open_user_menu(hass)
    assert menu["menu_options"] == ["sign_in", "manual"]
    return await choose_option(hass, menu, "manual")


def _suggested_values(form: ConfigFlowResult) -> dict[str, Any]:
    """Return the suggested values of a form's fields."""
    assert form["data_schema"] is not None
    return {
        str(field): (field.description or {}).get("suggested_value")
        for field in form["data_schema"].schema
    }


async def test_manual(
    hass: HomeAssistant, simulator: PlexSimulator, entry_data: dict[str, Any]
) -> None:
    """A server is added by its URL and token."""
    form = await _open_manual_form(hass)
    assert form["type"] is FlowResultType.FORM
    assert form["step_id"] == "manual"
    assert form["errors"] == {}
    result = await submit(hass, form, entry_data)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["title"] == "Tower"
    assert result["data"] == entry_data
    assert result["result"].unique_id == simulator.machine_identifier
    assert result["result"].state is ConfigEntryState.LOADED


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("{host}:{port}", id="no scheme"),
        pytest.param(" http://{host}:{port}/ ", id="spaces"),
        pytest.param(
            "http://{host}:{port}/web/index.html?X-Plex-Token=secret#!/settings",
            id="web app",
        ),
    ],
)
async def test_url_formats(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    entry_data: dict[str, Any],
    url: str,
) -> None:
    """Only the root of the URL is kept, and spaces around the token are removed."""
    host, _, port = simulator.url.removeprefix("http://").partition(":")
    user_input = {
        CONF_URL: url.format(host=host, port=port),
        CONF_TOKEN: f" {simulator.owner_token}\n",
        CONF_VERIFY_SSL: True,
    }
    result = await submit(hass, await _open_manual_form(hass), user_input)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["data"] == entry_data


async def test_server_without_name(
    hass: HomeAssistant, simulator: PlexSimulator, entry_data: dict[str, Any]
) -> None:
    """The entry of a server without a name gets a default title."""
    simulator.friendly_name = ""
    result = await submit(hass, await _open_manual_form(hass), entry_data)
    assert result["title"] == "Plex Media Server"


@pytest.mark.parametrize(("fault", "errors"), FAULTS)
async def test_manual_errors(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    entry_data: dict[str, Any],
    fault: faults.Handler,
    errors: dict[str, str],
) -> None:
    """The form shows the error and everything but the token for another attempt."""
    simulator.inject(fault)
    form = await submit(hass, await _open_manual_form(hass), entry_data)
    assert form["type"] is FlowResultType.FORM
    assert form["errors"] == errors
    assert _suggested_values(form) == {
        CONF_URL: simulator.url,
        CONF_TOKEN: None,
        CONF_VERIFY_SSL: True,
    }
    simulator.heal()
    result = await submit(hass, form, entry_data)
    assert result["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.usefixtures("simulator")
@pytest.mark.parametrize(
    ("url", "secret"),
    [
        pytest.param("htp://tower", "?X-Plex-Token=secret", id="query"),
        pytest.param("htp://tower/web", "#!/?x-plex-token=secret", id="fragment"),
        pytest.param("http//1.2.3.4/", "X-Plex-Token=secret", id="no question mark"),
        pytest.param("http:/1.2.3.4", "", id="one slash"),
        pytest.param("ftp://", "owner:secret@", id="password"),
    ],
)
async def test_invalid_url(
    hass: HomeAssistant, entry_data: dict[str, Any], url: str, secret: str
) -> None:
    """An invalid URL is shown again as it was typed, without a token in it."""
    user_input = {**entry_data, CONF_URL: f"{url}{secret}"}
    form = await submit(hass, await _open_manual_form(hass), user_input)
    assert form["errors"] == {CONF_URL: "invalid_url"}
    assert _suggested_values(form)[CONF_URL] == url
    result = await submit(hass, form, entry_data)
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_not_owner(
    hass: HomeAssistant, simulator: PlexSimulator, entry_data: dict[str, Any]
) -> None:
    """The token of a user the server is shared with isn't accepted."""
    user_input = {**entry_data, CONF_TOKEN: simulator.guest_token}
    form = await submit(hass, await _open_manual_form(hass), user_input)
    assert form["errors"] == {CONF_TOKEN: "not_owner"}
    result = await submit(hass, form, entry_data)
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_ssl_error(
    hass: HomeAssistant, simulator: PlexSimulator, entry_data: dict[str, Any]
) -> None:
    """An https URL of a server without HTTPS shows an SSL error."""
    user_input = {**entry_data, CONF_URL: simulator.url.replace("http:", "https:")}
    form = await submit(hass, await _open_manual_form(hass), user_input)
    assert form["errors"] == {"base": "ssl_error"}
    result = await submit(hass, form, entry_data)
    assert result["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.usefixtures("setup_entry")
async def test_already_configured(
    hass: HomeAssistant, entry_data: dict[str, Any]
) -> None:
    """A server that is already set up isn't added again."""
    result = await submit(hass, await _open_manual_form(hass), entry_data)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_configured"


async def _open_reauth_form(
    hass: HomeAssistant, entry: MockConfigEntry
) -> ConfigFlowResult:
    """Start reauthentication, and choose to enter a token."""
    menu = await entry.start_reauth_flow(hass)
    assert menu["type"] is FlowResultType.MENU
    assert menu["step_id"] == "reauth_confirm"
    assert menu["menu_options"] == ["sign_in", "reauth_token"]
    assert menu["description_placeholders"] == {"server": "Tower"}
    return await choose_option(hass, menu, "reauth_token")


async def test_reauth(
    hass: HomeAssistant, setup_entry: MockConfigEntry, simulator: PlexSimulator
) -> None:
    """The new token replaces the old one, and the entry is reloaded."""
    simulator.owner_token = "new"
    form = await _open_reauth_form(hass, setup_entry)
    assert form["type"] is FlowResultType.FORM
    assert form["step_id"] == "reauth_token"
    assert form["description_placeholders"]
    assert form["description_placeholders"]["server"] == "Tower"
    assert _suggested_values(form) == {CONF_TOKEN: None}
    result = await submit(hass, form, {CONF_TOKEN: "new"})
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "reauth_successful"
    assert setup_entry.data == {
        CONF_URL: simulator.url,
        CONF_TOKEN: "new",
        CONF_VERIFY_SSL: True,
    }
    assert setup_entry.state is ConfigEntryState.LOADED


@pytest.mark.parametrize(("fault", "errors"), FAULTS)
async def test_reauth_errors(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    fault: faults.Handler,
    errors: dict[str, str],
) -> None:
    """The form shows the error, and the entry keeps its token until one is accepted."""
    form = await _open_reauth_form(hass, setup_entry)
    simulator.inject(fault)
    form = await submit(hass, form, {CONF_TOKEN: "new"})
    assert form["errors"] == errors
    assert _suggested_values(form) == {CONF_TOKEN: None}
    assert setup_entry.data[CONF_TOKEN] == simulator.owner_token
    simulator.heal()
    result = await submit(hass, form, {CONF_TOKEN: simulator.owner_token})
    assert result["reason"] == "reauth_successful"


async def test_reauth_wrong_server(
    hass: HomeAssistant, setup_entry: MockConfigEntry, simulator: PlexSimulator
) -> None:
    """Reauthentication is aborted if another server answers, which sees no token."""
    form = await _open_reauth_form(hass, setup_entry)
    simulator.machine_identifier = "another"
    simulator.requests.clear()
    result = await submit(hass, form, {CONF_TOKEN: simulator.owner_token})
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "wrong_server"
    assert not was_sent_token(simulator)


async def test_reauth_host_name(
    hass: HomeAssistant,
    config_entry: MockConfigEntry,
    simulator: PlexSimulator,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A server that doesn't know its name can be reauthenticated.

    Only a person can have typed such a name.
    """
    redirect_hosts(monkeypatch, {("tower", 32400): simulator.port})
    data = {**config_entry.data, CONF_URL: "http://tower:32400", CONF_TOKEN: "old"}
    hass.config_entries.async_update_entry(config_entry, data=data)
    form = await _open_reauth_form(hass, config_entry)
    result = await submit(hass, form, {CONF_TOKEN: simulator.owner_token})
    assert result["reason"] == "reauth_successful"
    assert config_entry.data == {**data, CONF_TOKEN: simulator.owner_token}


@pytest.mark.parametrize(
    "url",
    [
        pytest.param(None, id="IP address"),
        pytest.param("http://127-0-0-1.hash.plex.direct:32400", id="plex.direct"),
    ],
)
async def test_reauth_without_identity(
    hass: HomeAssistant,
    config_entry: MockConfigEntry,
    simulator: PlexSimulator,
    monkeypatch: pytest.MonkeyPatch,
    url: str | None,
) -> None:
    """At an address that may have been found, nothing without identity sees a token."""
    if url is not None:
        name = "127-0-0-1.hash.plex.direct"
        redirect_hosts(monkeypatch, {(name, 32400): simulator.port})
        data = {**config_entry.data, CONF_URL: url}
        hass.config_entries.async_update_entry(config_entry, data=data)
    simulator.inject(faults.status(401), path="/identity")
    form = await _open_reauth_form(hass, config_entry)
    form = await submit(hass, form, {CONF_TOKEN: simulator.owner_token})
    assert form["errors"] == {CONF_TOKEN: "invalid_auth"}
    assert not was_sent_token(simulator)


async def test_reconfigure(
    hass: HomeAssistant, setup_entry: MockConfigEntry, simulator: PlexSimulator
) -> None:
    """The URL and the certificate setting are updated, and the token is kept."""
    form = await setup_entry.start_reconfigure_flow(hass)
    assert form["step_id"] == "reconfigure"
    assert _suggested_values(form) == {
        CONF_URL: simulator.url,
        CONF_TOKEN: None,
        CONF_VERIFY_SSL: True,
    }
    async with PlexSimulator() as moved:
        result = await submit(
            hass, form, {CONF_URL: f"{moved.url}/web", CONF_VERIFY_SSL: False}
        )
        assert result["type"] is FlowResultType.ABORT
        assert result["reason"] == "reconfigure_successful"
        assert setup_entry.data == {
            CONF_URL: moved.url,
            CONF_TOKEN: simulator.owner_token,
            CONF_VERIFY_SSL: False,
        }
        assert setup_entry.state is ConfigEntryState.LOADED


@pytest.mark.parametrize(
    ("token", "expected"),
    [
        pytest.param("new", "new", id="new token"),
        pytest.param("", OWNER_TOKEN, id="empty"),
    ],
)
async def test_reconfigure_token(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    token: str,
    expected: str,
) -> None:
    """An entered token replaces the current one, an empty field keeps it."""
    form = await setup_entry.start_reconfigure_flow(hass)
    simulator.owner_token = expected
    result = await submit(
        hass,
        form,
        {CONF_URL: simulator.url, CONF_TOKEN: token, CONF_VERIFY_SSL: True},
    )
    assert result["reason"] == "reconfigure_successful"
    assert setup_entry.data[CONF_TOKEN] == expected


@pytest.mark.parametrize(("fault", "errors"), FAULTS)
async def test_reconfigure_errors(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    fault: faults.Handler,
    errors: dict[str, str],
) -> None:
    """The form shows the error, and the entry is unchanged until the values work."""
    form = await setup_entry.start_reconfigure_flow(hass)
    simulator.inject(fault)
    user_input = {CONF_URL: simulator.url, CONF_VERIFY_SSL: False}
    form = await submit(hass, form, user_input)
    assert form["errors"] == errors
    assert _suggested_values(form) == {**user_input, CONF_TOKEN: None}
    assert setup_entry.data[CONF_VERIFY_SSL] is True
    simulator.heal()
    result = await submit(hass, form, user_input)
    assert result["reason"] == "reconfigure_successful"


@pytest.mark.parametrize(
    "token",
    [
        pytest.param({}, id="current token"),
        pytest.param({CONF_TOKEN: "typed"}, id="new token"),
    ],
)
async def test_reconfigure_wrong_server(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    token: dict[str, str],
) -> None:
    """Reconfiguration is aborted if another server is at the URL, which sees no token."""
    form = await setup_entry.start_reconfigure_flow(hass)
    async with PlexSimulator() as other:
        other.machine_identifier = "another"
        user_input = {CONF_URL: other.url, CONF_VERIFY_SSL: True, **token}
        result = await submit(hass, form, user_input)
        assert [request.path for request in other.requests] == ["/identity"]
        assert not was_sent_token(other)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "wrong_server"
    assert setup_entry.data[CONF_URL] == simulator.url


async def test_reconfigure_unknown_host_name(
    hass: HomeAssistant, setup_entry: MockConfigEntry, simulator: PlexSimulator
) -> None:
    """A typed URL is trusted if the server doesn't know its name."""
    form = await setup_entry.start_reconfigure_flow(hass)
    simulator.inject(faults.status(401), path="/identity")
    user_input = {CONF_URL: simulator.url, CONF_VERIFY_SSL: False}
    result = await submit(hass, form, user_input)
    assert result["reason"] == "reconfigure_successful"


async def test_reconfigure_unknown_host_name_wrong_server(
    hass: HomeAssistant, setup_entry: MockConfigEntry
) -> None:
    """Where a server doesn't know its name, another one is noticed by the first answer."""
    form = await setup_entry.start_reconfigure_flow(hass)
    async with PlexSimulator() as other:
        other.machine_identifier = "another"
        other.inject(faults.status(401), path="/identity")
        result = await submit(hass, form, {CONF_URL: other.url, CONF_VERIFY_SSL: True})
        assert result["reason"] == "wrong_server"
        assert [request.path for request in other.requests] == ["/identity", "/"]


async def test_manual_unknown_host_name(
    hass: HomeAssistant, simulator: PlexSimulator, entry_data: dict[str, Any]
) -> None:
    """A server that doesn't know its name is added by a typed URL."""
    simulator.inject(faults.status(401), path="/identity")
    result = await submit(hass, await _open_manual_form(hass), entry_data)
    assert result["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize(
    ("fault", "errors"),
    [
        pytest.param(
            faults.body(b"<html/>"), {"base": "not_plex"}, id="not a Plex server"
        ),
        pytest.param(faults.status(502), {"base": "server_trouble"}, id="proxy"),
        pytest.param(faults.starting_up(), {"base": "starting_up"}, id="starting up"),
    ],
)
async def test_manual_not_identified(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    entry_data: dict[str, Any],
    fault: faults.Handler,
    errors: dict[str, str],
) -> None:
    """What doesn't identify itself as a Plex server sees no token."""
    simulator.inject(fault, path="/identity")
    form = await submit(hass, await _open_manual_form(hass), entry_data)
    assert form["errors"] == errors
    assert not was_sent_token(simulator)


async def test_manual_two_identities(
    hass: HomeAssistant, simulator: PlexSimulator, entry_data: dict[str, Any]
) -> None:
    """A server that answers a token with another identity isn't added."""
    identity = b'{"MediaContainer": {"machineIdentifier": "another"}}'
    simulator.inject(faults.body(identity), path="/identity")
    form = await submit(hass, await _open_manual_form(hass), entry_data)
    assert form["errors"] == {"base": "wrong_server"}
    assert [request.path for request in simulator.requests] == ["/identity", "/"]


async def test_error_placeholders(
    hass: HomeAssistant, simulator: PlexSimulator, entry_data: dict[str, Any]
) -> None:
    """The texts of errors get the status, and the address that was tried."""
    simulator.inject(faults.status(502))
    form = await submit(hass, await _open_manual_form(hass), entry_data)
    assert form["errors"] == {"base": "server_trouble"}
    placeholders = form["description_placeholders"]
    assert placeholders is not None
    assert placeholders["status"] == "502"
    simulator.inject(faults.cut_off())
    form = await submit(hass, form, entry_data)
    placeholders = form["description_placeholders"]
    assert placeholders is not None
    assert placeholders["address"] == simulator.url


PAGE = "https://tower:32400/library/metadata/1?X-Plex-Token={}&checkFiles=1"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("X-Plex-Token={}", id="with its name"),
        pytest.param('"{}"', id="in quotes"),
        pytest.param("'{}' ", id="in single quotes"),
        pytest.param(PAGE, id="page"),
    ],
)
async def test_pasted_token(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    entry_data: dict[str, Any],
    text: str,
) -> None:
    """The token is taken out of what was pasted with it."""
    user_input = {**entry_data, CONF_TOKEN: text.format(simulator.owner_token)}
    result = await submit(hass, await _open_manual_form(hass), user_input)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["data"] == entry_data


def _without_token(entered: dict[str, Any]) -> dict[str, Any]:
    """Return what was entered, without the token."""
    return {key: value for key, value in entered.items() if key != CONF_TOKEN}


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("http://127.0.0.1:9", id="connection refused"),
        pytest.param("htp://tower", id="invalid URL"),
    ],
)
@pytest.mark.usefixtures("simulator")
async def test_manual_token_is_kept(
    hass: HomeAssistant, entry_data: dict[str, Any], url: str
) -> None:
    """An error of the URL keeps the token: its field may be left empty, and is empty."""
    form = await _open_manual_form(hass)
    form = await submit(hass, form, {**entry_data, CONF_URL: url})
    assert form["errors"]
    assert entry_data[CONF_TOKEN] not in repr(form)
    result = await submit(hass, form, {**entry_data, CONF_TOKEN: ""})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["data"] == entry_data


async def test_manual_wrong_token_is_not_kept(
    hass: HomeAssistant, entry_data: dict[str, Any]
) -> None:
    """An error of the token doesn't keep it."""
    form = await _open_manual_form(hass)
    form = await submit(hass, form, {**entry_data, CONF_TOKEN: "wrong"})
    assert form["errors"] == {CONF_TOKEN: "invalid_auth"}
    form = await submit(hass, form, _without_token(entry_data))
    assert form["errors"] == {CONF_TOKEN: "token_required"}


async def test_reauth_token_is_kept(
    hass: HomeAssistant, setup_entry: MockConfigEntry, simulator: PlexSimulator
) -> None:
    """Reauthentication keeps the token if the server doesn't answer."""
    form = await _open_reauth_form(hass, setup_entry)
    form = await submit(hass, form, {})
    assert form["errors"] == {CONF_TOKEN: "token_required"}
    simulator.owner_token = "new"
    simulator.inject(faults.cut_off())
    form = await submit(hass, form, {CONF_TOKEN: "new"})
    assert form["errors"] == {"base": "cannot_connect"}
    simulator.heal()
    result = await submit(hass, form, {})
    assert result["reason"] == "reauth_successful"
    assert setup_entry.data[CONF_TOKEN] == "new"


async def test_reconfigure_token_is_kept(
    hass: HomeAssistant, setup_entry: MockConfigEntry, simulator: PlexSimulator
) -> None:
    """Reconfiguration keeps a new token, not the current one, if the URL is wrong."""
    form = await setup_entry.start_reconfigure_flow(hass)
    simulator.owner_token = "new"
    user_input = {CONF_URL: "http://127.0.0.1:9", CONF_VERIFY_SSL: True}
    form = await submit(hass, form, {**user_input, CONF_TOKEN: "new"})
    assert form["errors"] == {"base": "cannot_connect"}
    result = await submit(hass, form, {**user_input, CONF_URL: simulator.url})
    assert result["reason"] == "reconfigure_successful"
    assert setup_entry.data[CONF_TOKEN] == "new"


@pytest.mark.parametrize(
    "token", [pytest.param({}, id="none"), pytest.param({CONF_TOKEN: ""}, id="empty")]
)
async def test_unclaimed_server(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    entry_data: dict[str, Any],
    token: dict[str, str],
) -> None:
    """A server without owner is added without a token, and works."""
    simulator.claimed = False
    form = await _open_manual_form(hass)
    result = await submit(hass, form, {**_without_token(entry_data), **token})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["data"] == {**entry_data, CONF_TOKEN: ""}
    assert result["result"].state is ConfigEntryState.LOADED
    assert not was_sent_token(simulator)


async def test_token_required(
    hass: HomeAssistant, simulator: PlexSimulator, entry_data: dict[str, Any]
) -> None:
    """A server with an owner can't be added without a token, also if it is unknown."""
    form = await _open_manual_form(hass)
    form = await submit(hass, form, _without_token(entry_data))
    assert form["errors"] == {CONF_TOKEN: "token_required"}
    simulator.inject(faults.status(401), path="/identity")
    form = await submit(hass, form, _without_token(entry_data))
    assert form["errors"] == {CONF_TOKEN: "token_required"}
    assert [request.path for request in simulator.requests] == ["/identity"] * 2


async def test_reauth_unclaimed_server(
    hass: HomeAssistant, setup_entry: MockConfigEntry, simulator: PlexSimulator
) -> None:
    """A server that has no owner any more can be reauthenticated without a token."""
    simulator.claimed = False
    form = await _open_reauth_form(hass, setup_entry)
    result = await submit(hass, form, {})
    assert result["reason"] == "reauth_successful"
    assert setup_entry.data[CONF_TOKEN] == ""


async def test_https_without_port(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    entry_data: dict[str, Any],
    server_ssl_context: SSLContext,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Where no Plex server is at port 32400, the one at port 443 is added."""
    async with PlexSimulator(ssl_context=server_ssl_context) as secure:
        ports = {("tower.test", 32400): 9, ("tower.test", 443): secure.port}
        redirect_hosts(monkeypatch, ports)
        user_input = {
            **entry_data,
            CONF_URL: "https://tower.test",
            CONF_VERIFY_SSL: False,
        }
        result = await submit(hass, await _open_manual_form(hass), user_input)
        assert result["type"] is FlowResultType.CREATE_ENTRY
        assert result["data"][CONF_URL] == "https://tower.test:443"
        await hass.config_entries.async_unload(result["result"].entry_id)


async def test_https_without_port_first(
    hass: HomeAssistant,
    entry_data: dict[str, Any],
    server_ssl_context: SSLContext,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Port 32400 is preferred; its errors are shown if it is the server's."""
    async with (
        PlexSimulator(ssl_context=server_ssl_context) as secure,
        PlexSimulator(ssl_context=server_ssl_context) as other,
    ):
        ports = {("tower.test", 32400): secure.port, ("tower.test", 443): other.port}
        redirect_hosts(monkeypatch, ports)
        user_input = {
            **entry_data,
            CONF_URL: "https://tower.test",
            CONF_VERIFY_SSL: False,
        }
        secure.inject(faults.starting_up())
        form = await submit(hass, await _open_manual_form(hass), user_input)
        assert form["errors"] == {"base": "starting_up"}
        assert _suggested_values(form)[CONF_URL] == "https://tower.test"
        secure.heal()
        result = await submit(hass, form, user_input)
        assert result["data"][CONF_URL] == "https://tower.test:32400"
        assert other.requests == []
        await hass.config_entries.async_unload(result["result"].entry_id)


async def test_reconfigure_https_without_port(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    server_ssl_context: SSLContext,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Reconfiguration tries both ports too, and shows what says most."""
    async with PlexSimulator(ssl_context=server_ssl_context) as secure:
        ports = {("tower.test", 32400): 9, ("tower.test", 443): secure.port}
        redirect_hosts(monkeypatch, ports)
        form = await setup_entry.start_reconfigure_flow(hass)
        user_input = {CONF_URL: "https://tower.test", CONF_VERIFY_SSL: False}
        secure.inject(faults.status(502))
        form = await submit(hass, form, user_input)
        assert form["errors"] == {"base": "server_trouble"}
        secure.heal()
        result = await submit(hass, form, user_input)
        assert result["reason"] == "reconfigure_successful"
        assert setup_entry.data[CONF_URL] == "https://tower.test:443"
        await hass.config_entries.async_unload(setup_entry.entry_id)


@pytest.mark.usefixtures("socket_enabled")
async def test_https_without_port_unreachable(
    hass: HomeAssistant, entry_data: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """If nothing answers at either port, the error is about the first."""
    redirect_hosts(monkeypatch, {})
    user_input = {**entry_data, CONF_URL: "https://tower.test"}
    form = await submit(hass, await _open_manual_form(hass), user_input)
    assert form["errors"] == {"base": "cannot_connect"}
    placeholders = form["description_placeholders"]
    assert placeholders is not None
    assert placeholders["address"] == "https://tower.test:32400"


async def test_validation_leaves_its_input(
    hass: HomeAssistant, simulator: PlexSimulator
) -> None:
    """The data of the caller isn't changed; the result has the normalized data."""
    entered = {
        CONF_URL: f" {simulator.url}/web/index.html",
        CONF_TOKEN: f"'{simulator.owner_token}'",
        CONF_VERIFY_SSL: True,
    }
    before = dict(entered)
    result = await async_validate_input(hass, entered)
    assert entered == before
    assert result.data == {
        CONF_URL: simulator.url,
        CONF_TOKEN: simulator.owner_token,
        CONF_VERIFY_SSL: True,
    }
    assert simulator.owner_token not in repr(result)


async def test_name_without_markup(
    hass: HomeAssistant, setup_entry: MockConfigEntry
) -> None:
    """The name of a server is no link in the dialogs of its entry."""
    title = "Tower [attic](http://evil.example) www.evil.example"
    hass.config_entries.async_update_entry(setup_entry, title=title)
    for flow in (
        await setup_entry.start_reauth_flow(hass),
        await setup_entry.start_reconfigure_flow(hass),
    ):
        placeholders = flow["description_placeholders"]
        assert placeholders is not None
        assert "](" not in placeholders["server"]
        assert "http://e" not in placeholders["server"]
        assert "www." not in placeholders["server"]


async def test_path(
    hass: HomeAssistant, simulator: PlexSimulator, entry_data: dict[str, Any]
) -> None:
    """A server that a proxy serves below a path is added, and reauthenticated, there.

    Only a person can have typed such a URL, so a server that doesn't know the name by
    which the proxy addresses it is trusted there.
    """
    async with below("/plex", simulator.port) as port:
        url = f"http://127.0.0.1:{port}/plex"
        simulator.inject(faults.status(401), path="/identity")
        user_input = {**entry_data, CONF_URL: f"{url}/web/index.html#!/"}
        result = await submit(hass, await _open_manual_form(hass), user_input)
        assert result["type"] is FlowResultType.CREATE_ENTRY
        assert result["data"] == {**entry_data, CONF_URL: url}
        entry = result["result"]
        menu = await hass.config_entries.flow.async_init(
            DOMAIN,
            context={"source": SOURCE_REAUTH, "entry_id": entry.entry_id},
            data=dict(entry.data),
        )
        form = await choose_option(hass, menu, "reauth_token")
        form = await submit(hass, form, {CONF_TOKEN: simulator.owner_token})
        assert form["reason"] == "reauth_successful"
        await hass.config_entries.async_unload(entry.entry_id)
