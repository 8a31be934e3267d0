"""Ends what is in progress when Home Assistant stops, which would wait for it."""

from asyncio import Timeout, get_running_loop, timeout
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError

from .errors import translated


class StopScope:
    """What has to end with an error when Home Assistant stops."""

    def __init__(self, hass: HomeAssistant, server: str) -> None:
        """Initialize the scope of a server, by its name."""
        self._hass = hass
        self._server = server
        self._in_progress: set[Timeout] = set()

    def stop(self) -> None:
        """End everything that is in progress."""
        for each in self._in_progress:
            each.reschedule(get_running_loop().time())

    @asynccontextmanager
    async def until_stop(self) -> AsyncGenerator[None]:
        """End a block when Home Assistant stops; raises HomeAssistantError then."""
        if self._hass.is_stopping:
            raise self._error()
        scope = timeout(None)
        self._in_progress.add(scope)
        try:
            async with scope:
                yield
        except TimeoutError as err:
            raise self._error() from err
        finally:
            self._in_progress.remove(scope)

    def _error(self) -> HomeAssistantError:
        return translated(HomeAssistantError, "stopping", server=self._server)
