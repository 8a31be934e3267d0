"""Signing in to Home Assistant, and adding a server by hand."""

from contextlib import AsyncExitStack
from ssl import PROTOCOL_TLS_SERVER, SSLContext

from playwright.async_api import Page, expect
import pytest
import trustme

from demo.const import LOCALHOST
from demo.processes import find_free_port
from tests.simulator import PlexSimulator, faults

from .conftest import OpenPage
from .pages import dialog, enter_credentials, sign_in, submit
from .texts import text


class ManualForm:
    """The form to add a server by hand."""

    def __init__(self, page: Page) -> None:
        """Initialize with a page that doesn't show the form yet."""
        self._page = page

    async def open(self) -> None:
        """Open the form in the way a person does."""
        page = self._page
        await page.goto("/config/integrations/dashboard")
        await page.get_by_role("button", name="Add integration").click()
        await page.get_by_placeholder("Search for a brand name").fill("Plex But")
        await page.get_by_role("button", name="Plex Butler").click()
        await page.get_by_text(text("config.step.user.menu_options.manual")).click()

    async def submit(self, url: str, token: str = "") -> None:
        """Submit the form with a URL and a token; an empty one isn't entered."""
        page = self._page
        await page.get_by_role("textbox", name="URL").fill(url)
        if token:
            await page.get_by_role("textbox", name="Token").fill(token)
        await submit(page)

    async def expect_error(self, key: str, **placeholders: str) -> None:
        """Expect an error, and nothing that was shown before."""
        error = text(f"config.error.{key}", **placeholders)
        await expect(self._page.get_by_text(error)).to_be_visible()

    async def expect_success(self) -> None:
        """Close the form after a server was added, and expect its tasks."""
        page = self._page
        await page.get_by_role("button", name="Skip and finish").click()
        await expect(dialog(page)).to_be_hidden()
        await expect(page.get_by_role("button", name="Backup database")).to_be_visible()


@pytest.fixture
async def form(page: Page) -> ManualForm:
    """Return the form to add a server by hand, which is open."""
    form = ManualForm(page)
    await form.open()
    return form


@pytest.fixture
async def tower_with_https(servers: AsyncExitStack) -> PlexSimulator:
    """Serve a simulated Plex Media Server with a certificate that nobody trusts."""
    context = SSLContext(PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("tower.example").configure_cert(context)
    return await servers.enter_async_context(PlexSimulator(ssl_context=context))


async def test_sign_in(open_page: OpenPage) -> None:
    """A person signs in to Home Assistant, with a wrong password at first."""
    page = await open_page()
    await page.goto("/")
    await enter_credentials(page, "wrong")
    await expect(page.get_by_text("Invalid username or password")).to_be_visible()
    await sign_in(page)


async def test_wrong_entries(form: ManualForm, tower: PlexSimulator) -> None:
    """A person adds a server by hand, and enters everything wrong at first."""
    nothing = f"http://{LOCALHOST}:{find_free_port(LOCALHOST)}"
    await form.submit("https://app.plex.tv/desktop", tower.owner_token)
    await form.expect_error("invalid_url")
    await form.submit(nothing)
    await form.expect_error("cannot_connect", address=nothing)
    await form.submit(tower.url, "wrong")
    await form.expect_error("invalid_auth")
    await form.submit(tower.url)
    await form.expect_error("token_required")
    await form.submit(tower.url, tower.guest_token)
    await form.expect_error("not_owner")
    await form.submit(tower.url, tower.owner_token)
    await form.expect_success()


async def test_server_in_trouble(form: ManualForm, tower: PlexSimulator) -> None:
    """A server has trouble while a person adds it, who enters the token only once."""
    token = tower.owner_token
    for fault, key in (
        (faults.starting_up(), "starting_up"),
        (faults.status(502), "server_trouble"),
        (faults.body(b"<html/>", "text/html"), "not_plex"),
        (faults.cut_off(), "cannot_connect"),
    ):
        tower.inject(fault)
        await form.submit(tower.url, token)
        await form.expect_error(key, status="502", address=tower.url)
        token = ""
    tower.heal()
    await form.submit(tower.url)
    await form.expect_success()


async def test_certificate(
    page: Page, form: ManualForm, tower_with_https: PlexSimulator
) -> None:
    """A person turns off the verification of a certificate, after an error."""
    await form.submit(tower_with_https.url, tower_with_https.owner_token)
    await form.expect_error("ssl_error")
    await page.get_by_role("switch").press("Space")
    await submit(page)
    await form.expect_success()
