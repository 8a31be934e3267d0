"""Refreshes: not too often, and not canceled with their caller."""

from asyncio import Task, wait
from collections.abc import Coroutine
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers.debounce import Debouncer

from .const import LOGGER

COOLDOWN: Final = 1
"""Seconds between two updates by notifications, and between two requested polls."""


def debouncer(hass: HomeAssistant, **options: Any) -> Debouncer[Any]:
    """Return a debouncer that calls at once, and then again after the cooldown."""
    return Debouncer(hass, LOGGER, cooldown=COOLDOWN, immediate=True, **options)


async def async_await_refresh(
    hass: HomeAssistant, entry: ConfigEntry, refresh: Coroutine[Any, Any, None]
) -> None:
    """Wait for a refresh; neither it nor its caller cancels the other."""
    await wait([async_start_refresh(hass, entry, refresh)])


def async_start_refresh(
    hass: HomeAssistant, entry: ConfigEntry, refresh: Coroutine[Any, Any, None]
) -> Task[None]:
    """Start a refresh in the background, which ends with the entry at the latest."""
    name = f"{entry.title} refresh"
    return entry.async_create_background_task(hass, refresh, name)
