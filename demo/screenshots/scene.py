"""The Home Assistant and the browser in which the pictures are taken."""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
import shutil
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import Any, Final

from playwright.async_api import Browser, Page, StorageState, async_playwright, expect

from homeassistant.config_entries import (
    SOURCE_USER,
    ConfigEntry,
    ConfigEntryDisabler,
    ConfigEntryStore,
)
from homeassistant.core import HomeAssistant
from tests.e2e.home import Home, run_home
from tests.e2e.pages import sign_in
from tests.simulator import PlexSimulator

from . import night

BROWSER_ARGUMENTS: Final = ("--no-sandbox", "--disable-gpu", "--no-first-run")

TIMEOUT: Final = 60_000
"""Milliseconds, for machines that are busy with other things."""

DISABLE: Final = "config_entries/disable"


@dataclass(kw_only=True)
class Scene:
    """A simulated server, a Home Assistant without servers at first, and a browser."""

    home: Home
    plex: PlexSimulator
    zone: str
    browser: Browser
    signed_in: StorageState
    entry_id: str = ""

    async def begin_night(self) -> None:
        """Add the server, give it runs that have ended, and let some tasks run."""
        client = self.home.client
        self.entry_id = await self.home.add_server(self.plex)
        entry = {"entry_id": self.entry_id}
        await client.send_command(DISABLE, **entry, disabled_by="user")
        folder = self.home.log.parent
        await night.store_past_runs(folder, self.entry_id, self.plex, self.zone)
        await client.send_command(DISABLE, **entry, disabled_by=None)
        await client.wait_until_loaded(self.entry_id)
        night.start_tasks(self.plex)
        button = await client.find_entity(f"{night.WAITING}_start")
        await client.call_action("button.press", entity_id=button)

    async def set_language(self, language: str) -> None:
        """Set the language of Home Assistant, in which tasks are named then."""
        await self.home.set_language(language)
        # So that the names are loaded before they are used.
        await self.home.client.send_command(
            "frontend/get_translations", language=language, category="device"
        )
        path = f"/api/config/config_entries/entry/{self.entry_id}/reload"
        await self.home.client.post(path, {})
        await self.home.client.wait_until_loaded(self.entry_id)

    async def open(self, width: int, height: int, **options: Any) -> Page:
        """Open a page of a size in a browser of its own, as a person who has signed in.

        It takes options of the browser context.
        """
        context = await self.browser.new_context(
            base_url=self.home.url,
            storage_state=self.signed_in,
            viewport={"width": width, "height": height},
            **{**_context(self.zone), **options},
        )
        context.set_default_timeout(TIMEOUT)
        return await context.new_page()

    async def path_of(self, device: str) -> str:
        """Return the path of the page of a device."""
        return await self.home.device_url(self.entry_id, device)

    async def device_id(self, device: str) -> str:
        """Return the ID of a device."""
        return (await self.path_of(device)).rpartition("/")[2]


@asynccontextmanager
async def run_scene() -> AsyncGenerator[Scene]:
    """Run everything in a new configuration folder, on free ports."""
    expect.set_options(timeout=TIMEOUT)
    zone = night.night_zone()
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(TemporaryDirectory(prefix="plex-butler-pictures-"))
        config_folder = Path(folder) / "config"
        config_folder.mkdir(mode=0o700)
        plex = await stack.enter_async_context(PlexSimulator())
        night.prepare(plex, zone)
        await _add_plex_integration(config_folder, plex)
        home = await stack.enter_async_context(run_home(config_folder))
        await home.client.send_command("config/core/update", time_zone=zone)
        playwright = await stack.enter_async_context(async_playwright())
        browser = await playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=BROWSER_ARGUMENTS
        )
        stack.push_async_callback(browser.close)
        signed_in = await _sign_in(browser, home.url, zone)
        yield Scene(
            home=home, plex=plex, zone=zone, browser=browser, signed_in=signed_in
        )


async def _add_plex_integration(folder: Path, plex: PlexSimulator) -> None:
    """Let Home Assistant's own Plex integration have the server, without running it."""
    hass = HomeAssistant(str(folder))
    entry = ConfigEntry(
        data={
            "server": plex.friendly_name,
            "server_id": plex.machine_identifier,
            "server_config": {"url": plex.url, "token": plex.owner_token},
        },
        disabled_by=ConfigEntryDisabler.USER,
        discovery_keys=MappingProxyType({}),
        domain="plex",
        minor_version=1,
        options={},
        source=SOURCE_USER,
        subentries_data=(),
        title=plex.friendly_name,
        unique_id=plex.machine_identifier,
        version=1,
    )
    try:
        await ConfigEntryStore(hass).async_save({"entries": [entry.as_dict()]})
    finally:
        await hass.async_stop()


async def _sign_in(browser: Browser, url: str, zone: str) -> StorageState:
    """Sign in once, and return what the browser keeps of it."""
    context = await browser.new_context(base_url=url, **_context(zone))
    context.set_default_timeout(TIMEOUT)
    await sign_in(await context.new_page())
    state = await context.storage_state()
    await context.close()
    return state


def _context(zone: str) -> dict[str, Any]:
    """Return options of browser contexts: nothing moves that doesn't have to."""
    return {
        "locale": "en-US",
        "timezone_id": zone,
        "service_workers": "block",
        "reduced_motion": "reduce",
    }
