"""Home Assistant in this process, on a configuration folder of its own."""

from collections.abc import AsyncGenerator, Callable, Coroutine, Iterator
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager
import gc
import logging
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, override
from unittest.mock import patch

from aiohttp import ThreadedResolver

from homeassistant import loader
from homeassistant.auth import auth_manager_from_config
from homeassistant.bootstrap import async_load_base_functionality
from homeassistant.config_entries import ConfigEntries
from homeassistant.const import EVENT_STATE_CHANGED, EVENT_STATE_REPORTED
from homeassistant.core import CoreState, Event, HomeAssistant, callback

from .clock import CLOCK
from .loop import SkippingLoop
from .plex import ROOT, PlexServer
from .work import Work, frozen_heap

MAKE_RESOLVER: Final = "homeassistant.helpers.aiohttp_client._async_make_resolver"
"""What would need Home Assistant's zeroconf, which announces it to the network."""

SHUTDOWN_MARK: Final = "_shutdown_run_callback_threadsafe"
"""What Home Assistant notes at its event loop when it stops."""

BIND: Final = "homeassistant.components.http.server.HomeAssistantHTTP.async_bind"
"""What would occupy the port of a Home Assistant on this machine."""

SETTLE: Final = 3
"""Seconds after which nothing waits for a cooldown any more."""


class Home:
    """A Home Assistant, and the server that it talks to."""

    def __init__(
        self, hass: HomeAssistant, loop: SkippingLoop, server: PlexServer
    ) -> None:
        """Initialize the home."""
        self.hass = hass
        self.server = server
        self._loop = loop

    @property
    def elapsed(self) -> float:
        """Return the seconds that have passed for a person whose machine is idle."""
        return self._loop.elapsed

    async def skip(self, seconds: float = SETTLE) -> None:
        """Let time pass, and everything happen that is due in it."""
        await self._loop.skip(seconds)

    def move_on(self) -> None:
        """Move the clock on by a few seconds, before anything can react to it."""
        CLOCK.offset += SETTLE

    def skipping(self) -> AbstractContextManager[None]:
        """Let time pass at once in a block, whenever there is nothing else to do."""
        return self._loop.skipping()

    async def measure_work(self, act: Coroutine[Any, Any, object]) -> Work:
        """Return what was done during an act, without what it took to skip time."""
        with frozen_heap(), self._loop.measure_work() as work:
            # In a task of its own, each of its steps is a callback.
            await self._loop.create_task(act)
        return work

    @contextmanager
    def count_writes(self) -> Iterator[list[str]]:
        """List the states that are written in a block, changed or not."""
        written: list[str] = []

        @callback
        def count(event: Event[Any]) -> None:
            written.append(event.data["entity_id"])

        @callback
        def accept(_: object) -> bool:
            return True

        stops: list[Callable[[], None]] = [
            self.hass.bus.async_listen(EVENT_STATE_CHANGED, count),
            self.hass.bus.async_listen(EVENT_STATE_REPORTED, count, accept),
        ]
        yield written
        for stop in stops:
            stop()


class _Resolver(ThreadedResolver):
    """A resolver that Home Assistant can close."""

    async def real_close(self) -> None:
        """Close the resolver."""
        await self.close()


class _Lines(logging.Handler):
    """Lists what is logged."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.lines: list[str] = []

    @override
    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


@contextmanager
def count_log_lines() -> Iterator[list[str]]:
    """List the lines that are logged in a block, at INFO and above."""
    handler, root = _Lines(), logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield handler.lines
    root.setLevel(level)
    root.removeHandler(handler)


@asynccontextmanager
async def open_home(loop: SkippingLoop, server: PlexServer) -> AsyncGenerator[Home]:
    """Start Home Assistant in a block, with the integrations of this repository."""
    with TemporaryDirectory(prefix="bench") as folder:
        link = Path(folder) / "custom_components"
        link.symlink_to(ROOT / "custom_components")
        hass = HomeAssistant(folder)
        hass.config.skip_pip = True
        hass.config_entries = ConfigEntries(hass, {})
        loader.async_setup(hass)
        await loader.async_get_custom_components(hass)
        assert await async_load_base_functionality(hass)
        hass.auth = await auth_manager_from_config(hass, [], [])
        hass.set_state(CoreState.running)
        try:
            with (
                patch(MAKE_RESOLVER, return_value=_Resolver()),
                patch(BIND),
            ):
                yield Home(hass, loop, server)
        finally:
            await hass.async_stop(force=True)
            # Another Home Assistant follows in the same event loop.
            vars(loop).pop(SHUTDOWN_MARK)
            server.order("end")
            gc.collect()
