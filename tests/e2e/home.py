"""The Home Assistant that all tests share."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

from demo.client import HomeAssistantClient, connect
from demo.clock import move_clock
from demo.const import DOMAIN, LOCALHOST
from demo.instance import DemoInstance
from demo.processes import ServerProcess, find_free_port, wait_until
from demo.requirements import install_requirements
from tests.simulator import PlexSimulator

BOARD: Final = "the-board"
ENTRIES: Final = "/api/config/config_entries/entry"


class Home:
    """A running Home Assistant, and what a test prepares in it without a browser."""

    def __init__(
        self, client: HomeAssistantClient, process: ServerProcess, log: Path
    ) -> None:
        """Initialize with a client that is logged in."""
        self.client = client
        self.url = process.url
        self.log = log
        self._process = process

    async def add_server(self, plex: PlexSimulator) -> str:
        """Add a Plex server, and return the ID of its config entry once it's loaded."""
        entry_id = await self.client.add_server(plex.url, plex.owner_token)
        await self.client.wait_until_loaded(entry_id)
        return entry_id

    async def reset(self) -> None:
        """Remove whatever tests add."""
        await self.remove_servers()
        for dashboard in await self.client.send_command("lovelace/dashboards/list"):
            await self.client.send_command(
                "lovelace/dashboards/delete", dashboard_id=dashboard["id"]
            )
        await self.set_language("en")

    async def remove_servers(self) -> None:
        """Remove all Plex servers."""
        for entry in await self.client.get(f"{ENTRIES}?domain={DOMAIN}"):
            await self.client.delete(f"{ENTRIES}/{entry['entry_id']}")

    async def add_dashboard(self, config: Mapping[str, Any], name: str = BOARD) -> str:
        """Add a dashboard with a configuration, and return its path."""
        await self.client.send_command(
            "lovelace/dashboards/create", url_path=name, title=name, mode="storage"
        )
        await self.client.send_command(
            "lovelace/config/save", url_path=name, config=config
        )
        return f"/{name}"

    async def add_cards(self, *cards: Mapping[str, Any], name: str = BOARD) -> str:
        """Add a dashboard with cards in one section, and return its path."""
        section = {"type": "grid", "cards": cards}
        view = {"title": "Cards", "type": "sections", "sections": [section]}
        return await self.add_dashboard({"views": [view]}, name)

    async def wait_for_status(self, task: str, status: str) -> None:
        """Wait until the status sensor of a task has a state."""
        entity_id = await self.client.find_entity(f"{task}_status")

        async def has_status() -> bool:
            state = await self.client.get(f"/api/states/{entity_id}")
            return bool(state["state"] == status)

        await wait_until(has_status, f"{task} isn't {status}")

    async def refresh(self) -> None:
        """Let Home Assistant ask all servers for their tasks now."""
        entity_id = await self.client.find_entity("_running")
        await self.client.call_action(
            "homeassistant.update_entity", entity_id=entity_id
        )

    async def set_language(self, language: str) -> None:
        """Set the language of the names of tasks whose servers are added from now on."""
        await self.client.send_command("config/core/update", language=language)
        # Returns once the names are loaded; before, a device gets the key of its name.
        await self.client.send_command(
            "frontend/get_translations",
            language=language,
            category="device",
            integration=[DOMAIN],
        )

    async def device_url(self, entry_id: str, name: str) -> str:
        """Return the path of the page of a device, by its name."""
        for device in await self.client.get_devices(entry_id):
            if device["name"] == name:
                return f"/config/devices/device/{device['id']}"
        raise AssertionError(f"there is no device {name}")

    async def let_half_an_hour_pass(self) -> None:
        """Move the clock of Home Assistant on."""
        await move_clock(self._process.process)


@asynccontextmanager
async def run_home(folder: Path) -> AsyncGenerator[Home]:
    """Run Home Assistant with an empty configuration in a folder."""
    install_requirements()
    instance = DemoInstance(
        config_folder=folder, host=LOCALHOST, port=find_free_port(LOCALHOST)
    )
    async with instance.run() as process, connect(process.url) as client:
        yield Home(client, process, instance.log)
        # Nothing of it is needed any more, and scripts/demo --check checks how it stops.
        process.process.kill()
        await process.process.wait()
