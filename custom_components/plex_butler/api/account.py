"""Client for a plex.tv account: sign-in with a PIN, and the account's own servers.

The calls are those that python-plexapi and Home Assistant's own Plex integration make.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any, Final, Self

from aiohttp import ClientSession
from yarl import URL

from .address import explicit_url
from .decoding import parse
from .exceptions import PlexResponseError
from .transport import ClientInfo, Transport
from .values import boolean, identifier, integer, items, text

PIN_LIFETIME: Final = 900
"""Seconds for which a PIN is valid if plex.tv doesn't tell."""

MAX_PIN_LIFETIME: Final = 3600
"""Maximum number of seconds to wait for a person, whatever plex.tv tells."""

MAX_TOKEN: Final = 4000
"""Maximum length of a token in characters. Signed ones have several hundred."""

MAX_RESOURCES: Final = 1000
MAX_SERVERS: Final = 25
MAX_CONNECTIONS: Final = 20
"""Maximum number of an account's devices, of its own servers, and of their connections."""


@dataclass(frozen=True, kw_only=True)
class SignInPin:
    """A PIN to sign in with; `lifetime` is in seconds.

    The code is a secret: whoever has it can complete the sign-in.
    """

    id: int
    code: str = field(repr=False)
    lifetime: int

    @classmethod
    def from_api(cls, fields: Any) -> Self:
        """Return the PIN in the answer to `POST /api/v2/pins`.

        Raises PlexResponseError if it holds none.
        """
        match fields:
            case {"id": int(pin), "code": code} if not isinstance(pin, bool):
                lifetime = integer(fields.get("expiresIn")) or 0
                if (code := identifier(code)) and 0 < pin < 2**63:
                    return cls(
                        id=pin,
                        code=code,
                        lifetime=min(lifetime, MAX_PIN_LIFETIME)
                        if lifetime > 0
                        else PIN_LIFETIME,
                    )
        raise PlexResponseError("the answer has no PIN")


@dataclass(frozen=True, kw_only=True)
class OwnedServer:
    """A server that the account owns.

    `token` is the server's own; `urls` are in the order in which to try them.
    """

    machine_identifier: str
    name: str
    token: str = field(repr=False)
    urls: tuple[str, ...]

    @classmethod
    def from_api(cls, item: dict[str, Any]) -> Self:
        """Return the server in a resource of `GET /api/v2/resources`.

        Raises PlexResponseError if it isn't a server, or not the account's own.
        """
        machine_identifier = identifier(item.get("clientIdentifier"))
        token = identifier(item.get("accessToken"), MAX_TOKEN)
        provides = (text(item.get("provides")) or "").split(",")
        owned = boolean(item.get("owned")) and "server" in provides
        if not owned or machine_identifier is None or token is None:
            raise PlexResponseError("not a server of this account's own")
        return cls(
            machine_identifier=machine_identifier,
            name=text(item.get("name")) or "Plex Media Server",
            token=token,
            urls=tuple(dict.fromkeys(_server_urls(item))),
        )


class PlexAccount:
    """A plex.tv account, before and after the sign-in.

    Every method raises the errors that the docstring of the package lists.
    """

    def __init__(
        self,
        session: ClientSession,
        url: str,
        info: ClientInfo,
        token: str | None = None,
    ) -> None:
        """Initialize the client; `token` is the account's, None before the sign-in."""
        self._transport = Transport(session, url, info, token)

    async def create_pin(self) -> SignInPin:
        """Create a PIN: `POST /api/v2/pins`."""
        body = await self._transport.fetch("POST", "/api/v2/pins", {"strong": "true"})
        return SignInPin.from_api(parse(body))

    async def token(self, pin: SignInPin) -> str | None:
        """Return the account's token: `GET /api/v2/pins/{id}`.

        None until a person has signed in with the PIN.
        """
        match parse(await self._transport.fetch("GET", f"/api/v2/pins/{pin.id}")):
            case {"authToken": token}:
                return identifier(token, MAX_TOKEN)
        raise PlexResponseError("the answer has no token")

    async def owned_servers(self) -> list[OwnedServer]:
        """Return the account's own servers: `GET /api/v2/resources`.

        Those after the first MAX_SERVERS are left out.
        """
        body = await self._transport.fetch(
            "GET", "/api/v2/resources", {"includeHttps": "1"}
        )
        if not isinstance(resources := parse(body), list):
            raise PlexResponseError("the answer isn't a list of servers")
        servers = []
        for item in items(resources)[:MAX_RESOURCES]:
            with suppress(PlexResponseError):
                servers.append(OwnedServer.from_api(item))
            if len(servers) == MAX_SERVERS:
                break
        return servers


def sign_in_page(url: str, pin: SignInPin, info: ClientInfo) -> str:
    """Return the URL of the page where a person signs in; `url` is the page's own."""
    query = {
        "clientID": info.identifier,
        "code": pin.code,
        "context[device][product]": info.product,
    }
    # The page reads its parameters from the fragment.
    return f"{URL(url)}#?{URL.build(query=query).raw_query_string}"


def _server_urls(item: dict[str, Any]) -> Iterator[str]:
    """Yield a server's URLs: local before remote, and in each group https before http.

    Plex's relay is left out because it is slow and not meant for our requests; http to
    a public address, because the token would cross the internet unencrypted.
    """
    rows = [
        row
        for row in items(item.get("connections"))[:MAX_CONNECTIONS]
        if not boolean(row.get("relay"))
    ]
    for is_local in (True, False):
        urls = [
            url
            for row in rows
            if bool(boolean(row.get("local"))) is is_local
            for url in _connection_urls(row)
        ]
        yield from (url for url in urls if url.startswith("https:"))
        if not boolean(item.get("httpsRequired")):
            yield from (url for url in urls if _is_private(url))


def _connection_urls(connection: dict[str, Any]) -> Iterator[str]:
    """Yield the URL of a connection, and its equivalent with http and the IP address.

    Some routers don't resolve plex.direct, which the https URLs need.
    """
    address, port = text(connection.get("address")), integer(connection.get("port"))
    with suppress(ValueError):
        yield explicit_url(text(connection.get("uri")) or "")
    if address is not None and port is not None:
        with suppress(ValueError):
            yield explicit_url(str(URL.build(scheme="http", host=address, port=port)))


def _is_private(url: str) -> bool:
    """Return whether the host of a URL is a private IP address."""
    with suppress(ValueError):
        return ip_address(URL(url).host or "").is_private
    return False
