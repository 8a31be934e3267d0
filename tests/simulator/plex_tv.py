"""A simulated plex.tv: sign-in with a PIN, and the servers of an account."""

from collections.abc import Iterable
from html import escape
from typing import Any, Final, override

from aiohttp import web

from .rendering import error
from .server import PlexSimulator
from .site import SimulatedSite

ACCOUNT_TOKEN: Final = "account-token-of-plex-tv"

SIGN_IN_PAGE: Final = """<!doctype html>
<title>Simulated plex.tv</title>
<h1>Sign in to Plex</h1>
<form method="post" action="/sign-in">
  <input type="hidden" name="code">
  <button>Sign in as the owner</button>
</form>
<script>
  const query = new URLSearchParams(location.hash.slice(2));
  document.querySelector("input").value = query.get("code");
</script>
"""


def resource(server: PlexSimulator, **changes: Any) -> dict[str, Any]:
    """Return a server as plex.tv sends it, with changes."""
    return {
        "name": server.friendly_name,
        "product": "Plex Media Server",
        "provides": "server",
        "clientIdentifier": server.machine_identifier,
        "accessToken": server.owner_token,
        "owned": True,
        "httpsRequired": False,
        "connections": [connection(server.url)],
    } | changes


def connection(uri: str, /, **changes: Any) -> dict[str, Any]:
    """Return a connection of a server as plex.tv sends it, with changes."""
    scheme, _, rest = uri.partition("://")
    address, _, port = rest.partition(":")
    return {
        "protocol": scheme,
        "address": address,
        "port": int(port or 443),
        "uri": uri,
        "local": True,
        "relay": False,
        "IPv6": False,
    } | changes


class SimulatedPlexTv(SimulatedSite):
    """The part of plex.tv that is needed to sign in.

    `resources` are the devices of the account, `lifetime` is that of a PIN in seconds.
    """

    def __init__(self, *, port: int = 0) -> None:
        """Initialize with an account without devices."""
        super().__init__(port=port)
        self.resources: Any = []
        self.lifetime = 1800
        self._codes: dict[int, str] = {}
        self._signed_in: set[str] = set()

    @override
    def routes(self) -> Iterable[web.AbstractRouteDef]:
        return (
            web.get("/auth", self._get_page),
            web.post("/sign-in", self._sign_in),
            web.post("/api/v2/pins", self._create_pin),
            web.get("/api/v2/pins/{id}", self._get_pin),
            web.get("/api/v2/resources", self._get_resources),
        )

    @property
    def page(self) -> str:
        """Return the URL of the page where people sign in."""
        return f"{self.url}/auth"

    def sign_in(self, code: str | None = None) -> None:
        """Sign in with a code, by default with all, as a person does on the page."""
        self._signed_in |= {code} if code else set(self._codes.values())

    async def _get_page(self, request: web.Request) -> web.StreamResponse:
        return web.Response(text=SIGN_IN_PAGE, content_type="text/html")

    async def _sign_in(self, request: web.Request) -> web.StreamResponse:
        code = str((await request.post())["code"])
        self.sign_in(code)
        return web.Response(
            text=f"<h1>Signed in</h1><p>You may close this page ({escape(code)}).</p>",
            content_type="text/html",
        )

    async def _create_pin(self, request: web.Request) -> web.StreamResponse:
        if request.query.get("strong") != "true" or not _client_identifier(request):
            return error(400)
        number = 1000 + len(self._codes)
        self._codes[number] = f"strong-code-{number}"
        return web.json_response(self._pin(number), status=201)

    async def _get_pin(self, request: web.Request) -> web.StreamResponse:
        number = int(request.match_info["id"])
        if number not in self._codes or not _client_identifier(request):
            return error(404)
        return web.json_response(self._pin(number))

    async def _get_resources(self, request: web.Request) -> web.StreamResponse:
        if request.headers.get("X-Plex-Token") != ACCOUNT_TOKEN:
            return error(401)
        return web.json_response(self.resources)

    def _pin(self, number: int) -> dict[str, Any]:
        code = self._codes[number]
        return {
            "id": number,
            "code": code,
            "trusted": False,
            "expiresIn": self.lifetime,
            "authToken": ACCOUNT_TOKEN if code in self._signed_in else None,
        }


def _client_identifier(request: web.Request) -> str | None:
    return request.headers.get("X-Plex-Client-Identifier")
