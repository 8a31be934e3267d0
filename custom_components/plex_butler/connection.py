"""The clients: of a server, for what a config entry or its form holds, and of plex.tv."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid5

from homeassistant.const import CONF_TOKEN, CONF_URL, CONF_VERIFY_SSL
from homeassistant.core import HomeAssistant
from homeassistant.helpers import instance_id
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.loader import async_get_integration

from .api import ClientInfo, PlexClient
from .const import DOMAIN


async def async_create_client(
    hass: HomeAssistant, data: Mapping[str, Any]
) -> PlexClient:
    """Return a client of the server at the data's address, with the data's token if any."""
    return PlexClient(
        async_get_clientsession(hass, verify_ssl=data[CONF_VERIFY_SSL]),
        data[CONF_URL],
        data.get(CONF_TOKEN),
        await async_client_info(hass),
    )


async def async_client_info(hass: HomeAssistant) -> ClientInfo:
    """Return what we say of ourselves to Plex."""
    integration = await async_get_integration(hass, DOMAIN)
    # Plex keeps this identifier, so it is one of our own: the id of the installation
    # itself belongs to Home Assistant's analytics.
    installation = UUID(hex=await instance_id.async_get(hass))
    return ClientInfo(
        identifier=str(uuid5(installation, DOMAIN)),
        product=integration.name,
        version=str(integration.version),
        device_name="Home Assistant",
    )
