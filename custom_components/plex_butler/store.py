"""Stores the last runs of a server's tasks over restarts."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final

from homeassistant.core import HomeAssistant
from homeassistant.helpers.storage import Store
from homeassistant.util import dt as dt_util

from .butler.models import LastRun
from .const import DOMAIN

STORAGE_VERSION: Final = 1


class RunStore:
    """Store of the last run of each task, by Plex's name of the task.

    Sensors don't restore them, so that actions have them too, also those of tasks whose
    sensors are disabled.
    """

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        """Initialize the store of a config entry."""
        self._store = Store[dict[str, dict[str, Any]]](
            hass, STORAGE_VERSION, f"{DOMAIN}.{entry_id}"
        )

    async def async_load(self) -> dict[str, LastRun]:
        """Load the last runs."""
        return {
            name: LastRun(
                started=dt_util.parse_datetime(run.get("started") or ""),
                finished=dt_util.parse_datetime(run.get("finished") or ""),
                duration=run.get("duration"),
            )
            for name, run in (await self._store.async_load() or {}).items()
        }

    async def async_save(self, last_runs: Mapping[str, LastRun]) -> None:
        """Save the last runs."""
        await self._store.async_save(
            {name: asdict(run) for name, run in last_runs.items()}
        )

    async def async_remove(self) -> None:
        """Remove the stored runs."""
        await self._store.async_remove()
