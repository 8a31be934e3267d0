"""Fixtures: Home Assistant, simulated servers, and a browser."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from contextlib import AsyncExitStack
import shutil
from typing import Any, Final

from playwright.async_api import Browser, Page, StorageState, async_playwright, expect
import pytest

from tests.simulator import PlexSimulator

from .evidence import Evidence
from .home import Home, run_home
from .pages import sign_in

type OpenPage = Callable[..., Awaitable[Page]]

TIMEOUT: Final = 60_000
"""Milliseconds for what a person waits for, on a machine that is busy with other things."""

BROWSER_ARGUMENTS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    # A page that a test answers in part may still connect to Home Assistant.
    "--disable-features=LocalNetworkAccessChecks",
)

CONTEXT: Final[dict[str, Any]] = {
    "locale": "en-US",
    "timezone_id": "UTC",
    "service_workers": "block",
    "viewport": {"width": 1400, "height": 1000},
}
"""How each test sees Home Assistant, unless it says otherwise."""

FAILED: Final = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember whether a test failed."""
    report = yield
    item.stash[FAILED] = item.stash.get(FAILED, False) or report.failed
    return report


@pytest.fixture(scope="session")
async def running_home(
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncGenerator[Home]:
    """Run the Home Assistant that all tests share."""
    async with run_home(tmp_path_factory.mktemp("home") / "config") as home:
        yield home


@pytest.fixture
async def home(running_home: Home) -> Home:
    """Return Home Assistant in the state that each test begins with."""
    await running_home.reset()
    return running_home


@pytest.fixture
async def servers(home: Home) -> AsyncGenerator[AsyncExitStack]:
    """Return the simulated servers of a test, which stop after its pages were closed."""
    async with AsyncExitStack() as servers:
        yield servers
        await home.remove_servers()


@pytest.fixture
async def tower(servers: AsyncExitStack) -> PlexSimulator:
    """Serve a simulated Plex Media Server, named Tower."""
    return await servers.enter_async_context(PlexSimulator())


@pytest.fixture
async def attic(servers: AsyncExitStack) -> PlexSimulator:
    """Serve a second simulated Plex Media Server, named Attic."""
    server = PlexSimulator()
    server.friendly_name, server.machine_identifier = "Attic", "attic"
    return await servers.enter_async_context(server)


@pytest.fixture(scope="session")
async def browser() -> AsyncGenerator[Browser]:
    """Run the browser."""
    expect.set_options(timeout=TIMEOUT)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=BROWSER_ARGUMENTS
        )
        yield browser
        await browser.close()


@pytest.fixture
async def open_page(
    request: pytest.FixtureRequest,
    browser: Browser,
    home: Home,
    servers: AsyncExitStack,
) -> AsyncGenerator[OpenPage]:
    """Return a function that opens a page in a browser without history.

    It takes options of the browser context. Evidence is kept if the test fails.
    """
    evidence = Evidence(home.log)

    async def open_page(**options: Any) -> Page:
        context = await browser.new_context(base_url=home.url, **{**CONTEXT, **options})
        context.set_default_timeout(TIMEOUT)
        evidence.record(context)
        return await context.new_page()

    yield open_page
    if request.node.stash[FAILED]:
        folder = await evidence.save(request.node.name)
        request.node.add_report_section("teardown", "evidence", f"{folder}")
    await evidence.close()


@pytest.fixture(scope="session")
async def signed_in(browser: Browser, running_home: Home) -> StorageState:
    """Sign in once, and return what the browser keeps of it."""
    context = await browser.new_context(base_url=running_home.url, **CONTEXT)
    context.set_default_timeout(TIMEOUT)
    await sign_in(await context.new_page())
    state = await context.storage_state()
    await context.close()
    return state


@pytest.fixture
async def page(open_page: OpenPage, signed_in: StorageState) -> Page:
    """Open a page as a person who has signed in."""
    return await open_page(storage_state=signed_in)
