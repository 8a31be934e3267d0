"""Dashboards on which the cards show all that they have, and what is wrong with them."""

from contextlib import suppress
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Final

from playwright.async_api import Page, TimeoutError, expect

from demo.const import DOMAIN
from tests.simulator import PlexSimulator

from .home import Home

OURS: Final = Path(__file__).with_name("ours.js").read_text(encoding="utf-8")
AXE: Final = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")

ENDED: Final = "OptimizeDatabase"
RUNNING: Final = "BackupDatabase"
STATUSES: Final = {
    ENDED: "idle",
    RUNNING: "running",
    "ButlerTaskGenerateCreditsMarkers": "running",
    "RefreshEpgGuides": "queued",
}
"""Tasks that are started, and the status that each of them has then."""

LAYOUT_TIMEOUT: Final = 10_000
"""Milliseconds until a page has the layout of another width at last."""

STRATEGY: Final = {"strategy": {"type": "custom:plex-butler"}}
CARD: Final = {"type": "custom:plex-butler-card", "title": "Plex"}
FEATURE: Final = {"type": "custom:plex-butler-task-feature"}


async def prepare(home: Home, tower: PlexSimulator) -> tuple[str, str]:
    """Add a server with tasks in every state, and two dashboards; return their paths."""
    hour = datetime.now(UTC).hour
    tower.butler.time_zone = UTC
    tower.settings["ButlerStartHour"] = hour
    tower.settings["ButlerEndHour"] = (hour + 2) % 24
    await home.add_server(tower)
    for task in STATUSES:
        await home.client.call_action(f"{DOMAIN}.start_task", task=task)
    tower.butler.finish(ENDED)
    for task, status in STATUSES.items():
        await home.wait_for_status(task, status)
    status = await home.client.find_entity(f"{RUNNING}_status")
    tile = {"type": "tile", "entity": status, "features": [FEATURE]}
    return (
        await home.add_dashboard(STRATEGY, "the-strategy"),
        await home.add_cards(tile, CARD, name="the-cards"),
    )


async def open_details(page: Page) -> None:
    """Open the details of all tasks on a page."""
    rows = page.locator("plex-butler-task-row")
    await expect(rows.get_by_role("progressbar").first).to_be_visible()
    closed = rows.get_by_role("button", expanded=False)
    for _ in range(await closed.count()):
        await closed.first.click()
    await expect(closed).to_have_count(0)


async def find_cut_texts(page: Page) -> list[str]:
    """Return the texts of our elements that don't have enough room in the end.

    They may have less for a moment, such as while the sidebar gives way on a phone.
    """
    with suppress(TimeoutError):
        await page.wait_for_function(
            f"() => {{ {OURS} return ours.cutTexts().length === 0; }}",
            timeout=LAYOUT_TIMEOUT,
        )
    texts: list[str] = await page.evaluate(
        f"() => {{ {OURS} return ours.cutTexts(); }}"
    )
    return texts


async def find_violations(page: Page) -> list[str]:
    """Return what isn't accessible in our elements."""
    await page.evaluate(AXE)
    violations: list[str] = await page.evaluate(
        f"() => {{ {OURS} return ours.violations(); }}"
    )
    return violations
