"""Config flow of Plex Butler."""

from asyncio import Task
from collections.abc import Iterable, Mapping
from typing import Any, Final, override

import voluptuous as vol

from homeassistant.config_entries import (
    SOURCE_IGNORE,
    ConfigEntry,
    ConfigFlow,
    ConfigFlowResult,
)
from homeassistant.const import CONF_TOKEN, CONF_URL
from homeassistant.helpers.service_info.zeroconf import ZeroconfServiceInfo

from .api import DEFAULT_PORT, OwnedServer, ServerIdentity
from .const import DOMAIN
from .flow.candidates import (
    ServerCandidate,
    async_entry_data,
    candidates_from_plex_integration,
    is_set_up,
)
from .flow.probe import ProbedServer, async_moved_url, async_probe_host
from .flow.schemas import (
    CONF_SERVER,
    MANUAL_SCHEMA,
    RECONFIGURE_SCHEMA,
    TOKEN_SCHEMA,
    pick_server_schema,
)
from .flow.sign_in import SignIn, SignInError, async_start_sign_in
from .flow.validation import async_validate_input

TOKEN_HELP: Final = (
    "https://support.plex.tv/articles/"
    "204059436-finding-an-authentication-token-x-plex-token/"
)


class PlexButlerConfigFlow(ConfigFlow, domain=DOMAIN):
    """Handle a config flow for Plex Butler."""

    def __init__(self) -> None:
        """Initialize the config flow."""
        self._candidates: dict[str, ServerCandidate | OwnedServer] = {}
        self._sign_in: SignIn | None = None
        self._sign_in_task: Task[list[OwnedServer]] | None = None
        self._discovered: ProbedServer | None = None
        self._discovered_name = ""
        self._known: ServerCandidate | None = None

    @override
    async def async_step_user(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Show the ways to add a server; those without typing come first."""
        candidates = candidates_from_plex_integration(self.hass)
        return self.async_show_menu(
            step_id="user",
            menu_options=[
                *(["plex_integration"] if candidates else []),
                "sign_in",
                "manual",
            ],
            description_placeholders={
                "servers": ", ".join(candidate.name for candidate in candidates)
            },
        )

    async def async_step_manual(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Add a server by its URL and token."""
        errors: dict[str, str] = {}
        if user_input is not None:
            errors, server = await async_validate_input(self.hass, user_input)
            if server is not None:
                return await self._create_entry(server, user_input)
        return self._show_form("manual", MANUAL_SCHEMA, user_input, errors)

    async def async_step_plex_integration(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Add a server of Home Assistant's own Plex integration."""
        return await self._pick_candidate(candidates_from_plex_integration(self.hass))

    async def async_step_sign_in(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Show the page to sign in with Plex, and wait until the person has signed in."""
        if self._sign_in is None or self._sign_in_task is None:
            try:
                self._sign_in = await async_start_sign_in(self.hass)
            except SignInError as err:
                return self.async_abort(reason=err.reason)
            self._sign_in_task = self.hass.async_create_background_task(
                self._sign_in.async_servers(), "sign in with Plex"
            )
        if self._sign_in_task.done():
            return self.async_show_progress_done(next_step_id="signed_in")
        return self.async_show_progress(
            step_id="sign_in",
            progress_action="sign_in",
            description_placeholders={"page": self._sign_in.page},
            progress_task=self._sign_in_task,
        )

    async def async_step_signed_in(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Add a server of the person who has signed in."""
        assert self._sign_in_task is not None
        try:
            servers = await self._sign_in_task
        except SignInError as err:
            return self.async_abort(reason=err.reason)
        return await self._pick_candidate(
            server
            for server in servers
            if not is_set_up(self.hass, server.machine_identifier)
        )

    async def async_step_pick_server(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Add the server that was picked; errors can be retried."""
        errors: dict[str, str] = {}
        if user_input is not None:
            picked = self._candidates[user_input[CONF_SERVER]]
            if (data := await async_entry_data(self.hass, picked)) is None:
                errors = {"base": "server_not_found"}
            else:
                errors, server = await async_validate_input(
                    self.hass,
                    data,
                    machine_identifier=picked.machine_identifier,
                    is_known_url=True,
                )
                if server is not None:
                    return await self._create_entry(server, data)
        return self._show_form(
            "pick_server",
            pick_server_schema(
                {key: server.name for key, server in self._candidates.items()}
            ),
            user_input,
            # The form has no field for the token or the URL.
            {"base": next(iter(errors.values()))} if errors else {},
        )

    @override
    async def async_step_zeroconf(
        self, discovery_info: ZeroconfServiceInfo
    ) -> ConfigFlowResult:
        """Handle a server that was discovered by zeroconf."""
        server = await async_probe_host(
            self.hass, discovery_info.host, discovery_info.port or DEFAULT_PORT
        )
        if server is None:
            return self.async_abort(reason="no_server_there")
        entry = await self.async_set_unique_id(server.machine_identifier)
        if entry and entry.source != SOURCE_IGNORE:
            known = entry.data
            url = await async_moved_url(self.hass, known, server)
            # A person may have changed the entry meanwhile.
            if url and entry.data == known:
                return self.async_update_reload_and_abort(
                    entry, data_updates={CONF_URL: url}, reason="already_configured"
                )
        self._abort_if_unique_id_configured()
        self._discovered = server
        self._discovered_name = discovery_info.name.removesuffix(
            f".{discovery_info.type}"
        )
        self.context["title_placeholders"] = {"name": self._discovered_name}
        for candidate in candidates_from_plex_integration(self.hass):
            if candidate.machine_identifier == server.machine_identifier:
                self._known = candidate
                return await self.async_step_discovered()
        return await self.async_step_token()

    async def async_step_discovered(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Show which tokens there are for a discovered server."""
        return self.async_show_menu(
            step_id="discovered",
            menu_options=["known_token", "token"],
            description_placeholders={"server": self._discovered_name},
        )

    async def async_step_known_token(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Add a discovered server with the token of Home Assistant's Plex integration.

        If the server has moved since, its new address has to be as secure.
        """
        assert self._discovered is not None
        assert self._known is not None
        data = dict(self._known.data)
        if url := await async_moved_url(self.hass, data, self._discovered):
            data[CONF_URL] = url
        errors, server = await async_validate_input(
            self.hass, data, machine_identifier=self.unique_id, is_known_url=True
        )
        if server is not None:
            return await self._create_entry(server, data)
        return self._show_token_form(errors)

    async def async_step_token(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Add a discovered server with a token that the person enters."""
        assert self._discovered is not None
        errors: dict[str, str] = {}
        if user_input is not None:
            data = {**self._discovered.address, **user_input}
            errors, server = await async_validate_input(
                self.hass, data, machine_identifier=self.unique_id
            )
            if server is not None:
                return await self._create_entry(server, data)
        return self._show_token_form(errors)

    async def async_step_reauth(
        self, entry_data: Mapping[str, Any]
    ) -> ConfigFlowResult:
        """Handle reauthentication, since the server refused the token."""
        return await self.async_step_reauth_confirm()

    async def async_step_reauth_confirm(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Update the token."""
        return await self._update_entry(
            "reauth_confirm", TOKEN_SCHEMA, self._get_reauth_entry(), user_input
        )

    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Update the URL, and the token if one is entered."""
        return await self._update_entry(
            "reconfigure", RECONFIGURE_SCHEMA, self._get_reconfigure_entry(), user_input
        )

    async def _pick_candidate(
        self, candidates: Iterable[ServerCandidate | OwnedServer]
    ) -> ConfigFlowResult:
        """Add the only candidate, or let the person pick one."""
        self._candidates = {server.machine_identifier: server for server in candidates}
        match list(self._candidates):
            case []:
                return self.async_abort(reason="no_servers")
            case [only]:
                return await self.async_step_pick_server({CONF_SERVER: only})
        return await self.async_step_pick_server()

    async def _create_entry(
        self, server: ServerIdentity, data: Mapping[str, Any]
    ) -> ConfigFlowResult:
        """Create the entry of a server, from validated data."""
        await self.async_set_unique_id(
            server.machine_identifier, raise_on_progress=False
        )
        self._abort_if_unique_id_configured()
        return self.async_create_entry(
            title=server.friendly_name or "Plex Media Server", data=data
        )

    async def _update_entry(
        self,
        step_id: str,
        schema: vol.Schema,
        entry: ConfigEntry,
        user_input: dict[str, Any] | None,
    ) -> ConfigFlowResult:
        """Update an entry once its own server accepts what the person entered."""
        errors: dict[str, str] = {}
        data = dict(entry.data)
        if user_input is not None:
            # An empty token means the current one.
            data.update(
                {key: value for key, value in user_input.items() if value != ""}
            )
            errors, server = await async_validate_input(self.hass, data)
            if server is not None:
                await self.async_set_unique_id(server.machine_identifier)
                self._abort_if_unique_id_mismatch(reason="wrong_server")
                return self.async_update_reload_and_abort(entry, data=data)
        return self._show_form(step_id, schema, data, errors, server=entry.title)

    def _show_token_form(self, errors: dict[str, str]) -> ConfigFlowResult:
        """Show the form for the token of a discovered server."""
        assert self._discovered is not None
        return self._show_form(
            "token",
            TOKEN_SCHEMA,
            None,
            errors,
            server=self._discovered_name,
            url=self._discovered.address[CONF_URL],
        )

    def _show_form(
        self,
        step_id: str,
        schema: vol.Schema,
        data: Mapping[str, Any] | None,
        errors: dict[str, str],
        **placeholders: str,
    ) -> ConfigFlowResult:
        """Show a form with what was entered before, except the token."""
        entered = {
            key: value for key, value in (data or {}).items() if key != CONF_TOKEN
        }
        return self.async_show_form(
            step_id=step_id,
            data_schema=self.add_suggested_values_to_schema(schema, entered),
            errors=errors,
            description_placeholders={"token_help": TOKEN_HELP, **placeholders},
        )
