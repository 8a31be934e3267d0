"""The limit: requests of aiohttp and json.loads, and nothing else."""

import json
from typing import Any, Final, override

from aiohttp import ClientSession

from homeassistant.helpers.aiohttp_client import async_get_clientsession

from ..home import Home
from ..plex import JSON_HEADERS
from .contender import Contender

TASKS: Final = "/butler"
SETTINGS: Final = "/:/prefs"


async def async_get(session: ClientSession, url: str) -> Any:
    """Return the content of an answer."""
    async with session.get(url, headers=JSON_HEADERS) as response:
        return json.loads(await response.read())


class Bare(Contender):
    """Requests of one or more paths of a server, whose content is dropped."""

    name = "aiohttp and json.loads"

    def __init__(self, *paths: str, number: int = 0) -> None:
        """Initialize with the paths to request from the server with a number."""
        super().__init__()
        self._number = number
        self._paths = paths or (TASKS,)
        self._urls: list[str] = []
        self._session: ClientSession | None = None

    @override
    async def async_set_up(self, home: Home) -> None:
        self._session = async_get_clientsession(home.hass)
        url = home.server.urls[self._number]
        self._urls = [url + path for path in self._paths]

    @override
    async def async_poll(self) -> None:
        assert self._session is not None
        for url in self._urls:
            await async_get(self._session, url)
