"""Pictures of the dashboard: how it's added, and what it looks like."""

from typing import Final

from playwright.async_api import Page, expect

from .camera import Camera
from .scene import Scene

SIZE: Final = (1400, 1030)
PHONE_SIZE: Final = (400, 860)
TITLE: Final = "Plex Butler"
PATH: Final = "/plex-butler"


async def take_dashboard_pictures(scene: Scene, camera: Camera) -> None:
    """Add the dashboard as a person does, and take pictures of it."""
    await add_dashboard(scene, camera)
    for name, scheme in (("dashboard", "light"), ("dashboard_dark", "dark")):
        page = await scene.open(*SIZE, color_scheme=scheme)
        await open_dashboard(page)
        await camera.take(page, name)
        await page.context.close()
    page = await scene.open(
        *PHONE_SIZE, device_scale_factor=2, has_touch=True, is_mobile=True
    )
    await open_dashboard(page)
    await camera.take(page, "dashboard_phone")
    await page.context.close()


async def take_german_picture(scene: Scene, camera: Camera) -> None:
    """Take a picture of the dashboard in another language."""
    await scene.set_language("de")
    page = await scene.open(*SIZE, locale="de-DE")
    await open_dashboard(page)
    await camera.take(page, "dashboard_german")
    await page.context.close()
    await scene.set_language("en")


async def add_dashboard(scene: Scene, camera: Camera) -> None:
    """Add the dashboard by the dialog, and take a picture of that."""
    page = await scene.open(1200, 900)
    await page.goto("/config/lovelace/dashboards")
    await page.get_by_role("button", name="Add dashboard").click()
    offered = page.get_by_role("button", name=TITLE)
    await expect(offered).to_be_visible()
    await offered.scroll_into_view_if_needed()
    await camera.take(page, "add_dashboard")
    await offered.click()
    await page.get_by_role("button", name="Create").click()
    await expect(page.get_by_role("link", name=TITLE)).to_be_visible()
    await page.context.close()


async def open_dashboard(page: Page) -> None:
    """Open the dashboard, and wait until it shows the runs, which come last."""
    await page.goto(PATH)
    runs = page.locator("plex-butler-runs-card")
    await expect(runs.get_by_role("listitem").first).to_be_attached()
