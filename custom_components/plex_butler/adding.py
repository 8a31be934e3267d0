"""Adding a server: one that is known, one of who signs in with Plex, or by hand."""

from asyncio import Task
from collections.abc import Iterable
from typing import Any, Final, override

import voluptuous as vol

from homeassistant.config_entries import ConfigFlowResult
from homeassistant.const import CONF_TOKEN, CONF_URL, CONF_VERIFY_SSL
from homeassistant.helpers.selector import (
    BooleanSelector,
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
)

from .api import OwnedServer
from .dialogs import ADDRESS, TOKEN, Dialogs
from .known_servers import (
    KnownServer,
    async_entry_data,
    is_set_up,
    servers_of_plex_integration,
)
from .sign_in import SignIn, SignInFailed, async_begin_sign_in
from .validation import async_validate

CONF_SERVER: Final = "server"

MANUAL_SCHEMA: Final = vol.Schema(
    {
        vol.Required(CONF_URL): ADDRESS,
        vol.Required(CONF_TOKEN): TOKEN,
        vol.Required(CONF_VERIFY_SSL, default=True): BooleanSelector(),
    }
)


class AddingDialogs(Dialogs):
    """The dialogs that a person adds a server by."""

    _sign_in: SignIn | None = None
    _signing_in: Task[list[OwnedServer]] | None = None
    _offered: dict[str, KnownServer | OwnedServer]

    @override
    async def async_step_user(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask how to add a server; the ways without typing come first."""
        known = servers_of_plex_integration(self.hass)
        ways = ["plex_integration"] if known else []
        return self.async_show_menu(
            step_id="user",
            menu_options=[*ways, "sign_in", "manual"],
            description_placeholders={
                "servers": ", ".join(server.name for server in known)
            },
        )

    async def async_step_manual(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Add a server by its address and token."""
        errors: dict[str, str] = {}
        if user_input is not None:
            errors, server = await async_validate(self.hass, user_input)
            if server is not None:
                return await self.async_add(server, user_input)
        return self.async_ask("manual", MANUAL_SCHEMA, user_input, errors)

    async def async_step_plex_integration(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Add a server as Home Assistant's own Plex integration has it."""
        return await self._async_offer(servers_of_plex_integration(self.hass))

    async def async_step_sign_in(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Let a person sign in with Plex, and wait until they have."""
        if self._sign_in is None or self._signing_in is None:
            try:
                self._sign_in = await async_begin_sign_in(self.hass)
            except SignInFailed as err:
                return self.async_abort(reason=err.reason)
            self._signing_in = self.hass.async_create_background_task(
                self._sign_in.async_servers(), "sign in with Plex"
            )
        if self._signing_in.done():
            return self.async_show_progress_done(next_step_id="signed_in")
        return self.async_show_progress(
            step_id="sign_in",
            progress_action="sign_in",
            description_placeholders={"page": self._sign_in.page},
            progress_task=self._signing_in,
        )

    async def async_step_signed_in(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Add a server of who has signed in."""
        assert self._signing_in is not None
        try:
            servers = await self._signing_in
        except SignInFailed as err:
            return self.async_abort(reason=err.reason)
        return await self._async_offer(
            server
            for server in servers
            if not is_set_up(self.hass, server.machine_identifier)
        )

    async def _async_offer(
        self, servers: Iterable[KnownServer | OwnedServer]
    ) -> ConfigFlowResult:
        """Add the one server that there is, or let the person pick."""
        self._offered = {server.machine_identifier: server for server in servers}
        match list(self._offered):
            case []:
                return self.async_abort(reason="no_servers")
            case [only]:
                return await self.async_step_pick_server({CONF_SERVER: only})
        return await self.async_step_pick_server()

    async def async_step_pick_server(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Add the server that was picked; what keeps us from it can be tried again."""
        errors: dict[str, str] = {}
        if user_input is not None:
            picked = self._offered[user_input[CONF_SERVER]]
            if (data := await async_entry_data(self.hass, picked)) is None:
                errors = {"base": "server_not_found"}
            else:
                errors, server = await async_validate(
                    self.hass, data, meant=picked.machine_identifier, known=True
                )
                if server is not None:
                    return await self.async_add(server, data)
        return self.async_ask(
            "pick_server",
            _pick_schema(self._offered),
            user_input,
            # What is wrong with the token or the address has no field here.
            {"base": next(iter(errors.values()))} if errors else {},
        )


def _pick_schema(servers: dict[str, KnownServer | OwnedServer]) -> vol.Schema:
    options = [
        SelectOptionDict(value=machine_identifier, label=server.name)
        for machine_identifier, server in servers.items()
    ]
    selector = SelectSelector(
        SelectSelectorConfig(options=options, mode=SelectSelectorMode.LIST)
    )
    return vol.Schema({vol.Required(CONF_SERVER): selector})
