"""python-plexapi, which blocks, in Home Assistant's executor."""

import logging
from typing import Any, override

from plexapi.server import PlexServer

from homeassistant.helpers.update_coordinator import DataUpdateCoordinator

from ..home import Home
from ..plex import TOKEN
from .contender import Contender


class PlexApi(Contender):
    """A coordinator that asks plexapi for the tasks."""

    name = "plexapi in the executor"

    @override
    async def async_set_up(self, home: Home) -> None:
        hass = home.hass
        server = await hass.async_add_executor_job(PlexServer, home.server.url, TOKEN)

        async def update() -> list[Any]:
            tasks = await hass.async_add_executor_job(server.butlerTasks)
            return [(task.name, task.enabled) for task in tasks]

        self._coordinator = DataUpdateCoordinator(
            hass,
            logging.getLogger(__name__),
            config_entry=None,
            name=self.name,
            update_interval=self.interval,
            update_method=update,
            always_update=False,
        )
        self._coordinator.async_add_listener(lambda: None)
        await self._coordinator.async_refresh()

    @override
    async def async_poll(self) -> None:
        await self._coordinator.async_refresh()
