"""Take pictures of the demo's pages with the Chromium of this machine.

Usage: python scripts/screenshots.py [--url URL] FOLDER

The demo has to run. Needs chromium and the package playwright, neither of which the
demo's own environment has; runs on any Python 3.9 or later.
"""

import argparse
from pathlib import Path
import shutil

from playwright.sync_api import Page, expect, sync_playwright

TASK = "Backup Database"
REPAIR = "Backups are switched off"
WIDTH = 1200
SETTLE = 1500  # milliseconds for what has no sign of being ready, such as icons
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
    page.locator("input[name=username]").fill("demo")
    page.locator("input[name=password]").fill("demo")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Settings").first).to_be_visible()


def save(page: Page, file: Path, height: int) -> None:
    """Save a picture of the page as it is."""
    page.set_viewport_size({"width": WIDTH, "height": height})
    page.wait_for_timeout(SETTLE)
    page.screenshot(path=file)
    print(file)


def take_pictures(page: Page, url: str, folder: Path) -> None:
    """Go from the integration to the server and a task, and see that task run."""
    page.goto(f"{url}/config/integrations/integration/plex_butler")
    expect(page.get_by_role("button", name=TASK)).to_be_visible()
    save(page, folder / "integration.png", 900)
    page.get_by_role("button", name="Plex Media Server").first.click()
    expect(page.get_by_text("Start all due tasks")).to_be_visible()
    save(page, folder / "server.png", 1050)
    page.get_by_text(TASK).click()
    expect(page.get_by_text("Part of")).to_be_visible()
    save(page, folder / "task_idle.png", 800)
    page.get_by_role("button", name="Press", exact=True).first.click()
    expect(page.get_by_text("Running", exact=True).first).to_be_visible(timeout=1000)
    page.wait_for_timeout(4000)
    save(page, folder / "task_running.png", 800)
    expect(page.get_by_text("Idle", exact=True).first).to_be_visible(timeout=15_000)
    save(page, folder / "task_finished.png", 800)
    page.get_by_role("switch").click(force=True)
    expect(page.get_by_text("Switched off", exact=True).first).to_be_visible()
    save(page, folder / "task_disabled.png", 900)
    mend(page, url, folder)


def mend(page: Page, url: str, folder: Path) -> None:
    """Go to the Repairs page, and switch the backups on again that were switched off."""
    page.goto(f"{url}/config/repairs")
    page.get_by_text(REPAIR).click()
    expect(page.get_by_text("Switch backups on")).to_be_visible()
    save(page, folder / "repair.png", 700)
    page.get_by_text("Switch backups on").click()
    page.get_by_role("button", name="Finish").click()
    expect(page.get_by_text(REPAIR)).to_be_hidden()
    save(page, folder / "repaired.png", 700)


def main() -> None:
    """Read the arguments and take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--url", default="http://127.0.0.1:8123", help="the demo's address"
    )
    parser.add_argument("folder", type=Path, help="folder for the pictures")
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=CHROMIUM_ARGUMENTS
        )
        page = browser.new_page(viewport={"width": WIDTH, "height": 900})
        page.set_default_timeout(20_000)
        expect.set_options(timeout=20_000)
        log_in(page, arguments.url)
        take_pictures(page, arguments.url, arguments.folder)
        browser.close()


if __name__ == "__main__":
    main()
