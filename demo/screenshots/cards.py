"""Pictures of the card, of its editor, and of the feature of tile cards."""

from collections.abc import Iterable
from typing import Any, Final

from playwright.async_api import Page, expect

from .camera import Camera
from .scene import Scene

PATH: Final = "my-home"
CARD: Final = "plex-butler-card"
CARD_VIEW, TILE_VIEW, START_VIEW = "card", "tile", "start"

WIDTH: Final = 1100
MARGIN: Final = 16

TASKS: Final = (
    "Generate intro markers",
    "Backup database",
    "Refresh libraries",
    "Generate credits markers",
    "Refresh EPG guides",
    "Generate media index files",
)
"""The tasks on the card, in different states."""

START_TASK: Final = "Optimize database"
START_TASKS: Final = (START_TASK, "Refresh libraries", "Clean old bundles")

OWN_TILES: Final = {
    "_running": "Maintenance",
    "_next_window": "Next window",
    "_running_tasks": "Running tasks",
    "_maintenance": "Calendar",
}
"""Home Assistant's own cards, by what the unique IDs of their entities end with."""

FEATURE: Final = {"type": "custom:plex-butler-task-feature"}


async def take_card_pictures(scene: Scene, camera: Camera) -> None:
    """Make a dashboard of cards, and take pictures of it."""
    await make_dashboard(scene)
    page = await scene.open(WIDTH, 900)
    await open_view(page, CARD_VIEW)
    await camera.take(page, "card", of=page.locator("hui-section"), margin=MARGIN)
    await open_view(page, TILE_VIEW)
    await camera.take(page, "tile", of=page.locator("hui-section"), margin=MARGIN)
    await page.goto(f"/{PATH}/{START_VIEW}?edit=1")
    await page.locator("hui-card-edit-mode").last.click()
    await camera.take(page, "card_editor")
    await page.context.close()


async def make_dashboard(scene: Scene) -> None:
    """Make a dashboard with a view for each picture."""
    client = scene.home.client
    await client.send_command(
        "lovelace/dashboards/create",
        url_path=PATH,
        title="My home",
        icon="mdi:home-heart",
        mode="storage",
        show_in_sidebar=True,
        require_admin=False,
    )
    views = [await card_view(scene), await tile_view(scene), await start_view(scene)]
    await client.send_command(
        "lovelace/config/save", url_path=PATH, config={"views": views}
    )


async def card_view(scene: Scene) -> dict[str, Any]:
    """Return a view with the card beside Home Assistant's own ones."""
    find = scene.home.client.find_entity
    tiles = [
        {"type": "tile", "entity": await find(key), "name": name}
        for key, name in OWN_TILES.items()
    ]
    rows = [await find(f"_{key}") for key in ("window_start", "window_end")]
    own: list[dict[str, Any]] = [
        {"type": "heading", "heading": "Media server", "icon": "mdi:server"},
        *tiles,
        {"type": "entities", "entities": rows},
    ]
    return _view(CARD_VIEW, own, [await _card(scene, TASKS)])


async def tile_view(scene: Scene) -> dict[str, Any]:
    """Return a view with the feature on tile cards."""
    find = scene.home.client.find_entity
    return _view(
        TILE_VIEW,
        [
            {
                "type": "tile",
                "entity": await find(f"_{task}_status"),
                "features": [FEATURE],
            }
            for task in ("BackupDatabase", "ButlerTaskGenerateIntroMarkers")
        ],
    )


async def start_view(scene: Scene) -> dict[str, Any]:
    """Return a view with a card on which a task is started."""
    return _view(START_VIEW, [await _card(scene, START_TASKS)])


async def _card(scene: Scene, tasks: Iterable[str]) -> dict[str, Any]:
    """Return the card with some tasks."""
    return {
        "type": f"custom:{CARD}",
        "server": await scene.device_id(scene.plex.friendly_name),
        "title": "Maintenance",
        "tasks": [await scene.device_id(task) for task in tasks],
    }


def _view(path: str, *sections: list[dict[str, Any]]) -> dict[str, Any]:
    """Return a view with sections."""
    return {
        "path": path,
        "title": path.capitalize(),
        "type": "sections",
        "sections": [{"type": "grid", "cards": cards} for cards in sections],
    }


async def open_view(page: Page, path: str) -> None:
    """Open a view of the dashboard."""
    await page.goto(f"/{PATH}/{path}")
    await expect(page.locator("hui-card").last).to_be_visible()
