"""Schemas of the config flow's forms."""

from collections.abc import Mapping
from typing import Final
import zoneinfo

import voluptuous as vol

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_TIME_ZONE, CONF_TOKEN, CONF_URL, CONF_VERIFY_SSL
from homeassistant.core import HomeAssistant
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

TOKEN_HELP: Final = (
    "https://support.plex.tv/articles/"
    "204059436-finding-an-authentication-token-x-plex-token/"
)
"""Page that explains how to find a token."""

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


async def async_options_schema(hass: HomeAssistant, entry: ConfigEntry) -> vol.Schema:
    """Return the schema of a server's options, with the current ones as defaults."""
    zones = await hass.async_add_executor_job(zoneinfo.available_timezones)
    selector = SelectSelector(
        SelectSelectorConfig(options=sorted(zones), mode=SelectSelectorMode.DROPDOWN)
    )
    zone = entry.options.get(CONF_TIME_ZONE, hass.config.time_zone)
    return vol.Schema({vol.Required(CONF_TIME_ZONE, default=zone): selector})
