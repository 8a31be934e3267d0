"""Clients that receive notifications, and make nothing of them."""

from abc import ABC, abstractmethod
import json
from typing import Final, override

from aiohttp import WSMsgType
from plexapi.server import PlexServer
from plexwebsocket import PlexWebsocket

from homeassistant.core import HomeAssistant
from homeassistant.helpers.aiohttp_client import async_get_clientsession

from ..home import Home
from ..plex import JSON_HEADERS, TOKEN
from .butler import PlexButler

NOTIFICATIONS: Final = "/:/websockets/notifications"


class FrameClient(ABC):
    """A client of the websocket of the server with a number; it answers pings."""

    name: str

    def __init__(self, number: int) -> None:
        """Initialize the client."""
        self.number = number

    @abstractmethod
    async def async_connect(self, home: Home) -> None:
        """Connect, and begin to receive."""


class ButlerFrames(FrameClient):
    """The integration."""

    name = PlexButler.name

    @override
    async def async_connect(self, home: Home) -> None:
        await PlexButler(self.number).async_set_up(home)


class _Receiver(FrameClient):
    """A client that is nothing but a task."""

    @override
    async def async_connect(self, home: Home) -> None:
        url = home.server.urls[self.number]
        home.hass.async_create_background_task(
            self._async_receive(home.hass, url), self.name
        )
        await home.skip()

    @abstractmethod
    async def _async_receive(self, hass: HomeAssistant, url: str) -> None:
        """Receive until canceled."""


class BareFrames(_Receiver):
    """The limit: receive and json.loads."""

    name = "receive and json.loads"

    @override
    async def _async_receive(self, hass: HomeAssistant, url: str) -> None:
        session = async_get_clientsession(hass)
        url += NOTIFICATIONS
        async with session.ws_connect(url, headers=JSON_HEADERS) as websocket:
            async for message in websocket:
                if message.type is WSMsgType.TEXT:
                    json.loads(message.data)


class PlexWebsocketFrames(_Receiver):
    """plexwebsocket, with a callback that does nothing."""

    name = "plexwebsocket"

    @override
    async def _async_receive(self, hass: HomeAssistant, url: str) -> None:
        server = await hass.async_add_executor_job(PlexServer, url, TOKEN)
        session = async_get_clientsession(hass)
        client = PlexWebsocket(
            server, lambda *_: None, subscriptions=["activity"], session=session
        )
        await client.listen()
