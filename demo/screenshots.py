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

TASK = "Backup Database"
REPAIR_ISSUE = "Backups are switched off"
WIDTH = 1200
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
    """Take screenshots of the integration, the server, and a task while it runs."""
    page.goto(f"{url}/config/integrations/integration/plex_butler")
    expect(page.get_by_role("button", name=TASK)).to_be_visible()
    save_screenshot(page, folder / "integration.png", 900)
    page.get_by_role("button", name="Plex Media Server").first.click()
    expect(page.get_by_text("Start all due tasks")).to_be_visible()
    save_screenshot(page, folder / "server.png", 1050)
    page.get_by_text(TASK).click()
    expect(page.get_by_text("Part of")).to_be_visible()
    save_screenshot(page, folder / "task_idle.png", 800)
    page.get_by_role("button", name="Press", exact=True).first.click()
    expect(page.get_by_text("Running", exact=True).first).to_be_visible(timeout=1000)
    page.wait_for_timeout(4000)
    save_screenshot(page, folder / "task_running.png", 800)
    expect(page.get_by_text("Idle", exact=True).first).to_be_visible(timeout=15_000)
    save_screenshot(page, folder / "task_finished.png", 800)
    page.get_by_role("switch").click(force=True)
    expect(page.get_by_text("Switched off", exact=True).first).to_be_visible()
    save_screenshot(page, folder / "task_disabled.png", 900)
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
