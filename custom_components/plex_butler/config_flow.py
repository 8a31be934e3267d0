"""Config flow of Plex Butler."""

from collections.abc import Iterable, Mapping
from typing import Any, Final, override

import voluptuous as vol

from homeassistant.config_entries import (
    SOURCE_IGNORE,
    SOURCE_REAUTH,
    ConfigEntry,
    ConfigFlow,
    ConfigFlowResult,
    OptionsFlowWithReload,
)
from homeassistant.const import CONF_TOKEN, CONF_URL
from homeassistant.core import callback
from homeassistant.helpers.service_info.zeroconf import ZeroconfServiceInfo

from .api import DEFAULT_PORT, OwnedServer, ServerIdentity
from .connection import is_found_url
from .const import DOMAIN
from .flow.candidates import (
    ServerCandidate,
    async_validate_candidate,
    candidates_from_plex_integration,
    is_set_up,
)
from .flow.move import async_follow_move
from .flow.probe import ProbedServer, async_probe_host
from .flow.schemas import (
    CONF_SERVER,
    MANUAL_SCHEMA,
    RECONFIGURE_SCHEMA,
    TOKEN_HELP,
    TOKEN_SCHEMA,
    async_options_schema,
    pick_server_schema,
)
from .flow.sign_in import SignIn, SignInError, async_start_sign_in
from .flow.validation import Validation, async_validate_input, without_tokens
from .markdown import plain_text

type Input = dict[str, Any] | None

OTHER_WAYS: Final = ("sign_in", "manual")
"""Steps to add any server."""


class PlexButlerConfigFlow(ConfigFlow, domain=DOMAIN):
    """Handle a config flow for Plex Butler."""

    def __init__(self) -> None:
        """Initialize the config flow."""
        self._candidates: dict[str, ServerCandidate | OwnedServer] = {}
        self._sign_in: SignIn | None = None
        self._discovered: ProbedServer | None = None
        self._discovered_name = ""
        self._known: ServerCandidate | None = None
        self._entered_token = ""

    @staticmethod
    @callback
    @override
    def async_get_options_flow(config_entry: ConfigEntry) -> PlexButlerOptionsFlow:
        """Return the flow of the options."""
        return PlexButlerOptionsFlow()

    @override
    async def async_step_user(self, user_input: Input = None) -> ConfigFlowResult:
        """Show the ways to add a server; those without typing come first."""
        candidates = candidates_from_plex_integration(self.hass)
        names = ", ".join(candidate.name for candidate in candidates)
        return self.async_show_menu(
            step_id="user",
            menu_options=[*(["plex_integration"] if candidates else []), *OTHER_WAYS],
            description_placeholders={"servers": plain_text(names)},
        )

    async def async_step_manual(self, user_input: Input = None) -> ConfigFlowResult:
        """Add a server by its URL and token."""
        result = None
        if user_input is not None:
            result = await self._validate_entered(user_input, is_typed_url=True)
            if result.server is not None:
                return await self._create_entry(result.server, result.data)
        return self._show_form("manual", MANUAL_SCHEMA, user_input, result)

    async def async_step_plex_integration(
        self, user_input: Input = None
    ) -> ConfigFlowResult:
        """Add a server of Home Assistant's own Plex integration."""
        return await self._pick_candidate(candidates_from_plex_integration(self.hass))

    async def async_step_sign_in(self, user_input: Input = None) -> ConfigFlowResult:
        """Show the page to sign in with Plex, and wait until the person has signed in."""
        if self._sign_in is None:
            try:
                self._sign_in = await async_start_sign_in(self.hass)
            except SignInError as err:
                return self._show_menu(err.reason)
        if self._sign_in.task.done():
            return self.async_show_progress_done(next_step_id="signed_in")
        return self.async_show_progress(
            step_id="sign_in",
            progress_action="sign_in",
            description_placeholders={"page": self._sign_in.page},
            progress_task=self._sign_in.task,
        )

    async def async_step_signed_in(self, user_input: Input = None) -> ConfigFlowResult:
        """Use the servers of the person who has signed in."""
        assert self._sign_in is not None
        sign_in, self._sign_in = self._sign_in, None
        try:
            servers = await sign_in.task
        except SignInError as err:
            return self._show_menu(err.reason)
        if self.source == SOURCE_REAUTH:
            return await self._reauth_signed_in(servers)
        return await self._pick_candidate(
            server
            for server in servers
            if not is_set_up(self.hass, server.machine_identifier)
        )

    async def async_step_sign_in_expired(
        self, user_input: Input = None
    ) -> ConfigFlowResult:
        """Show that the sign-in timed out."""
        return self._show_menu("sign_in_expired")

    async def async_step_plex_tv_trouble(
        self, user_input: Input = None
    ) -> ConfigFlowResult:
        """Show that plex.tv couldn't be reached."""
        return self._show_menu("plex_tv_trouble")

    async def async_step_no_servers(self, user_input: Input = None) -> ConfigFlowResult:
        """Show that there is no server to pick."""
        return self._show_menu("no_servers")

    async def async_step_not_owned(self, user_input: Input = None) -> ConfigFlowResult:
        """Show that the account doesn't own the server that needs a new token."""
        return self._show_menu("not_owned")

    async def async_step_pick_server(
        self, user_input: Input = None
    ) -> ConfigFlowResult:
        """Add the server that was picked; after an error, there are other ways too."""
        result = None
        match user_input:
            case {"server": "sign_in"}:
                return await self.async_step_sign_in()
            case {"server": "manual"}:
                return await self.async_step_manual()
            case {"server": machine_identifier}:
                picked = self._candidates[machine_identifier]
                result = await async_validate_candidate(self.hass, picked)
                result = result.without_fields()
                if result.server is not None:
                    return await self._create_entry(result.server, result.data)
        schema = pick_server_schema(
            {key: server.name for key, server in self._candidates.items()},
            other_ways=OTHER_WAYS if result else (),
        )
        return self._show_form("pick_server", schema, user_input, result)

    @override
    async def async_step_zeroconf(
        self, discovery_info: ZeroconfServiceInfo
    ) -> ConfigFlowResult:
        """Handle a server that was discovered by zeroconf: no proof, anyone can announce it."""
        if discovery_info.ip_address.is_global:
            return self.async_abort(reason="no_server_there")
        announced = self.hass.loop.time()
        server = await async_probe_host(
            self.hass, discovery_info.host, discovery_info.port or DEFAULT_PORT
        )
        if server is None:
            return self.async_abort(reason="no_server_there")
        unique_id = server.machine_identifier
        # A slow answer to an earlier announcement must not hold up a newer one.
        is_new = not is_set_up(self.hass, unique_id)
        entry = await self.async_set_unique_id(unique_id, raise_on_progress=is_new)
        if entry and entry.source != SOURCE_IGNORE:
            if url := await async_follow_move(self.hass, entry, server, announced):
                return self.async_update_reload_and_abort(
                    entry, data_updates={CONF_URL: url}, reason="already_configured"
                )
        self._abort_if_unique_id_configured()
        self._discovered = server
        self._discovered_name = plain_text(
            discovery_info.name.removesuffix(f".{discovery_info.type}")
        )
        self.context["title_placeholders"] = {"name": self._discovered_name}
        for candidate in candidates_from_plex_integration(self.hass):
            if candidate.machine_identifier == unique_id:
                self._known = candidate
                return await self.async_step_discovered()
        return await self.async_step_token()

    async def async_step_discovered(self, user_input: Input = None) -> ConfigFlowResult:
        """Show which tokens there are for a discovered server."""
        return self.async_show_menu(
            step_id="discovered",
            menu_options=["known_token", "token"],
            description_placeholders={"server": self._discovered_name},
        )

    async def async_step_known_token(
        self, user_input: Input = None
    ) -> ConfigFlowResult:
        """Add a discovered server with the token of Home Assistant's Plex integration."""
        assert self._known is not None
        result = await async_validate_candidate(
            self.hass, self._known, self._discovered
        )
        if result.server is not None:
            return await self._create_entry(result.server, result.data)
        return await self.async_step_token(result=result)

    async def async_step_token(
        self, user_input: Input = None, result: Validation | None = None
    ) -> ConfigFlowResult:
        """Add a discovered server with a token that the person enters.

        `result` is that of an earlier attempt.
        """
        assert self._discovered is not None
        address = self._discovered.address
        if user_input is not None:
            result = await self._validate_entered(
                {**address, **user_input}, machine_identifier=self.unique_id
            )
            if result.server is not None:
                return await self._create_entry(result.server, result.data)
        return self._show_form(
            "token",
            TOKEN_SCHEMA,
            None,
            result,
            server=self._discovered_name,
            url=address[CONF_URL],
        )

    async def async_step_reauth(
        self, entry_data: Mapping[str, Any]
    ) -> ConfigFlowResult:
        """Handle reauthentication, since the server refused the token."""
        return await self.async_step_reauth_confirm()

    async def async_step_reauth_confirm(
        self, user_input: Input = None
    ) -> ConfigFlowResult:
        """Show the ways to get a new token."""
        return self._show_menu("reauth_confirm")

    async def async_step_reauth_token(
        self, user_input: Input = None
    ) -> ConfigFlowResult:
        """Update the token."""
        entry = self._get_reauth_entry()
        return await self._update_entry(
            "reauth_token",
            TOKEN_SCHEMA,
            entry,
            None if user_input is None else {CONF_TOKEN: "", **user_input},
            is_typed_url=not is_found_url(entry.data[CONF_URL]),
        )

    async def async_step_reconfigure(
        self, user_input: Input = None
    ) -> ConfigFlowResult:
        """Update the URL, and the token if one is entered."""
        entry = self._get_reconfigure_entry()
        if user_input is not None and not user_input.get(CONF_TOKEN):
            token = self._entered_token or entry.data[CONF_TOKEN]
            user_input = {**user_input, CONF_TOKEN: token}
        return await self._update_entry(
            "reconfigure", RECONFIGURE_SCHEMA, entry, user_input, is_typed_url=True
        )

    async def _pick_candidate(
        self, candidates: Iterable[ServerCandidate | OwnedServer]
    ) -> ConfigFlowResult:
        """Add the only candidate, or let the person pick one."""
        self._candidates = {server.machine_identifier: server for server in candidates}
        match list(self._candidates):
            case []:
                return self._show_menu("no_servers")
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

    async def _reauth_signed_in(self, servers: list[OwnedServer]) -> ConfigFlowResult:
        """Update the token to the one that the account has for the server."""
        machine_identifier = self._get_reauth_entry().unique_id
        for server in servers:
            if server.machine_identifier == machine_identifier:
                return await self.async_step_reauth_token({CONF_TOKEN: server.token})
        return self._show_menu("not_owned")

    async def _update_entry(
        self,
        step_id: str,
        schema: vol.Schema,
        entry: ConfigEntry,
        user_input: Input,
        *,
        is_typed_url: bool,
    ) -> ConfigFlowResult:
        """Update an entry once its own server accepts what the person entered."""
        result = None
        data = {**entry.data, **(user_input or {})}
        if user_input is not None:
            result = await self._validate_entered(
                data, machine_identifier=entry.unique_id, is_typed_url=is_typed_url
            )
            if result.server is not None:
                return self.async_update_reload_and_abort(entry, data=result.data)
            if result.error == "wrong_server":
                return self.async_abort(reason="wrong_server")
        return self._show_form(
            step_id, schema, data, result, server=plain_text(entry.title)
        )

    async def _validate_entered(
        self, data: Mapping[str, Any], **trust: Any
    ) -> Validation:
        """Validate data with an entered token, and keep it unless the error is about it.

        An empty token means the one that was kept.
        """
        token = data.get(CONF_TOKEN) or self._entered_token
        result = await async_validate_input(
            self.hass, {**data, CONF_TOKEN: token}, **trust
        )
        self._entered_token = "" if CONF_TOKEN in result.errors else token
        return result

    def _show_menu(self, step_id: str) -> ConfigFlowResult:
        """Show a menu with the ways to get the token of a server."""
        if self.source != SOURCE_REAUTH:
            return self.async_show_menu(step_id=step_id, menu_options=list(OTHER_WAYS))
        title = plain_text(self._get_reauth_entry().title)
        return self.async_show_menu(
            step_id=step_id,
            menu_options=["sign_in", "reauth_token"],
            description_placeholders={"server": title},
        )

    def _show_form(
        self,
        step_id: str,
        schema: vol.Schema,
        entered: Mapping[str, Any] | None,
        result: Validation | None,
        **placeholders: str,
    ) -> ConfigFlowResult:
        """Show a form with what was entered before, except tokens."""
        return self.async_show_form(
            step_id=step_id,
            data_schema=self.add_suggested_values_to_schema(
                schema, without_tokens(entered or {})
            ),
            errors=dict(result.errors) if result else {},
            description_placeholders={
                "token_help": TOKEN_HELP,
                **placeholders,
                **(result.placeholders if result else {}),
            },
        )


class PlexButlerOptionsFlow(OptionsFlowWithReload):
    """Handle the options of a server."""

    async def async_step_init(self, user_input: Input = None) -> ConfigFlowResult:
        """Change the options."""
        if user_input is not None:
            return self.async_create_entry(data=user_input)
        return self.async_show_form(
            step_id="init",
            data_schema=await async_options_schema(self.hass, self.config_entry),
            description_placeholders={"server": plain_text(self.config_entry.title)},
        )
