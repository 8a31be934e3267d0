"""The dialogs that add a server, renew its token and change its address."""

from collections.abc import Mapping
from typing import Any, Final, override

import voluptuous as vol

from homeassistant.config_entries import ConfigEntry, ConfigFlow, ConfigFlowResult
from homeassistant.const import CONF_TOKEN, CONF_URL, CONF_VERIFY_SSL
from homeassistant.helpers.selector import (
    BooleanSelector,
    TextSelector,
    TextSelectorConfig,
    TextSelectorType,
)

from .api import PlexError, ServerIdentity, server_url
from .connection import async_create_client
from .const import DOMAIN
from .errors import form_errors

ADDRESS: Final = TextSelector(TextSelectorConfig(autocomplete="off"))
TOKEN: Final = TextSelector(
    TextSelectorConfig(type=TextSelectorType.PASSWORD, autocomplete="off")
)

USER_SCHEMA: Final = vol.Schema(
    {
        vol.Required(CONF_URL): ADDRESS,
        vol.Required(CONF_TOKEN): TOKEN,
        vol.Required(CONF_VERIFY_SSL, default=True): BooleanSelector(),
    }
)
REAUTH_SCHEMA: Final = vol.Schema({vol.Required(CONF_TOKEN): TOKEN})
RECONFIGURE_SCHEMA: Final = vol.Schema(
    {
        vol.Required(CONF_URL): ADDRESS,
        vol.Optional(CONF_TOKEN): TOKEN,
        vol.Required(CONF_VERIFY_SSL): BooleanSelector(),
    }
)

TOKEN_HELP: Final = (
    "https://support.plex.tv/articles/"
    "204059436-finding-an-authentication-token-x-plex-token/"
)


class PlexButlerConfigFlow(ConfigFlow, domain=DOMAIN):
    """The dialogs of Plex Butler."""

    @override
    async def async_step_user(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Add a server by its address and token."""
        errors: dict[str, str] = {}
        if user_input is not None:
            errors, server = await self._async_validate(user_input)
            if server is not None:
                await self.async_set_unique_id(
                    server.machine_identifier, raise_on_progress=False
                )
                self._abort_if_unique_id_configured()
                return self.async_create_entry(
                    title=server.friendly_name or "Plex Media Server", data=user_input
                )
        return self._async_show_form("user", USER_SCHEMA, user_input, errors)

    async def async_step_reauth(
        self, entry_data: Mapping[str, Any]
    ) -> ConfigFlowResult:
        """Ask for a new token, since the server refused the one we have."""
        return await self.async_step_reauth_confirm()

    async def async_step_reauth_confirm(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Take a new token."""
        return await self._async_step_change(
            "reauth_confirm", REAUTH_SCHEMA, self._get_reauth_entry(), user_input
        )

    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Take a new address, and a new token where one is given."""
        return await self._async_step_change(
            "reconfigure", RECONFIGURE_SCHEMA, self._get_reconfigure_entry(), user_input
        )

    async def _async_step_change(
        self,
        step_id: str,
        schema: vol.Schema,
        entry: ConfigEntry,
        user_input: dict[str, Any] | None,
    ) -> ConfigFlowResult:
        """Change an entry, once its own server has taken what was typed."""
        errors: dict[str, str] = {}
        data = dict(entry.data)
        if user_input is not None:
            # A token left empty is a token kept.
            data.update(
                {key: value for key, value in user_input.items() if value != ""}
            )
            errors, server = await self._async_validate(data)
            if server is not None:
                await self.async_set_unique_id(server.machine_identifier)
                self._abort_if_unique_id_mismatch(reason="wrong_server")
                return self.async_update_reload_and_abort(entry, data=data)
        return self._async_show_form(step_id, schema, data, errors, server=entry.title)

    async def _async_validate(
        self, data: dict[str, Any]
    ) -> tuple[dict[str, str], ServerIdentity | None]:
        """Tidy what was typed, and try it: return errors by field, or the server."""
        data[CONF_TOKEN] = data[CONF_TOKEN].strip()
        try:
            data[CONF_URL] = server_url(data[CONF_URL])
        except ValueError:
            # The form shows the address again, and its query may hold a token.
            data[CONF_URL] = data[CONF_URL].partition("?")[0]
            return {CONF_URL: "invalid_url"}, None
        client = await async_create_client(self.hass, data)
        try:
            server = await client.server()
            # A guest's token opens the server, but only the owner's its butler.
            await client.butler_tasks()
        except PlexError as err:
            return form_errors(err), None
        return {}, server

    def _async_show_form(
        self,
        step_id: str,
        schema: vol.Schema,
        data: dict[str, Any] | None,
        errors: dict[str, str],
        **placeholders: str,
    ) -> ConfigFlowResult:
        """Show a form with what was typed before, but for the token."""
        typed = {key: value for key, value in (data or {}).items() if key != CONF_TOKEN}
        return self.async_show_form(
            step_id=step_id,
            data_schema=self.add_suggested_values_to_schema(schema, typed),
            errors=errors,
            description_placeholders={"token_help": TOKEN_HELP, **placeholders},
        )
