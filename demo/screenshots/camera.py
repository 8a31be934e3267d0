"""Takes pictures of what a page shows, once nothing on it moves anymore."""

from io import BytesIO
from pathlib import Path
from typing import Final

from PIL import Image
from playwright.async_api import FloatRect, Locator, Page

COLORS: Final = 256
STILL: Final = 3
"""Pictures in a row that have to be the same."""

PAUSE: Final = 100
"""Milliseconds between two of them."""

MAX_PICTURES: Final = 300

ICONS_ARE_DRAWN: Final = """() => {
  const isDrawn = (root) => [...root.querySelectorAll("*")].every((element) => {
    const tag = element.localName;
    if (tag === "img") return element.complete;
    if (tag === "ha-svg-icon" && !element.path) return false;
    return !element.shadowRoot || isDrawn(element.shadowRoot);
  });
  return isDrawn(document) && document.fonts.status === "loaded";
}"""
"""Home Assistant loads icons, pictures and fonts after everything else."""


class Camera:
    """Takes pictures, and saves them in a folder."""

    def __init__(self, folder: Path) -> None:
        """Initialize with the folder."""
        self._folder = folder

    async def take(
        self,
        page: Page,
        name: str,
        *,
        height: int | None = None,
        of: Locator | None = None,
        margin: int = 0,
    ) -> None:
        """Take a picture of a page, or of elements on it with a margin."""
        if height and page.viewport_size:
            width = page.viewport_size["width"]
            await page.set_viewport_size({"width": width, "height": height})
        await page.mouse.move(0, 0)
        image = await still_picture(page, await _clip(of, margin) if of else None)
        file = self._folder / f"{name}.png"
        save(image, file)
        print(f"{file} ({file.stat().st_size // 1024} KB)", flush=True)


async def still_picture(page: Page, clip: FloatRect | None = None) -> bytes:
    """Return a picture of a page, or a part of it, once everything on it has loaded.

    Raises TimeoutError if it doesn't stop changing.
    """
    await page.wait_for_function(ICONS_ARE_DRAWN)
    last, count = b"", 0
    for _ in range(MAX_PICTURES):
        picture = await page.screenshot(clip=clip)
        count = count + 1 if picture == last else 1
        if count == STILL:
            return picture
        last = picture
        await page.wait_for_timeout(PAUSE)
    raise TimeoutError(f"{page.url} doesn't stop changing")


async def _clip(elements: Locator, margin: int) -> FloatRect:
    """Return where elements are, with a margin."""
    boxes = [box for each in await elements.all() if (box := await each.bounding_box())]
    left = min(box["x"] for box in boxes) - margin
    top = min(box["y"] for box in boxes) - margin
    return {
        "x": left,
        "y": top,
        "width": max(box["x"] + box["width"] for box in boxes) + margin - left,
        "height": max(box["y"] + box["height"] for box in boxes) + margin - top,
    }


def save(picture: bytes, file: Path) -> None:
    """Save a picture with a palette, which makes it a third as large."""
    image = Image.open(BytesIO(picture)).convert("RGB")
    # The other methods change the colors of small icons.
    palette = image.quantize(
        COLORS, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE
    )
    palette.save(file, optimize=True)
