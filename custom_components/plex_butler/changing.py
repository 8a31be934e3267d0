"""Changing a server that is there: its token, its address."""

from collections.abc import Mapping
from typing import Any, Final

import voluptuous as vol

from homeassistant.config_entries import ConfigEntry, ConfigFlowResult
from homeassistant.const import CONF_TOKEN, CONF_URL, CONF_VERIFY_SSL
from homeassistant.helpers.selector import BooleanSelector

from .dialogs import ADDRESS, TOKEN, TOKEN_SCHEMA, Dialogs
from .validation import async_validate

RECONFIGURE_SCHEMA: Final = vol.Schema(
    {
        vol.Required(CONF_URL): ADDRESS,
        vol.Optional(CONF_TOKEN): TOKEN,
        vol.Required(CONF_VERIFY_SSL): BooleanSelector(),
    }
)


class ChangingDialogs(Dialogs):
    """The dialogs of a server that is set up."""

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
            "reauth_confirm", TOKEN_SCHEMA, self._get_reauth_entry(), user_input
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
            errors, server = await async_validate(self.hass, data)
            if server is not None:
                await self.async_set_unique_id(server.machine_identifier)
                self._abort_if_unique_id_mismatch(reason="wrong_server")
                return self.async_update_reload_and_abort(entry, data=data)
        return self.async_ask(step_id, schema, data, errors, server=entry.title)
