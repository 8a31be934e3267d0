"""Schemas of the config flow's forms."""

from collections.abc import Mapping
from typing import Final

import voluptuous as vol

from homeassistant.const import CONF_TOKEN, CONF_URL, CONF_VERIFY_SSL
from homeassistant.helpers.selector import (
    BooleanSelector,
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
    TextSelectorConfig,
    TextSelectorType,
)

CONF_SERVER: Final = "server"

_URL: Final = TextSelector(TextSelectorConfig(autocomplete="off"))
_TOKEN: Final = TextSelector(
    TextSelectorConfig(type=TextSelectorType.PASSWORD, autocomplete="off")
)

# An empty token means the one that was entered before, or that the server needs none. Where
# it needs one, the validation says so.
MANUAL_SCHEMA: Final = vol.Schema(
    {
        vol.Required(CONF_URL): _URL,
        vol.Optional(CONF_TOKEN): _TOKEN,
        vol.Required(CONF_VERIFY_SSL, default=True): BooleanSelector(),
    }
)

TOKEN_SCHEMA: Final = vol.Schema({vol.Optional(CONF_TOKEN): _TOKEN})

RECONFIGURE_SCHEMA: Final = vol.Schema(
    {
        vol.Required(CONF_URL): _URL,
        vol.Optional(CONF_TOKEN): _TOKEN,
        vol.Required(CONF_VERIFY_SSL): BooleanSelector(),
    }
)


def pick_server_schema(
    names: Mapping[str, str], *, other_ways: tuple[str, ...] = ()
) -> vol.Schema:
    """Return the schema to pick a server from names by machine identifier.

    `other_ways` are steps that can be picked instead; their names are translated.
    """
    options = [
        SelectOptionDict(value=value, label=label)
        for value, label in [*names.items(), *zip(other_ways, other_ways, strict=True)]
    ]
    selector = SelectSelector(
        SelectSelectorConfig(
            options=options,
            mode=SelectSelectorMode.LIST,
            translation_key=CONF_SERVER,
        )
    )
    return vol.Schema({vol.Required(CONF_SERVER): selector})
