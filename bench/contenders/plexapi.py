"""python-plexapi, which blocks, in Home Assistant's executor."""

from typing import Any, override

from plexapi.server import PlexServer

from ..home import Home
from ..plex import TOKEN
from .empty import EmptyCoordinator


class PlexApi(EmptyCoordinator):
    """A coordinator that asks plexapi for the tasks."""

    name = "plexapi in the executor"

    @override
    async def async_set_up(self, home: Home) -> None:
        hass = home.hass
        server = await hass.async_add_executor_job(PlexServer, home.server.url, TOKEN)

        async def update() -> list[Any]:
            tasks = await hass.async_add_executor_job(server.butlerTasks)
            return [(task.name, task.enabled) for task in tasks]

        await self.async_coordinate(home, update)
