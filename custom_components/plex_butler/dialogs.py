"""What all dialogs share: their fields, how a form is shown, and how a server is added."""

from collections.abc import Mapping
from typing import Any, Final

import voluptuous as vol

from homeassistant.config_entries import ConfigFlow, ConfigFlowResult
from homeassistant.const import CONF_TOKEN
from homeassistant.helpers.selector import (
    TextSelector,
    TextSelectorConfig,
    TextSelectorType,
)

from .api import ServerIdentity

ADDRESS: Final = TextSelector(TextSelectorConfig(autocomplete="off"))
TOKEN: Final = TextSelector(
    TextSelectorConfig(type=TextSelectorType.PASSWORD, autocomplete="off")
)

TOKEN_SCHEMA: Final = vol.Schema({vol.Required(CONF_TOKEN): TOKEN})

TOKEN_HELP: Final = (
    "https://support.plex.tv/articles/"
    "204059436-finding-an-authentication-token-x-plex-token/"
)


class Dialogs(ConfigFlow):
    """The ground that the dialogs stand on."""

    def async_ask(
        self,
        step_id: str,
        schema: vol.Schema,
        data: Mapping[str, Any] | None,
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

    async def async_add(
        self, server: ServerIdentity, data: Mapping[str, Any]
    ) -> ConfigFlowResult:
        """Add a server that was tried."""
        await self.async_set_unique_id(
            server.machine_identifier, raise_on_progress=False
        )
        self._abort_if_unique_id_configured()
        return self.async_create_entry(
            title=server.friendly_name or "Plex Media Server", data=data
        )
