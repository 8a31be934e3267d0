"""Creates the client of a server from the data of a config entry."""

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
