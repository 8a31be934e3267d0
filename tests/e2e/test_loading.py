"""Loading the cards into a browser that has never been there."""

import asyncio
from collections.abc import Mapping
from typing import Any, Final

from playwright.async_api import Route, StorageState, expect
import pytest

from tests.simulator import PlexSimulator

from .conftest import OpenPage
from .home import Home
from .texts import card_text

LOADS: Final = 10
"""How often each dashboard is loaded."""

RESOURCE: Final = "**/plex-butler.js?v=*"
"""The address of the cards where resources are in storage mode."""

EARLY: Final = "<head><script type='module'>import('/plex_butler/frontend/plex-butler.js')</script>"
"""Loads the cards with the page, as where resources are in YAML mode."""

CARD: Final = {"type": "custom:plex-butler-card"}
DASHBOARDS: Final = (
    {"strategy": {"type": "custom:plex-butler"}},
    {"views": [{"type": "sections", "sections": [{"type": "grid", "cards": [CARD]}]}]},
)


async def load_early(route: Route) -> None:
    """Answer with the page, in which the cards are loaded before anything else."""
    response = await route.fetch()
    page = (await response.text()).replace("<head>", EARLY, 1)
    await route.fulfill(response=response, body=page)


async def refuse(route: Route) -> None:
    """Don't answer."""
    await route.abort()


@pytest.mark.parametrize("config", DASHBOARDS, ids=["dashboard", "card"])
async def test_empty_cache(
    open_page: OpenPage,
    signed_in: StorageState,
    home: Home,
    tower: PlexSimulator,
    config: Mapping[str, Any],
) -> None:
    """The cards are there each time, though elements are lost that are defined too soon."""
    await home.add_server(tower)
    path = await home.add_dashboard(config)
    start = card_text("start_task", task="Backup database")

    async def load(*, is_early: bool) -> None:
        page = await open_page(storage_state=signed_in, service_workers="allow")
        if is_early:
            await page.route(f"**{path}", load_early)
            await page.route(RESOURCE, refuse)
        await page.goto(path)
        await expect(page.get_by_role("button", name=start)).to_be_visible()
        await page.context.close()

    for _ in range(LOADS // 2):
        # At the same time, so that each slows down the other.
        await asyncio.gather(load(is_early=True), load(is_early=False))
