"""A task's page, and the selects of the server's page."""

from playwright.async_api import Page, expect

from demo.processes import wait_until
from tests.simulator import PlexSimulator

from .home import Home
from .pages import entity_row, press, select_option
from .texts import text

TASK = "Backup database"
NAME = "BackupDatabase"
STATES = "entity.sensor.status.state"


async def test_start(page: Page, home: Home, tower: PlexSimulator) -> None:
    """A person starts a task on its page, and watches it until its end."""
    entry_id = await home.add_server(tower)
    await page.goto(await home.device_url(entry_id, TASK))
    idle, running = text(f"{STATES}.idle"), text(f"{STATES}.running")
    await expect(entity_row(page, TASK, idle)).to_be_visible()
    await expect(entity_row(page, "Last finished", "Unknown")).to_be_visible()
    await press(page, "Start")
    await expect(entity_row(page, TASK, running)).to_be_visible()
    assert tower.butler.running == [NAME]
    await expect(entity_row(page, "Last finished", "Unknown")).to_be_visible()
    tower.butler.finish(NAME)
    await expect(entity_row(page, TASK, idle)).to_be_visible()
    await expect(entity_row(page, "Last finished", "ago")).to_be_visible()


async def test_window(page: Page, home: Home, tower: PlexSimulator) -> None:
    """A person moves the maintenance window, and the server is told."""
    entry_id = await home.add_server(tower)
    await page.goto(await home.device_url(entry_id, tower.friendly_name))
    await select_option(page, "Maintenance window start", "04:00")
    await select_option(page, "Maintenance window end", "09:00")

    async def has_moved() -> bool:
        hours = tower.settings["ButlerStartHour"], tower.settings["ButlerEndHour"]
        return hours == (4, 9)

    # The page shows what was selected before the server knows.
    await wait_until(has_moved, "the window didn't move")
