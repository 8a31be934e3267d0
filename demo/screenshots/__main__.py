"""Take the pictures of the documentation."""

import argparse
import asyncio
from pathlib import Path

from ..const import REPOSITORY
from .camera import Camera
from .cards import take_card_pictures
from .dashboard import take_dashboard_pictures, take_german_picture
from .moving import take_moving_picture
from .pages import take_add_picture, take_page_pictures
from .scene import run_scene


async def _run(folder: Path) -> None:
    camera = Camera(folder)
    async with run_scene() as scene:
        await take_add_picture(scene, camera)
        await scene.begin_night()
        await take_dashboard_pictures(scene, camera)
        await take_german_picture(scene, camera)
        await take_card_pictures(scene, camera)
        await take_moving_picture(scene, folder)
        await take_page_pictures(scene, camera)


def main() -> None:
    """Take all pictures."""
    parser = argparse.ArgumentParser(prog="scripts/screenshots", description=__doc__)
    parser.add_argument(
        "folder",
        type=Path,
        nargs="?",
        default=REPOSITORY / "docs" / "images",
        help="folder for the pictures (default: %(default)s)",
    )
    folder: Path = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    asyncio.run(_run(folder))


if __name__ == "__main__":
    main()
