"""Home Assistant's floor: a coordinator that requests the tasks and makes nothing of them."""

import logging
from typing import Any, override

from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator

from ..home import Home
from .bare import TASKS, async_get
from .contender import Contender


class EmptyCoordinator(Contender):
    """A coordinator with a listener that does nothing."""

    name = "empty coordinator"

    @override
    async def async_set_up(self, home: Home) -> None:
        session = async_get_clientsession(home.hass)
        url = home.server.url + TASKS

        async def update() -> Any:
            return await async_get(session, url)

        self._coordinator = DataUpdateCoordinator(
            home.hass,
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
