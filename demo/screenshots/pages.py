"""Pictures of Home Assistant's own pages: devices, history, automations and repairs."""

from typing import Final

from playwright.async_api import Page, expect

from tests.e2e.pages import entity_row, press

from .camera import Camera
from .night import PRESSED
from .scene import Scene

WIDTH: Final = 1200
TASK: Final = "Backup database"
TASK_HEIGHT: Final = 1050
MESSAGE: Final = "The Plex database was backed up."
REPAIR_ISSUE: Final = "Backups are switched off"


async def take_add_picture(scene: Scene, camera: Camera) -> None:
    """Take a picture of the ways to add a server."""
    page = await scene.open(WIDTH, 700)
    await page.goto("/config/integrations/dashboard")
    await page.get_by_role("button", name="Add integration").click()
    await page.get_by_placeholder("Search for a brand name").fill("Plex But")
    await page.get_by_role("button", name="Plex Butler").click()
    await expect(page.get_by_text("Sign in with Plex")).to_be_visible()
    await camera.take(page, "add")
    await page.context.close()


async def take_page_pictures(scene: Scene, camera: Camera) -> None:
    """Take the pictures of all pages."""
    page = await scene.open(WIDTH, 900)
    await take_device_pictures(scene, page, camera)
    await take_automation_picture(scene, page, camera)
    await take_history_pictures(scene, page, camera)
    await take_repair_picture(scene, page, camera)
    await page.context.close()


async def take_device_pictures(scene: Scene, page: Page, camera: Camera) -> None:
    """Take pictures of the server, and of a task before, during, and after a run."""
    await page.goto(await scene.path_of(scene.plex.friendly_name))
    await expect(page.get_by_text("Start all due tasks")).to_be_visible()
    await camera.take(page, "server", height=1050)
    await open_task(scene, page)
    await camera.take(page, "task_idle", height=TASK_HEIGHT)
    await press(page, "Start")
    await expect(entity_row(page, TASK, "Running")).to_be_visible()
    await camera.take(page, "task_running")
    scene.plex.butler.finish(PRESSED)
    await expect(entity_row(page, TASK, "Idle")).to_be_visible()
    await camera.take(page, "task_finished")


async def open_task(scene: Scene, page: Page) -> None:
    """Open the page of the task."""
    await page.goto(await scene.path_of(TASK))
    await expect(page.get_by_text("Part of")).to_be_visible()


async def take_automation_picture(scene: Scene, page: Page, camera: Camera) -> None:
    """Create an automation from the task's page, and take a picture of it."""
    await open_task(scene, page)
    await page.get_by_text("Add to…").click()
    await page.get_by_text("Create as a new trigger").click()
    await page.get_by_text("Maintenance task ended").click()
    await page.get_by_text("Stopped", exact=True).click()
    await page.get_by_text("Unconfirmed", exact=True).click()
    await page.get_by_text("Add action").click()
    await page.get_by_placeholder("Search").last.fill("persistent")
    await page.get_by_text("Send a persistent notification").click()
    editor = page.locator("ha-code-editor .cm-content").first
    await editor.click()
    await page.keyboard.type(MESSAGE)
    await expect(editor).to_contain_text(MESSAGE)
    # At its start, since the target is behind it.
    trigger = page.get_by_text("Maintenance task ended").first
    await trigger.click(position={"x": 5, "y": 5})
    await expect(page.get_by_text("Outcome", exact=True)).to_be_visible()
    await camera.take(page, "automation", height=750)


async def take_history_pictures(scene: Scene, page: Page, camera: Camera) -> None:
    """Take pictures of the task's activity, and of the calendar."""
    await open_task(scene, page)
    await page.locator('a[href*="/logbook?"]').click()
    await expect(page.get_by_text("By demo").first).to_be_visible()
    await camera.take(page, "activity", height=800)
    await page.goto("/calendar")
    await page.get_by_role("button", name="List (7 days)").click()
    await expect(page.get_by_text("Maintenance window").first).to_be_visible()
    await camera.take(page, "calendar", height=850)


async def take_repair_picture(scene: Scene, page: Page, camera: Camera) -> None:
    """Switch the backups off, and take a picture of the repair issue."""
    switch = await scene.home.client.find_entity(f"_{PRESSED}_scheduled")
    await scene.home.client.call_action("switch.turn_off", entity_id=switch)
    await page.goto("/config/repairs")
    await page.get_by_text(REPAIR_ISSUE).click()
    await expect(page.get_by_text("Switch backups on")).to_be_visible()
    await camera.take(page, "repair", height=700)
