"""Whether everybody can use the cards, as far as a machine can tell."""

from playwright.async_api import StorageState
import pytest

from tests.simulator import PlexSimulator

from .conftest import OpenPage
from .home import Home
from .showcase import find_violations, open_details, prepare


@pytest.mark.parametrize("color_scheme", ["light", "dark"])
async def test_accessibility(
    open_page: OpenPage,
    signed_in: StorageState,
    home: Home,
    tower: PlexSimulator,
    color_scheme: str,
) -> None:
    """Axe finds nothing wrong in what is ours, neither in light nor in dark colors."""
    paths = await prepare(home, tower)
    page = await open_page(
        storage_state=signed_in, color_scheme=color_scheme, reduced_motion="reduce"
    )
    for path in paths:
        await page.goto(path)
        await open_details(page)
        assert await find_violations(page) == []
