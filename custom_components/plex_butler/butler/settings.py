"""Reads and changes the settings that schedule the butler's tasks."""

from asyncio import Lock
from enum import StrEnum
from math import inf
from typing import Final

from ..api import PlexClient, PlexError, PlexResponseError, SettingValue
from ..const import LOGGER
from .schedule import Schedule, schedule_from

SETTINGS_MAX_AGE: Final = 290
"""Seconds for which settings aren't read again: from one slow poll to the next."""


class ChangeResult(StrEnum):
    """Result of changing a setting; UNCONFIRMED if it couldn't be read back."""

    APPLIED = "applied"
    REFUSED = "refused"
    UNCONFIRMED = "unconfirmed"


class ServerSettings:
    """The settings of one server.

    `schedule` is None while the server doesn't return its settings. Reading and changing
    exclude each other, so that a value from before a change is never taken for one from
    after it.
    """

    def __init__(self, client: PlexClient) -> None:
        """Initialize without settings."""
        self.schedule: Schedule | None = None
        self._client = client
        self._last_read = -inf
        self._lock = Lock()

    def invalidate(self) -> None:
        """Read the settings again at the next update."""
        self._last_read = -inf

    async def async_update(self, seconds: float) -> None:
        """Read the settings unless they were read less than SETTINGS_MAX_AGE ago.

        The time is in monotonic seconds. Raises nothing if they can't be read: tasks work
        without settings.
        """
        async with self._lock:
            if seconds < self._last_read + SETTINGS_MAX_AGE:
                return
            try:
                await self._async_read(seconds)
            except PlexError as err:
                LOGGER.debug("The settings can't be read: %s", err)
                self.schedule = None
                self._last_read = seconds

    async def async_change(
        self, setting: str, value: SettingValue, seconds: float
    ) -> ChangeResult:
        """Change a setting by its id, at a time in monotonic seconds, and read it back.

        The server answers 200 even to a change that it doesn't apply (measured). Raises
        PlexError.
        """
        async with self._lock:
            self.invalidate()
            await self._client.change_setting(setting, value)
            try:
                await self._async_read(seconds)
            except PlexResponseError as err:
                LOGGER.debug("The setting can't be read back: %s", err)
                return ChangeResult.UNCONFIRMED
            changed = (self.schedule or {}).get(setting)
            if changed is None or changed.value != value:
                return ChangeResult.REFUSED
            return ChangeResult.APPLIED

    async def _async_read(self, seconds: float) -> None:
        self.schedule = schedule_from(await self._client.settings())
        self._last_read = seconds
