"""What a person does and sees on Home Assistant's pages."""

import re
from typing import Final

from playwright.async_api import Locator, Page, expect

from demo.const import DOMAIN, PASSWORD, USER

INTEGRATION: Final = f"/config/integrations/integration/{DOMAIN}"


async def enter_credentials(page: Page, password: str) -> None:
    """Enter the name of the demo's user and a password in the login form."""
    await page.get_by_role("textbox", name="Username").fill(USER)
    await page.get_by_role("textbox", name="Password").fill(password)
    await page.get_by_role("button", name="Log in").click()


async def sign_in(page: Page) -> None:
    """Sign in to Home Assistant as the demo's user."""
    await page.goto("/")
    await enter_credentials(page, PASSWORD)
    await expect(page.get_by_role("link", name="Settings")).to_be_visible()


def dialog(page: Page) -> Locator:
    """Return the dialog that is open."""
    return page.get_by_role("dialog")


async def submit(page: Page) -> None:
    """Submit the form of the dialog that is open."""
    await page.get_by_role("button", name="Submit").click()


async def close_result(page: Page) -> None:
    """Close a dialog with the button below its result."""
    await page.get_by_role("button", name="Close").last.click()
    await expect(dialog(page)).to_be_hidden()


def entity_row(page: Page, name: str, text: str | re.Pattern[str] = "") -> Locator:
    """Return the row of an entity on the page of its device, if it shows a text."""
    rows = page.locator("hui-generic-entity-row")
    return rows.filter(has=page.get_by_text(name, exact=True), has_text=text)


async def press(page: Page, name: str) -> None:
    """Press a button entity on the page of its device."""
    await entity_row(page, name).get_by_role("button", name="Press").click()


async def select_option(page: Page, name: str, option: str) -> None:
    """Select an option of a select entity on the page of its device."""
    row = page.locator("hui-select-entity-row").filter(has_text=name)
    await row.get_by_text(name).click()
    await row.get_by_role("menuitem", name=option, exact=True).click()
    await expect(row.get_by_role("menuitem")).to_have_count(0)
    await expect(row.get_by_text(option).filter(visible=True)).to_be_visible()
