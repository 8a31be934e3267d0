"""The integration, with a config entry, as a user has it."""

from types import MappingProxyType
from typing import override

from custom_components.plex_butler.const import DOMAIN
from custom_components.plex_butler.coordinator import PlexButlerConfigEntry
from homeassistant.config_entries import SOURCE_USER, ConfigEntry, ConfigEntryState
from homeassistant.const import CONF_TOKEN, CONF_URL, CONF_VERIFY_SSL

from ..bodies import MACHINE
from ..home import Home
from ..names import PLEX_BUTLER
from ..plex import TOKEN
from .contender import Contender


class PlexButler(Contender):
    """Plex Butler; `number` tells one server from another."""

    name = PLEX_BUTLER

    def __init__(self, number: int = 0) -> None:
        """Initialize the contender, which has intervals of its own."""
        super().__init__()
        self._number = number
        self.entry: PlexButlerConfigEntry

    @override
    async def async_set_up(self, home: Home) -> None:
        self.entry = self.add_entry(home)
        await home.hass.config_entries.async_add(self.entry)
        await home.hass.async_block_till_done()
        assert self.entry.state is ConfigEntryState.LOADED
        # The websocket connects, and a refresh follows.
        await home.skip()

    def add_entry(self, home: Home) -> PlexButlerConfigEntry:
        """Return a config entry for the server."""
        return ConfigEntry(
            version=1,
            minor_version=1,
            domain=DOMAIN,
            title=f"Tower {self._number}" if self._number else "Tower",
            data={
                CONF_URL: home.server.urls[self._number],
                CONF_TOKEN: TOKEN,
                CONF_VERIFY_SSL: True,
            },
            source=SOURCE_USER,
            unique_id=f"{MACHINE}{self._number}",
            options={},
            discovery_keys=MappingProxyType({}),
            subentries_data=None,
        )

    @override
    async def async_poll(self) -> None:
        await self.entry.runtime_data.async_refresh()
