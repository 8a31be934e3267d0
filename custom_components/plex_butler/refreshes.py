"""Refreshes that a canceled caller doesn't cancel."""

from asyncio import Task, wait
from collections.abc import Coroutine
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant


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
