"""Stores what is known of a server's tasks over restarts."""

import asyncio
from collections.abc import Callable, Mapping
from time import monotonic
from typing import Any, Final, override

from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.storage import Store

from .butler.memory import Memory
from .const import DOMAIN, LOGGER
from .records import (
    EndedRunsJson,
    ended_runs_from,
    is_complete,
    memory_from,
    records_from,
)

STORAGE_VERSION: Final = 1
MAX_READABLE_VERSION: Final = 1000
"""Records of later versions are read as far as they can be."""

SAVE_DELAY: Final = 10
"""Seconds for which changes are collected before they are written."""


SEEN_INTERVAL: Final = 300
"""Seconds after which runs that go on are saved again."""


class _Storage(Store[dict[str, Any]]):
    """The file of a server, in which every version has records by the tasks' names."""

    @override
    async def _async_migrate_func(
        self, old_major_version: int, old_minor_version: int, old_data: dict[str, Any]
    ) -> dict[str, Any]:
        """Return the records of another version, of which the readable ones are used."""
        return old_data


class RunStore:
    """Store of what is known of each task, by Plex's name of it.

    Sensors don't restore their last runs, so that actions have them too, also those of
    tasks whose sensors are disabled.
    """

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        """Initialize the store of a config entry."""
        self._store = _Storage(
            hass,
            STORAGE_VERSION,
            f"{DOMAIN}.{entry_id}",
            max_readable_version=MAX_READABLE_VERSION,
        )
        self._unsaved: Callable[[], Memory] | None = None
        self._ended_runs = EndedRunsJson()
        self._saved = 0.0

    def is_outdated(self, seconds: float) -> bool:
        """Return whether runs that go on have to be saved again at a monotonic time.

        A restart has to find how long nobody watched.
        """
        return seconds >= self._saved + SEEN_INTERVAL

    async def async_load(self) -> Memory:
        """Return what was saved, without records that can't be read."""
        try:
            records = await self._store.async_load()
        except (HomeAssistantError, AttributeError, KeyError, TypeError) as err:
            # Whoever wrote this file wasn't Home Assistant.
            LOGGER.warning("The stored runs can't be read: %s", type(err).__name__)
            self.async_schedule_save(Memory)
            return Memory()
        memory = await self._async_read(records if isinstance(records, dict) else {})
        if records and not is_complete(records, memory):
            LOGGER.warning("Some of the stored runs can't be read, and are dropped")
            self.async_schedule_save(lambda: memory)
        return memory

    @callback
    def async_schedule_save(self, memory: Callable[[], Memory]) -> None:
        """Save what is known then, soon or when Home Assistant stops."""
        self._saved = monotonic()

        @callback
        def records() -> dict[str, Any]:
            latest, self._unsaved = self._unsaved or memory, None
            return records_from(latest(), self._ended_runs)

        is_scheduled = self._unsaved is not None
        self._unsaved = memory
        # Another delay would begin each time, so that a busy night is never written.
        if not is_scheduled:
            self._store.async_delay_save(records, SAVE_DELAY)

    async def async_flush(self) -> None:
        """Save now what has to be saved, or when Home Assistant stops if it is stopping."""
        if memory := self._unsaved:
            self._unsaved = None
            await self._store.async_save(records_from(memory(), self._ended_runs))

    async def async_remove(self) -> None:
        """Remove what is stored."""
        await self._store.async_remove()

    async def _async_read(self, records: Mapping[str, Any]) -> Memory:
        """Return what records say, without what can't be read."""
        memory = memory_from(records)
        history = {}
        for name, record in records.items():
            if runs := ended_runs_from(name, record):
                history[name] = runs
                self._ended_runs.of(name, runs)
                # To read those of 1,000 tasks takes seconds.
                await asyncio.sleep(0)
        return memory._replace(history=history)
