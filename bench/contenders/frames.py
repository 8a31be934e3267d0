"""Clients that receive notifications, and make nothing of them."""

from abc import ABC, abstractmethod
from asyncio import Task
import json
from typing import Final, override

from aiohttp import WSMsgType
from plexapi.server import PlexServer
from plexwebsocket import PlexWebsocket

from homeassistant.helpers.aiohttp_client import async_get_clientsession

from ..home import Home
from ..plex import JSON_HEADERS, TOKEN
from .butler import PlexButler

NOTIFICATIONS: Final = "/:/websockets/notifications"


class FrameClient(ABC):
    """A client of the websocket; it answers pings."""

    name: str

    @abstractmethod
    async def async_connect(self, home: Home) -> None:
        """Connect, and begin to receive."""

    @abstractmethod
    async def async_disconnect(self, home: Home) -> None:
        """Disconnect."""


class ButlerFrames(FrameClient):
    """The integration; it is set up the first time."""

    name = PlexButler.name

    def __init__(self) -> None:
        """Initialize the client."""
        self._butler: PlexButler | None = None

    @override
    async def async_connect(self, home: Home) -> None:
        if self._butler is None:
            self._butler = PlexButler()
            await self._butler.async_set_up(home)
        else:
            entry = self._butler.entry
            assert await home.hass.config_entries.async_setup(entry.entry_id)
            await home.skip()

    @override
    async def async_disconnect(self, home: Home) -> None:
        assert self._butler is not None
        entry = self._butler.entry
        assert await home.hass.config_entries.async_unload(entry.entry_id)
        await home.skip()


class _Receiver(FrameClient):
    """A client that is nothing but a task."""

    _task: Task[None]

    @override
    async def async_connect(self, home: Home) -> None:
        self._task = home.hass.async_create_background_task(
            self._async_receive(home), self.name
        )
        await home.skip()

    @override
    async def async_disconnect(self, home: Home) -> None:
        self._task.cancel()
        await home.skip()

    @abstractmethod
    async def _async_receive(self, home: Home) -> None:
        """Receive until canceled."""


class BareFrames(_Receiver):
    """The limit: receive and json.loads."""

    name = "receive and json.loads"

    @override
    async def _async_receive(self, home: Home) -> None:
        session = async_get_clientsession(home.hass)
        url = home.server.url + NOTIFICATIONS
        async with session.ws_connect(url, headers=JSON_HEADERS) as websocket:
            async for message in websocket:
                if message.type is WSMsgType.TEXT:
                    json.loads(message.data)


class PlexWebsocketFrames(_Receiver):
    """plexwebsocket, with a callback that does nothing."""

    name = "plexwebsocket"

    @override
    async def _async_receive(self, home: Home) -> None:
        server = await home.hass.async_add_executor_job(
            PlexServer, home.server.url, TOKEN
        )
        session = async_get_clientsession(home.hass)
        client = PlexWebsocket(
            server, lambda *_: None, subscriptions=["activity"], session=session
        )
        await client.listen()
