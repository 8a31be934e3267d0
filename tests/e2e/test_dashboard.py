"""The dashboard that is made from the servers and their tasks."""

from typing import Final

from playwright.async_api import Page, expect

from tests.simulator import PlexSimulator

from .home import Home
from .texts import card_text, text

NAME: Final = "BackupDatabase"
TASK: Final = "Backup database"
START: Final = card_text("start_task", task=TASK)
STOP: Final = card_text("stop_task", task=TASK)
START_ALL: Final = text("entity.button.start_all_tasks.name")
STOP_ALL: Final = text("entity.button.stop_all_tasks.name")

STRATEGY: Final = {"strategy": {"type": "custom:plex-butler"}}


async def test_making_the_dashboard(
    page: Page, home: Home, tower: PlexSimulator
) -> None:
    """A person makes the dashboard in the dialog, opens it, and starts a task there."""
    await home.add_server(tower)
    await page.goto("/config/lovelace/dashboards")
    await page.get_by_role("button", name="Add dashboard").click()
    await page.get_by_role("button", name="Plex Butler").click()
    await page.get_by_role("button", name="Create").click()
    await page.get_by_role("link", name="Plex Butler").click()
    nothing_running = page.get_by_text(card_text("nothing_running"))
    await expect(nothing_running).to_be_visible()
    await page.get_by_role("button", name=START).click()
    await expect(nothing_running).to_be_hidden()
    # At the top and in its section.
    await expect(page.get_by_role("button", name=STOP)).to_have_count(2)
    assert tower.butler.running == [NAME]
    tower.butler.finish(NAME)
    await expect(nothing_running).to_be_visible()
    runs = page.locator("plex-butler-runs-card").get_by_role("listitem")
    await expect(runs).to_contain_text(TASK)


async def test_all_tasks(page: Page, home: Home, tower: PlexSimulator) -> None:
    """A person starts all tasks that are due, and stops all tasks."""
    await home.add_server(tower)
    await page.goto(await home.add_dashboard(STRATEGY))
    await expect(page.get_by_role("button", name=STOP_ALL)).to_be_disabled()
    await page.get_by_role("button", name=START_ALL).click()
    toast = card_text("toast_start_all_tasks", server=tower.friendly_name)
    await expect(page.get_by_text(toast).first).to_be_visible()
    await expect(page.get_by_role("button", name=STOP)).to_have_count(2)
    await page.get_by_role("button", name=STOP_ALL).click()
    await expect(page.get_by_text(card_text("nothing_running"))).to_be_visible()
    assert tower.butler.running == tower.butler.queue == []


async def test_tasks_come_and_go(page: Page, home: Home, tower: PlexSimulator) -> None:
    """The dashboard follows the tasks of a server without being loaded again."""
    await home.add_server(tower)
    await page.goto(await home.add_dashboard(STRATEGY))
    await expect(page.get_by_role("button", name=START)).to_be_visible()
    task = tower.butler.tasks.pop(NAME)
    await home.refresh()
    await expect(page.get_by_role("button", name=START)).to_be_hidden()
    tower.butler.tasks[NAME] = task
    await home.refresh()
    await expect(page.get_by_role("button", name=START)).to_be_visible()


async def test_two_servers(
    page: Page, home: Home, tower: PlexSimulator, attic: PlexSimulator
) -> None:
    """Each server has a view, and a view starts the tasks of its own server."""
    await home.add_server(tower)
    await page.goto(await home.add_dashboard(STRATEGY))
    await expect(page.get_by_role("button", name=START)).to_be_visible()
    await expect(page.get_by_role("tab")).to_have_count(0)
    await home.add_server(attic)
    await page.get_by_role("tab", name="Attic").click()
    await expect(page.get_by_role("heading", name="Attic")).to_be_visible()
    await expect(page.get_by_role("button", name=START)).to_have_count(1)
    await page.get_by_role("button", name=START).click()
    await expect(page.get_by_role("button", name=STOP)).to_have_count(2)
    assert attic.butler.running == [NAME]
    assert tower.butler.running == []
    await page.get_by_role("tab", name="Tower").click()
    await expect(page.get_by_role("heading", name="Tower")).to_be_visible()
    await expect(page.get_by_role("button", name=START)).to_have_count(1)


async def test_server_away(page: Page, home: Home, tower: PlexSimulator) -> None:
    """A server that is away is shown as such, with its tasks, until it is back."""
    await home.add_server(tower)
    await page.goto(await home.add_dashboard(STRATEGY))
    start = page.get_by_role("button", name=START)
    await expect(start).to_be_enabled()
    await tower.stop()
    notice = card_text("server_unavailable", server=tower.friendly_name)
    await expect(page.get_by_text(notice)).to_be_visible()
    await expect(start).to_be_disabled()
    await tower.start()
    await home.refresh()
    await expect(start).to_be_enabled()
    await expect(page.get_by_text(notice)).to_be_hidden()


async def test_last_server_removed(
    page: Page, home: Home, tower: PlexSimulator
) -> None:
    """Without a server, the dashboard leads to the dialog that adds one."""
    await home.add_server(tower)
    await page.goto(await home.add_dashboard(STRATEGY))
    await expect(page.get_by_role("button", name=START)).to_be_visible()
    await home.remove_servers()
    await expect(page.get_by_text(card_text("no_servers"))).to_have_count(1)
    await page.get_by_role("link", name=card_text("add_server")).click()
    await page.get_by_role("button", name="OK").click()
    await expect(page.get_by_text(text("config.step.user.title"))).to_be_visible()
