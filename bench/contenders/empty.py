"""Home Assistant's floor: a coordinator that requests something and makes nothing of it."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
import logging
from typing import Any, override

from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator

from ..home import Home
from .bare import TASKS, async_get
from .contender import Contender


class EmptyCoordinator(Contender):
    """A coordinator with a listener that does nothing; by default it requests the tasks."""

    name = "empty coordinator"

    def __init__(self, interval: timedelta, *paths: str) -> None:
        """Initialize with the paths to request, and how often."""
        super().__init__(interval)
        self._paths = paths or (TASKS,)

    @override
    async def async_set_up(self, home: Home) -> None:
        session = async_get_clientsession(home.hass)
        urls = [home.server.url + path for path in self._paths]

        async def update() -> list[Any]:
            return [await async_get(session, url) for url in urls]

        await self.async_coordinate(home, update)

    async def async_coordinate(
        self, home: Home, update: Callable[[], Awaitable[list[Any]]]
    ) -> None:
        """Let a coordinator poll by a function."""
        self.coordinator = DataUpdateCoordinator(
            home.hass,
            logging.getLogger(__name__),
            config_entry=None,
            name=self.name,
            update_interval=self.interval,
            update_method=update,
            always_update=False,
        )
        self.coordinator.async_add_listener(lambda: None)
        await self.coordinator.async_refresh()

    @override
    async def async_poll(self) -> None:
        await self.coordinator.async_refresh()
