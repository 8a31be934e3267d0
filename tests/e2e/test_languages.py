"""Whether the cards have room for their texts, in the languages that need the most."""

from typing import Final

from playwright.async_api import Page, StorageState, expect
import pytest

from tests.simulator import PlexSimulator

from .conftest import OpenPage
from .home import Home
from .showcase import find_cut_texts, open_details, prepare
from .texts import FRONTEND_TRANSLATIONS, card_text, longest_languages, text

LANGUAGES: Final = sorted(
    language
    for language in {"de", *longest_languages(2)}
    if (FRONTEND_TRANSLATIONS / f"{language}.json").exists()
)

TEXTS: Final = (
    "device.task_backup_database.name",
    "entity.sensor.status.state.running",
)
"""Texts of the language of Home Assistant, and of that of the person."""

WIDTHS: Final = (400, 1400)
HEIGHT: Final = 1000


async def open_in(open_page: OpenPage, signed_in: StorageState, language: str) -> Page:
    """Open a page as a person who has chosen a language."""
    page = await open_page(storage_state=signed_in, reduced_motion="reduce")
    choice = f"localStorage.setItem('selectedLanguage', '\"{language}\"')"
    await page.add_init_script(choice)
    return page


async def expect_room(page: Page) -> None:
    """Expect that no text of ours is cut at any width."""
    await open_details(page)
    for width in WIDTHS:
        await page.set_viewport_size({"width": width, "height": HEIGHT})
        assert await find_cut_texts(page) == []


@pytest.mark.parametrize("language", LANGUAGES)
async def test_room_for_texts(
    open_page: OpenPage,
    signed_in: StorageState,
    home: Home,
    tower: PlexSimulator,
    language: str,
) -> None:
    """No text is cut, neither on a phone nor on a wide screen."""
    await home.set_language(language)
    page = await open_in(open_page, signed_in, language)
    for path in await prepare(home, tower):
        await page.goto(path)
        for key in TEXTS:
            shown = page.get_by_text(text(key, language)).filter(visible=True)
            await expect(shown.first).to_be_visible()
        await expect_room(page)


async def test_right_to_left(
    open_page: OpenPage, signed_in: StorageState, home: Home, tower: PlexSimulator
) -> None:
    """Where people read from right to left, a task begins at the right."""
    page = await open_in(open_page, signed_in, "ar")
    _, path = await prepare(home, tower)
    await page.goto(path)
    await expect(page.locator("html")).to_have_attribute("dir", "rtl")
    await expect_room(page)
    row = page.locator("plex-butler-task-row").first
    name = await row.get_by_role("button", expanded=True).bounding_box()
    start = card_text("start_task", task="")
    button = await row.get_by_role("button", name=start).bounding_box()
    assert name
    assert button
    assert button["x"] + button["width"] <= name["x"]
