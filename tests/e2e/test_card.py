"""The card with tasks, and the feature of a tile."""

from typing import Final

from playwright.async_api import Locator, Page, expect

from tests.simulator import PlexSimulator, faults

from .home import Home
from .texts import card_text, text

NAME: Final = "BackupDatabase"
TASK: Final = "Backup database"
START: Final = card_text("start_task", task=TASK)
STOP: Final = card_text("stop_task", task=TASK)

CARD: Final = {"type": "custom:plex-butler-card"}
FEATURE: Final = {"type": "custom:plex-butler-task-feature"}

MOST_TABS: Final = 60
"""Presses of the Tab key after which whatever is on the page has had the focus."""


async def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until an element has the focus."""
    for _ in range(MOST_TABS):
        await page.keyboard.press("Tab")
        if await target.evaluate("(element) => element.matches(':focus-visible')"):
            return
    raise AssertionError("the element can't be reached with the keyboard")


async def start_and_stop(page: Page, tower: PlexSimulator) -> None:
    """Start a task and stop it again, with the keyboard alone."""
    start = page.get_by_role("button", name=START)
    stop = page.get_by_role("button", name=STOP)
    # A dialog with a preview of it may still be closing.
    await expect(start).to_have_count(1)
    await tab_to(page, start)
    await page.keyboard.press("Enter")
    await expect(stop).to_be_focused()
    assert tower.butler.running == [NAME]
    await expect(stop).to_have_attribute("aria-busy", "false")
    await page.keyboard.press("Space")
    await expect(start).to_be_focused()
    assert tower.butler.running == []


async def test_adding_the_card(page: Page, home: Home, tower: PlexSimulator) -> None:
    """A person adds the card from the picker, and chooses a task in its editor."""
    await home.add_server(tower)
    await page.goto(await home.add_cards())
    await page.get_by_role("button", name="Edit dashboard").click()
    await page.get_by_role("button", name="Add card").click()
    await page.get_by_role("tab", name="By card").click()
    await page.get_by_placeholder("Search cards").fill("Plex Butler")
    other = page.get_by_role(
        "button", name=card_text("start_task", task="Process assets")
    )
    await expect(other).to_have_count(1)
    # The preview of the card is below what takes the click.
    await page.get_by_text(card_text("card_name")).click(force=True)
    await expect(page.get_by_text("Select a device")).to_have_count(2)
    await expect(other).to_have_count(1)
    await page.get_by_text("Select a device").last.click()
    picker = page.locator("ha-picker-combo-box")
    await picker.get_by_text(TASK, exact=True).click()
    await expect(other).to_be_hidden()
    await page.get_by_role("textbox", name=card_text("editor_title")).fill("My tasks")
    await expect(page.get_by_role("heading", name="My tasks")).to_be_visible()
    await page.get_by_role("button", name="Save").click()
    await page.get_by_role("button", name="Done").click()
    await expect(page.get_by_role("button", name="Edit dashboard")).to_be_visible()
    await expect(page.get_by_role("heading", name="My tasks")).to_have_count(1)
    await expect(page.get_by_role("button", name=START)).to_have_count(1)


async def test_keyboard(page: Page, home: Home, tower: PlexSimulator) -> None:
    """A person starts and stops a task in the card, and reads on, by keyboard alone."""
    await home.add_server(tower)
    await page.goto(await home.add_cards(CARD))
    await start_and_stop(page, tower)
    await page.keyboard.press("Shift+Tab")
    await page.keyboard.press("Enter")
    row = page.get_by_role("listitem").filter(has_text=TASK)
    description = tower.butler.tasks[NAME].description
    assert description
    await expect(row.get_by_text(description)).to_be_visible()
    await expect(row.get_by_role("button", expanded=True)).to_be_focused()
    await page.keyboard.press("Space")
    await expect(row.get_by_text(description)).to_be_hidden()


async def test_presses_without_effect(
    page: Page, home: Home, tower: PlexSimulator
) -> None:
    """A toast tells why a press had no effect."""
    await home.add_server(tower)
    await page.goto(await home.add_cards(CARD))
    start = page.get_by_role("button", name=START)
    await expect(start).to_be_visible()
    tower.inject(faults.status(500), method="POST")
    await start.click()
    error = text("exceptions.server_trouble.message", server="Tower", status="500")
    await expect(page.get_by_text(error).first).to_be_visible()
    tower.heal()
    # The server shows nothing of a task that it has started itself.
    tower.display.row = tower.display.children = False
    tower.butler.start(NAME)
    await start.click()
    toast = page.get_by_text(card_text("toast_already_running", task=TASK))
    await expect(toast.first).to_be_visible()


async def test_adding_the_feature(page: Page, home: Home, tower: PlexSimulator) -> None:
    """A person adds the feature to a tile in its editor, and uses it by keyboard."""
    await home.add_server(tower)
    status = await home.client.find_entity(f"{NAME}_status")
    await page.goto(await home.add_cards({"type": "tile", "entity": status}))
    await page.get_by_role("button", name="Edit dashboard").click()
    await page.get_by_role("button", name="Edit card").press("Enter")
    await page.get_by_role("button", name="Features").click()
    await page.get_by_role("button", name="Add feature").click()
    await page.get_by_role("menuitem", name=card_text("feature_name")).click()
    await expect(page.get_by_role("button", name=START)).to_be_visible()
    await page.get_by_role("button", name="Save").click()
    await page.get_by_role("button", name="Done").click()
    await expect(page.get_by_role("button", name="Edit dashboard")).to_be_visible()
    await start_and_stop(page, tower)
