"""When tasks last ran, kept over restarts."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers.storage import Store
from homeassistant.util import dt as dt_util

from .const import DOMAIN
from .task_state import LastRun

VERSION = 1


class RunHistory:
    """The last run of each task of a server, in Home Assistant's storage.

    Kept here rather than restored by sensors, so that actions have it too, and tasks
    whose sensors are disabled.
    """

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        """Name the place."""
        self._store = Store[dict[str, dict[str, Any]]](
            hass, VERSION, f"{DOMAIN}.{entry.entry_id}"
        )

    async def async_load(self) -> dict[str, LastRun]:
        """Return the last runs, by Plex's name of each task."""
        return {
            name: LastRun(
                started=dt_util.parse_datetime(run.get("started") or ""),
                finished=dt_util.parse_datetime(run.get("finished") or ""),
                duration=run.get("duration"),
            )
            for name, run in (await self._store.async_load() or {}).items()
        }

    async def async_save(self, last_runs: Mapping[str, LastRun]) -> None:
        """Keep the last runs."""
        await self._store.async_save(
            {name: asdict(run) for name, run in last_runs.items()}
        )

    async def async_remove(self) -> None:
        """Forget them."""
        await self._store.async_remove()
