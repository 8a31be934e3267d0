"""The demo's configuration folder: Home Assistant as after its onboarding."""

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

REPOSITORY: Final = Path(__file__).resolve().parent.parent

USER: Final = "demo"
PASSWORD: Final = "demo"

INTEGRATIONS: Final = ("history", "logbook", "my")
"""What the demo has beyond what Home Assistant always sets up, and without a network."""

EDITORS: Final = ("automation", "scene", "script")
"""What the web page has an editor for, which needs a file to write to."""

CAMERA_LOGGERS: Final = ("haffmpeg", "homeassistant.components.camera.img_util")
"""What would miss the libraries for cameras, with a traceback each."""

CONFIGURATION: Final = "\n".join(
    (
        "# scripts/demo writes this file anew each time.",
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
        *(f"{domain}: !include {domain}s.yaml" for domain in EDITORS),
        *(f"{domain}:" for domain in INTEGRATIONS),
        "",
    )
)


async def async_prepare_folder(folder: Path, host: str, port: int) -> None:
    """Make the folder such that Home Assistant listens there and knows the user.

    What an earlier run left stays, such as servers and automations.
    """
    _write_configuration(folder)
    hass = HomeAssistant(str(folder))
    try:
        await _async_add_user(hass)
        await _async_finish_onboarding(hass)
        await _async_set_address(hass, host, port)
    finally:
        await hass.async_stop()


def _write_configuration(folder: Path) -> None:
    (folder / "configuration.yaml").write_text(CONFIGURATION)
    for domain in EDITORS:
        (folder / f"{domain}s.yaml").touch()
    link = folder / "custom_components"
    link.unlink(missing_ok=True)
    link.symlink_to(REPOSITORY / "custom_components")


async def _async_add_user(hass: HomeAssistant) -> None:
    """Add the owner, as the first page of the onboarding does."""
    # The users' permissions look at these registries.
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


async def _async_finish_onboarding(hass: HomeAssistant) -> None:
    store = OnboardingStorage(hass, ONBOARDING_VERSION, ONBOARDING_KEY, private=True)
    await store.async_save({"done": list(STEPS)})


async def _async_set_address(hass: HomeAssistant, host: str, port: int) -> None:
    """Set the address to listen at, for good.

    One in configuration.yaml would be taken back after five minutes, unless a person
    confirms it on the web page.
    """
    store = await async_get_and_load_store(hass)
    await store.async_migrate_yaml(ConfData(server_host=[host], server_port=port))
    if store.pending is not None:
        await store.async_promote_pending()
