"""The moving picture of a task that is started on the card."""

from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw
from playwright.async_api import FloatRect, Page, expect

from . import night
from .camera import COLORS, still_picture
from .cards import CARD, MARGIN, START_TASK, START_VIEW, open_view
from .scene import Scene

SIZE: Final = (460, 420)
SCALE: Final = 1.5

STEPS: Final = (12, 31, 55, 78, 96)
"""Progress of the task, in percent."""

PAUSE: Final = 900
"""Milliseconds for which the card is shown before and after the run."""

FRAME: Final = 100
"""Milliseconds for which each other frame is shown."""

FRAMES_OF_STEP: Final = 5
FRAMES_OF_POINTER: Final = 6

PROGRESS_HEIGHT: Final = 8
"""Pixels by which the card is higher while a task on it is running."""

POINTER: Final = ((0, 0), (0, 17), (4, 13), (7, 19), (10, 18), (7, 12), (12, 12))
"""The outline of a mouse pointer, which isn't in pictures of a page."""


@dataclass
class Film:
    """The frames of a moving picture, and how long each is shown, in milliseconds.

    `pointer` is where the mouse is, in pixels of the page.
    """

    page: Page
    clip: FloatRect
    pointer: tuple[float, float] | None = None
    frames: list[Image.Image] = field(default_factory=list)
    durations: list[int] = field(default_factory=list)

    async def shoot(self, count: int, duration: int = FRAME) -> None:
        """Add frames of what the page shows now."""
        for _ in range(count):
            picture = await self.page.screenshot(clip=self.clip)
            frame = Image.open(BytesIO(picture)).convert("RGB")
            self._draw_pointer(frame)
            self.frames.append(frame)
            self.durations.append(duration)

    def _draw_pointer(self, frame: Image.Image) -> None:
        if self.pointer is None:
            return
        left = self.pointer[0] - self.clip["x"]
        top = self.pointer[1] - self.clip["y"]
        outline = [((left + x) * SCALE, (top + y) * SCALE) for x, y in POINTER]
        ImageDraw.Draw(frame).polygon(outline, fill="black", outline="white", width=1)

    def save(self, file: Path) -> None:
        """Save all frames with a palette that they share, so that no color flickers."""
        samples = self.frames[:: max(1, len(self.frames) // 8)]
        width, height = samples[0].size
        sheet = Image.new("RGB", (width, height * len(samples)))
        for number, sample in enumerate(samples):
            sheet.paste(sample, (0, height * number))
        palette = sheet.quantize(
            COLORS, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE
        )
        first, *others = (
            frame.quantize(palette=palette, dither=Image.Dither.NONE)
            for frame in self.frames
        )
        first.save(
            file,
            save_all=True,
            append_images=others,
            duration=self.durations,
            loop=0,
            optimize=True,
        )


async def take_moving_picture(scene: Scene, folder: Path) -> None:
    """Start a task on the card, and film it until it has finished."""
    page = await scene.open(
        *SIZE, device_scale_factor=SCALE, reduced_motion="no-preference"
    )
    await open_view(page, START_VIEW)
    await still_picture(page)
    box = await page.locator(CARD).bounding_box()
    assert box is not None
    clip: FloatRect = {
        "x": box["x"] - MARGIN / 2,
        "y": box["y"] - MARGIN / 2,
        "width": box["width"] + MARGIN,
        "height": box["height"] + MARGIN + PROGRESS_HEIGHT,
    }
    film = Film(page, clip)
    await film_start(film)
    await film_run(film, scene)
    file = folder / "start.gif"
    film.save(file)
    print(f"{file} ({file.stat().st_size // 1024} KB)", flush=True)
    await page.context.close()


async def film_start(film: Film) -> None:
    """Film how the pointer moves to the button, and presses it."""
    button = film.page.get_by_role("button", name=f"Start {START_TASK}")
    box = await button.bounding_box()
    assert box is not None
    target = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    away = target[0] - 60, target[1] - 50
    film.pointer = away
    await film.shoot(1, PAUSE)
    await move_pointer(film, away, target)
    await button.click()
    row = film.page.locator("plex-butler-task-row", has_text=START_TASK)
    await expect(row.get_by_text("Running")).to_be_visible()
    await move_pointer(film, target, away)


async def move_pointer(
    film: Film, start: tuple[float, float], end: tuple[float, float]
) -> None:
    """Film how the pointer moves from one place to another."""
    for number in range(1, FRAMES_OF_POINTER + 1):
        part = number / FRAMES_OF_POINTER
        film.pointer = (
            start[0] + (end[0] - start[0]) * part,
            start[1] + (end[1] - start[1]) * part,
        )
        await film.page.mouse.move(*film.pointer)
        await film.shoot(1)


async def film_run(film: Film, scene: Scene) -> None:
    """Film the run until it has ended."""
    row = film.page.locator("plex-butler-task-row", has_text=START_TASK)
    for progress in STEPS:
        night.show_progress(scene.plex, night.FILMED, progress)
        await expect(row).to_contain_text(f"{progress}%")
        await film.shoot(FRAMES_OF_STEP)
    scene.plex.butler.finish(night.FILMED)
    await expect(row.get_by_role("button", name=f"Start {START_TASK}")).to_be_visible()
    await film.shoot(1, 2 * PAUSE)
