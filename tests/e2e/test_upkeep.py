"""What a person does about a server later: a new token, options, and repairs."""

from datetime import UTC, datetime
import re

from playwright.async_api import Page, expect

from tests.simulator import PlexSimulator

from .home import Home
from .pages import INTEGRATION, close_result, dialog, entity_row, submit
from .texts import text


async def test_reauthentication(page: Page, home: Home, tower: PlexSimulator) -> None:
    """The server no longer accepts the token, and a person enters the new one."""
    await home.add_server(tower)
    tower.owner_token = "new-token-of-the-simulator"
    # While time passes, a page would lose its connection.
    await home.let_half_an_hour_pass()
    await page.goto(INTEGRATION)
    await expect(page.get_by_text("Attention required")).to_be_visible()
    await page.get_by_role("button", name="Reconfigure").click()
    menu = "config.step.reauth_confirm"
    await expect(page.get_by_text(text(f"{menu}.title"))).to_be_visible()
    await page.get_by_text(text(f"{menu}.menu_options.reauth_token")).click()
    token = page.get_by_role("textbox", name="Token")
    await token.fill("wrong")
    await submit(page)
    await expect(page.get_by_text(text("config.error.invalid_auth"))).to_be_visible()
    await token.fill(tower.owner_token)
    await submit(page)
    success = page.get_by_text(text("config.abort.reauth_successful"))
    await expect(success).to_be_visible()
    await close_result(page)
    await expect(page.get_by_text("Attention required")).to_be_hidden()


async def test_repair(page: Page, home: Home, tower: PlexSimulator) -> None:
    """Backups are switched off, and a person has them switched on again."""
    tower.settings["ButlerTaskBackupDatabase"] = False
    await home.add_server(tower)
    await page.goto("/config/repairs")
    issue = page.get_by_text(
        text("issues.backups_off.title", server=tower.friendly_name)
    )
    await issue.click()
    options = "issues.backups_off.fix_flow.step.init.menu_options"
    await page.get_by_text(text(f"{options}.switch_on")).click()
    await page.get_by_role("button", name="Finish").click()
    await expect(issue).to_be_hidden()
    assert tower.settings["ButlerTaskBackupDatabase"] is True


async def test_time_zone(page: Page, home: Home, tower: PlexSimulator) -> None:
    """A person says in which time zone the server is, and the next window moves."""
    start = datetime.now(UTC).hour + 12
    tower.settings["ButlerStartHour"] = start % 24
    tower.settings["ButlerEndHour"] = (start + 3) % 24
    entry_id = await home.add_server(tower)
    device_url = await home.device_url(entry_id, tower.friendly_name)
    await page.goto(device_url)
    soon, later = re.compile("In [123] hours?"), re.compile("In 1[012] hours")
    await expect(entity_row(page, "Next maintenance window", later)).to_be_visible()
    await page.goto(INTEGRATION)
    await page.get_by_role("button", name="Configure").click()
    await page.get_by_text(text("options.step.init.data.time_zone")).click()
    # Nine hours ahead of the time zone of Home Assistant.
    await page.get_by_role("menuitem", name="Asia/Tokyo").click()
    await submit(page)
    await page.get_by_role("button", name="Finish").click()
    await expect(dialog(page)).to_be_hidden()
    await page.goto(device_url)
    await expect(entity_row(page, "Next maintenance window", soon)).to_be_visible()
