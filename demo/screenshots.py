"""Take screenshots of the running demo, for the documentation.

Usage: python3 -m demo.screenshots [--url URL] FOLDER

Requires Python 3.9 or later, chromium, and the package playwright, which scripts/setup
doesn't install.
"""

import argparse
from pathlib import Path
import shutil

from playwright.sync_api import Page, expect, sync_playwright

from .const import HOME_ASSISTANT_PORT, LOCALHOST, PASSWORD, USER

TASK = "Backup database"
MESSAGE = "The Plex database was backed up."
REPAIR_ISSUE = "Backups are switched off"
WIDTH = 1200
TASK_HEIGHT = 1050
RENDER_TIME = 1500  # milliseconds; nothing on the page tells when icons have loaded
TIMEOUT = 20_000  # milliseconds
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def log_in(page: Page, url: str) -> None:
    """Log in as the demo's user."""
    page.goto(url)
    page.locator("input[name=username]").fill(USER)
    page.locator("input[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_text("Settings").first).to_be_visible()


def save_screenshot(page: Page, file: Path, height: int) -> None:
    """Save a screenshot of the current page."""
    page.set_viewport_size({"width": WIDTH, "height": height})
    page.wait_for_timeout(RENDER_TIME)
    page.screenshot(path=file)
    print(file)


def take_screenshots(page: Page, url: str, folder: Path) -> None:
    """Take all screenshots."""
    take_device_screenshots(page, url, folder)
    take_automation_screenshots(page, folder)
    take_history_screenshots(page, url, folder)
    take_schedule_screenshots(page, url, folder)


def take_device_screenshots(page: Page, url: str, folder: Path) -> None:
    """Take screenshots of the integration, the server, and a task while it runs."""
    page.goto(f"{url}/config/integrations/integration/plex_butler")
    expect(page.get_by_role("button", name=TASK)).to_be_visible()
    save_screenshot(page, folder / "integration.png", 900)
    page.get_by_role("button", name="Plex Media Server").first.click()
    expect(page.get_by_text("Start all due tasks")).to_be_visible()
    save_screenshot(page, folder / "server.png", 1050)
    page.get_by_text(TASK).click()
    expect(page.get_by_text("Part of")).to_be_visible()
    save_screenshot(page, folder / "task_idle.png", TASK_HEIGHT)
    # The first button is the one that starts the task.
    page.get_by_role("button", name="Press", exact=True).first.click()
    expect(page.get_by_text("Running", exact=True).first).to_be_visible(timeout=1000)
    page.wait_for_timeout(4000)
    save_screenshot(page, folder / "task_running.png", TASK_HEIGHT)
    expect(page.get_by_text("Idle", exact=True).first).to_be_visible(timeout=15_000)
    save_screenshot(page, folder / "task_finished.png", TASK_HEIGHT)


def take_automation_screenshots(page: Page, folder: Path) -> None:
    """Create an automation from the task's page, and take a screenshot of it."""
    task_url = page.url
    page.get_by_text("Add to…").click()
    page.get_by_text("Create as a new trigger").click()
    page.get_by_text("Maintenance task ended").click()
    page.get_by_text("Stopped", exact=True).click()
    page.get_by_text("Unconfirmed", exact=True).click()
    page.get_by_text("Add action").click()
    page.get_by_placeholder("Search").last.fill("persistent")
    page.get_by_text("Send a persistent notification").click()
    message = page.get_by_text("Message body of the notification.")
    expect(message).to_be_visible()
    # The text field below is in an editor without a label.
    page.wait_for_timeout(RENDER_TIME)
    message.click(position={"x": 10, "y": 50}, force=True)
    page.keyboard.type(MESSAGE)
    # At its start, since the target is behind it.
    page.get_by_text("Maintenance task ended").first.click(position={"x": 5, "y": 5})
    save_screenshot(page, folder / "automation.png", 750)
    save_automation(page, "Tell me about backups")
    page.goto(task_url)
    expect(page.get_by_text("Part of")).to_be_visible()


def save_automation(page: Page, name: str) -> None:
    """Save the new automation in the editor under a name."""
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Add description")).to_be_visible()
    page.wait_for_timeout(RENDER_TIME)
    page.keyboard.type(name)
    page.get_by_role("button", name="Save").last.click()
    expect(page.get_by_role("button", name="Traces")).to_be_visible()


def take_history_screenshots(page: Page, url: str, folder: Path) -> None:
    """Take screenshots of the task's activity, and of the calendar."""
    task_url = page.url
    page.locator('a[href*="/logbook?"]').click()
    expect(page.get_by_text("By demo").first).to_be_visible()
    save_screenshot(page, folder / "activity.png", 800)
    page.goto(f"{url}/calendar")
    page.get_by_role("button", name="List (7 days)").click()
    expect(page.get_by_text("Maintenance window").first).to_be_visible()
    save_screenshot(page, folder / "calendar.png", 600)
    page.goto(task_url)
    expect(page.get_by_text("Part of")).to_be_visible()


def take_schedule_screenshots(page: Page, url: str, folder: Path) -> None:
    """Switch the task off, and take screenshots of it and of the repair issue."""
    page.wait_for_timeout(RENDER_TIME)  # the cards move until the activity has loaded
    page.get_by_role("switch").click(force=True)
    expect(page.get_by_text("Switched off", exact=True).first).to_be_visible()
    save_screenshot(page, folder / "task_disabled.png", TASK_HEIGHT)
    take_repair_screenshots(page, url, folder)


def take_repair_screenshots(page: Page, url: str, folder: Path) -> None:
    """Take screenshots of the repair issue, and fix it."""
    page.goto(f"{url}/config/repairs")
    page.get_by_text(REPAIR_ISSUE).click()
    expect(page.get_by_text("Switch backups on")).to_be_visible()
    save_screenshot(page, folder / "repair.png", 700)
    page.get_by_text("Switch backups on").click()
    page.get_by_role("button", name="Finish").click()
    expect(page.get_by_text(REPAIR_ISSUE)).to_be_hidden()
    save_screenshot(page, folder / "repaired.png", 700)


def main() -> None:
    """Parse the command line and take the screenshots."""
    parser = argparse.ArgumentParser(
        prog="python3 -m demo.screenshots",
        description="Take screenshots of the running demo.",
    )
    parser.add_argument(
        "--url",
        default=f"http://{LOCALHOST}:{HOME_ASSISTANT_PORT}",
        help="URL of the demo (default: %(default)s)",
    )
    parser.add_argument("folder", type=Path, help="folder for the screenshots")
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=CHROMIUM_ARGUMENTS
        )
        page = browser.new_page(viewport={"width": WIDTH, "height": 900})
        page.set_default_timeout(TIMEOUT)
        expect.set_options(timeout=TIMEOUT)
        log_in(page, arguments.url)
        take_screenshots(page, arguments.url, arguments.folder)
        browser.close()


if __name__ == "__main__":
    main()
