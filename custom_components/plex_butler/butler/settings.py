"""Reads and changes the settings that schedule the butler's tasks."""

from asyncio import Lock
from collections.abc import Mapping
from enum import StrEnum
from math import inf
from typing import Final

from ..api import PlexError, ServerSetting, SettingValue
from ..const import LOGGER
from .guard import LOSSES, TokenGuard, WrongServerError
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

    `schedule` has the last known settings, None as long as the server never returned
    any. Reading and changing exclude each other, so that a value from before a change is
    never taken for one from after it.
    """

    def __init__(self, guard: TokenGuard) -> None:
        """Initialize without settings."""
        self.schedule: Schedule | None = None
        self._guard = guard
        self._settings: Mapping[str, ServerSetting] | None = None
        self._last_read = -inf
        self._lock = Lock()

    def invalidate(self) -> None:
        """Read the settings again at the next update."""
        self._last_read = -inf

    async def async_update(self, seconds: float) -> None:
        """Read the settings unless they were read less than SETTINGS_MAX_AGE ago.

        The time is in monotonic seconds. If they can't be read, the last known ones stay:
        tasks work without settings. Raises WrongServerError if another server answers.
        """
        async with self._lock:
            if seconds < self._last_read + SETTINGS_MAX_AGE:
                return
            try:
                await self._async_read(seconds)
            except WrongServerError:
                raise
            except PlexError as err:
                LOGGER.debug("The settings can't be read: %s", err)
                self.invalidate()
                if isinstance(err, LOSSES):
                    self._guard.invalidate()

    async def async_change(
        self, setting: str, value: SettingValue, seconds: float
    ) -> ChangeResult:
        """Change a setting by its id, at a time in monotonic seconds, and read it back.

        The server answers 200 even to a change that it doesn't apply (measured). Raises
        PlexError.
        """
        async with self._lock:
            self.invalidate()
            client = await self._guard.async_client()
            await client.change_setting(setting, value)
            try:
                await self._async_read(seconds)
            except PlexError as err:
                LOGGER.debug("The setting can't be read back: %s", err)
                return ChangeResult.UNCONFIRMED
            changed = (self.schedule or {}).get(setting)
            if changed is None or changed.value != value:
                return ChangeResult.REFUSED
            return ChangeResult.APPLIED

    async def _async_read(self, seconds: float) -> None:
        client = await self._guard.async_client()
        settings = await client.settings()
        if settings is not self._settings:
            if self._settings is not None:
                # Entities of settings that another server doesn't have would be removed.
                await self._guard.async_confirm()
            self._settings, self.schedule = settings, schedule_from(settings)
        self._last_read = seconds
