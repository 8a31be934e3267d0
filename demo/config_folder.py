"""Prepare a configuration folder in which the onboarding is already complete."""

from pathlib import Path
from typing import Final

from homeassistant.auth import auth_manager_from_config
from homeassistant.auth.const import GROUP_ID_ADMIN
from homeassistant.auth.providers.homeassistant import HassAuthProvider
from homeassistant.components.http.config import ConfData, async_get_and_load_store
from homeassistant.components.onboarding import (
    STORAGE_KEY as ONBOARDING_KEY,
    STORAGE_VERSION as ONBOARDING_VERSION,
    OnboardingStorage,
)
from homeassistant.components.onboarding.const import STEPS
from homeassistant.config_entries import ConfigEntries
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er

from .const import PASSWORD, REPOSITORY, USER

INTEGRATIONS: Final = ("history", "logbook", "my")
"""Integrations to set up in addition to Home Assistant's own defaults.

default_config isn't used because it includes integrations that need a network.
"""

EDITABLE_DOMAINS: Final = ("automation", "scene", "script")
"""Integrations with an editor in the frontend, which needs an included file."""

CAMERA_LOGGERS: Final = ("haffmpeg", "homeassistant.components.camera.img_util")
"""Loggers that would log tracebacks because libraries for cameras are missing."""

CONFIGURATION: Final = "\n".join(
    (
        "# scripts/demo overwrites this file each time it starts.",
        "homeassistant:",
        "  name: Demo",
        "  country: GB",
        "  language: en",
        "  unit_system: metric",
        "  time_zone: UTC",
        "logger:",
        "  default: warning",
        "  logs:",
        "    custom_components.plex_butler: debug",
        *(f"    {logger}: critical" for logger in CAMERA_LOGGERS),
        *(f"{domain}: !include {domain}s.yaml" for domain in EDITABLE_DOMAINS),
        *(f"{domain}:" for domain in INTEGRATIONS),
        "",
    )
)


async def prepare_config_folder(folder: Path, host: str, port: int) -> None:
    """Create or update the configuration, the user, and the address to listen on.

    Other data from earlier runs is kept, such as config entries and automations.
    """
    _write_configuration(folder)
    hass = HomeAssistant(str(folder))
    try:
        await _create_owner(hass)
        await _complete_onboarding(hass)
        await _set_http_address(hass, host, port)
    finally:
        await hass.async_stop()


def _write_configuration(folder: Path) -> None:
    (folder / "configuration.yaml").write_text(CONFIGURATION)
    for domain in EDITABLE_DOMAINS:
        (folder / f"{domain}s.yaml").touch()
    link = folder / "custom_components"
    link.unlink(missing_ok=True)
    link.symlink_to(REPOSITORY / "custom_components")


async def _create_owner(hass: HomeAssistant) -> None:
    """Create the owner, as the first step of the onboarding does."""
    # The auth store loads permissions from the registries, which need config entries.
    hass.config_entries = ConfigEntries(hass, {})
    await hass.config_entries.async_initialize()
    dr.async_setup(hass)
    await dr.async_load(hass)
    await er.async_load(hass)
    hass.auth = await auth_manager_from_config(hass, [{"type": "homeassistant"}], [])
    if await hass.auth.async_get_owner() is not None:
        return
    provider = hass.auth.auth_providers[0]
    assert isinstance(provider, HassAuthProvider)
    await provider.async_initialize()
    await provider.async_add_auth(USER, PASSWORD)
    user = await hass.auth.async_create_user(USER, group_ids=[GROUP_ID_ADMIN])
    credentials = await provider.async_get_or_create_credentials({"username": USER})
    await hass.auth.async_link_user(user, credentials)


async def _complete_onboarding(hass: HomeAssistant) -> None:
    store = OnboardingStorage(hass, ONBOARDING_VERSION, ONBOARDING_KEY, private=True)
    await store.async_save({"done": list(STEPS)})


async def _set_http_address(hass: HomeAssistant, host: str, port: int) -> None:
    """Store the address to listen on.

    Home Assistant reverts an address in configuration.yaml after five minutes, unless
    the user confirms it in the frontend.
    """
    store = await async_get_and_load_store(hass)
    await store.async_migrate_yaml(ConfData(server_host=[host], server_port=port))
    if store.pending is not None:
        await store.async_promote_pending()
