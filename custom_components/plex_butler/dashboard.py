"""Serves the built frontend, and registers it with Home Assistant's dashboards."""

import asyncio
from hashlib import sha256
from pathlib import Path
from typing import Final

from homeassistant.components.frontend import (
    DOMAIN as FRONTEND_DOMAIN,
    add_extra_js_url,
    remove_extra_js_url,
)
from homeassistant.components.http import StaticPathConfig
from homeassistant.components.lovelace.const import CONF_RESOURCE_TYPE_WS, LOVELACE_DATA
from homeassistant.components.lovelace.resources import ResourceStorageCollection
from homeassistant.const import CONF_ID, CONF_TYPE, CONF_URL
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.loader import async_get_integration
from homeassistant.setup import async_when_setup
from homeassistant.util.hass_dict import HassKey

from .const import DOMAIN, LOGGER

FOLDER: Final = Path(__file__).parent / "frontend"
FOLDER_URL: Final = f"/{DOMAIN}/frontend"
MODULE_URL: Final = f"{FOLDER_URL}/plex-butler.js"
MODULE_TYPE: Final = "module"

HASH_LENGTH: Final = 8

UPDATE_ERRORS: Final = (
    HomeAssistantError,
    AttributeError,
    LookupError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
)
"""What Home Assistant raises if the stored resources are damaged, or of another version."""


class FrontendRegistration:
    """Registers the frontend, so that browsers load it with dashboards.

    Where resources are managed in the UI, the frontend is one of them, so that it is
    there before a dashboard needs it. Where they are managed in YAML, it is an extra
    module. Without Home Assistant's own frontend, nothing is served or registered.

    It is registered while there is a server, also one that is disabled or can't be
    reached. A resource that a person deletes is created again when a server is set up
    the next time, at the latest when Home Assistant starts.
    """

    def __init__(self, hass: HomeAssistant) -> None:
        """Initialize the registration."""
        self._hass = hass
        self._lock = asyncio.Lock()
        self._url: str | None = None
        self._extra_url: str | None = None

    async def async_serve(self) -> None:
        """Serve the frontend until Home Assistant stops."""
        integration = await async_get_integration(self._hass, DOMAIN)
        content = await self._hass.async_add_executor_job(_content_hash)
        await self._hass.http.async_register_static_paths(
            [StaticPathConfig(FOLDER_URL, str(FOLDER), cache_headers=True)]
        )
        # Browsers keep files for a month. The version alone isn't enough, since people
        # who follow the main branch get new files without a new version.
        self._url = f"{MODULE_URL}?v={integration.version}-{content}"

    async def async_update(self) -> None:
        """Register the frontend if there is a server, otherwise unregister it."""
        async with self._lock:
            if not self._hass.config_entries.async_entries(
                DOMAIN, include_ignore=False
            ):
                await self._async_register(None)
            elif self._url:
                await self._async_register(self._url)

    async def _async_register(self, url: str | None) -> None:
        """Register the frontend at a URL only, or not at all if it is None."""
        lovelace = self._hass.data.get(LOVELACE_DATA)
        if lovelace and isinstance(lovelace.resources, ResourceStorageCollection):
            try:
                await _async_update_resources(lovelace.resources, url)
            except UPDATE_ERRORS as err:
                # The file isn't ours, and the server works without it.
                LOGGER.warning(
                    "The dashboard resources can't be updated: %s", type(err).__name__
                )
        elif url != self._extra_url:
            if self._extra_url:
                remove_extra_js_url(self._hass, self._extra_url)
            if url:
                add_extra_js_url(self._hass, url)
            self._extra_url = url


REGISTRATION: Final[HassKey[FrontendRegistration]] = HassKey(f"{DOMAIN}.dashboard")


@callback
def async_setup_dashboard(hass: HomeAssistant) -> None:
    """Serve and register the frontend once Home Assistant's own is set up, if ever."""

    async def handle_setup(hass: HomeAssistant, _: str) -> None:
        await _registration(hass).async_serve()
        await async_update_dashboard(hass)

    async_when_setup(hass, FRONTEND_DOMAIN, handle_setup)


async def async_update_dashboard(hass: HomeAssistant) -> None:
    """Register the frontend if there is a server, otherwise unregister it.

    A disabled server may be removed without a set-up since Home Assistant started.
    """
    await _registration(hass).async_update()


@callback
def _registration(hass: HomeAssistant) -> FrontendRegistration:
    return hass.data.setdefault(REGISTRATION, FrontendRegistration(hass))


async def _async_update_resources(
    resources: ResourceStorageCollection, url: str | None
) -> None:
    """Let the only resource of ours be the one at a URL, or have none if it is None."""
    # Not every method loads what is stored, and a write before that would replace it.
    await resources.async_get_info()
    ours = [
        resource
        for resource in resources.async_items()
        if str(resource.get(CONF_URL)).partition("?")[0] == MODULE_URL
    ]
    data = {CONF_RESOURCE_TYPE_WS: MODULE_TYPE, CONF_URL: url}
    kept, outdated = (ours[:1], ours[1:]) if url else ([], ours)
    for resource in outdated:
        await resources.async_delete_item(resource[CONF_ID])
    for resource in kept:
        if (resource.get(CONF_TYPE), resource[CONF_URL]) != (MODULE_TYPE, url):
            await resources.async_update_item(resource[CONF_ID], data)
    if url and not kept:
        await resources.async_create_item(data)


def _content_hash() -> str:
    """Return a hash of all files of the frontend, its translations too."""
    content = sha256()
    for file in sorted(FOLDER.rglob("*.*")):
        content.update(file.name.encode() + file.read_bytes())
    return content.hexdigest()[:HASH_LENGTH]
