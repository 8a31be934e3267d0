"""What follows from the data of a config entry: the client, and how far to trust the URL."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import tzinfo
from ipaddress import ip_address
import re
from typing import Any, Final
from uuid import UUID, uuid5

from yarl import URL

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_TIME_ZONE, CONF_TOKEN, CONF_URL, CONF_VERIFY_SSL
from homeassistant.core import HomeAssistant
from homeassistant.helpers import instance_id
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.loader import async_get_integration
from homeassistant.util import dt as dt_util

from .api import ClientInfo, PlexClient
from .butler.guard import TokenGuard
from .const import DOMAIN

PLEX_DIRECT: Final = re.compile(r"[^.]+\.([^.]+\.plex\.direct)")
"""A name on Plex's certificates: an IP address with dashes, and the server's own hash."""


async def async_create_client(
    hass: HomeAssistant, data: Mapping[str, Any]
) -> PlexClient:
    """Return a client for the URL, token (if any) and certificate setting in the data."""
    return PlexClient(
        async_get_clientsession(hass, verify_ssl=data[CONF_VERIFY_SSL]),
        data[CONF_URL],
        data.get(CONF_TOKEN),
        await async_client_info(hass),
    )


async def async_client_info(hass: HomeAssistant) -> ClientInfo:
    """Return how we identify ourselves to Plex."""
    integration = await async_get_integration(hass, DOMAIN)
    # Plex stores this identifier, so it must not be the id of the installation, which
    # belongs to Home Assistant's analytics.
    installation = UUID(hex=await instance_id.async_get(hass))
    return ClientInfo(
        identifier=str(uuid5(installation, DOMAIN)),
        product=integration.name,
        version=str(integration.version),
        device_name="Home Assistant",
    )


def token_guard(client: PlexClient, entry: ConfigEntry) -> TokenGuard:
    """Return the guard of the token for the server of a config entry."""
    is_found = is_found_url(entry.data[CONF_URL])
    return TokenGuard(client, entry.unique_id, is_found_url=is_found)


async def async_server_time_zone(options: Mapping[str, Any]) -> tzinfo | None:
    """Return the time zone of a server, None if it's that of Home Assistant."""
    name = options.get(CONF_TIME_ZONE)
    return await dt_util.async_get_time_zone(name) if name else None


def is_found_url(url: str) -> bool:
    """Return whether a URL may have been found, in contrast to one that a person typed.

    An announcement leads to an IP address, and plex.tv to names on Plex's certificates.
    Servers identify themselves by both without a token (measured), so no real server
    needs to be trusted any further there.
    """
    parsed = URL(url)
    if parsed.path != "/":
        return False
    with suppress(ValueError):
        return bool(ip_address(parsed.host or ""))
    return certified_name(url) is not None


def certified_name(url: str) -> str | None:
    """Return the part of a name on Plex's certificates that only one server has."""
    match = PLEX_DIRECT.fullmatch(URL(url).host or "")
    return match[1] if match else None
