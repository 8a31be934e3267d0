"""Fixtures: clients of the simulated server."""

from collections.abc import AsyncGenerator, Callable
from typing import Final

from aiohttp import ClientSession
import pytest

from custom_components.plex_butler.api import ClientInfo, PlexClient
from tests.simulator import PlexSimulator

type CreateClient = Callable[..., PlexClient]

INFO: Final = ClientInfo(
    identifier="identifier-of-the-tests",
    product="Plex Butler",
    version="1.2.3",
    device_name="Home Assistant",
)


@pytest.fixture(autouse=True)
def _custom_integrations() -> None:
    """Replace the fixture that prepares Home Assistant and stops the clock."""


@pytest.fixture
async def session() -> AsyncGenerator[ClientSession]:
    """Return a web session."""
    async with ClientSession() as web_session:
        yield web_session


@pytest.fixture
def create_client(simulator: PlexSimulator, session: ClientSession) -> CreateClient:
    """Return a function that creates a client, by default the owner's."""

    def create(url: str | None = None, token: str | None = None) -> PlexClient:
        return PlexClient(
            session,
            url or simulator.url,
            simulator.owner_token if token is None else token,
            INFO,
        )

    return create


@pytest.fixture
def client(create_client: CreateClient) -> PlexClient:
    """Return a client with the token of the owner."""
    return create_client()
