"""An account at plex.tv: signing in by a PIN, and the servers that the account owns.

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
from .body import parse
from .exceptions import PlexResponseError
from .models import boolean, integer, items, text
from .transport import ClientInfo, Transport

PIN_LIFETIME: Final = 900
"""Seconds that a PIN is taken to be good for, where plex.tv doesn't say."""


@dataclass(frozen=True, kw_only=True)
class SignInPin:
    """What a person signs in with; `lifetime` is in seconds.

    The code is a secret: with it, another could sign in in the person's place.
    """

    id: int
    code: str = field(repr=False)
    lifetime: int

    @classmethod
    def from_api(cls, fields: Any) -> Self:
        """Read the answer of `POST /api/v2/pins`; raises PlexResponseError."""
        match fields:
            case {"id": int(pin), "code": str(code)}:
                lifetime = integer(fields.get("expiresIn")) or PIN_LIFETIME
                return cls(id=pin, code=code, lifetime=lifetime)
        raise PlexResponseError("the answer holds no PIN")


@dataclass(frozen=True, kw_only=True)
class OwnedServer:
    """A server that the account owns: its token, and where it may be, likeliest first."""

    machine_identifier: str
    name: str
    token: str = field(repr=False)
    urls: tuple[str, ...]

    @classmethod
    def from_api(cls, item: dict[str, Any]) -> Self:
        """Read one resource of `GET /api/v2/resources`.

        Raises PlexResponseError for what isn't a server, or not the account's own.
        """
        machine_identifier = text(item.get("clientIdentifier"))
        token = text(item.get("accessToken"))
        provides = (text(item.get("provides")) or "").split(",")
        owned = boolean(item.get("owned")) and "server" in provides
        if not owned or machine_identifier is None or token is None:
            raise PlexResponseError("not a server of this account's own")
        return cls(
            machine_identifier=machine_identifier,
            name=text(item.get("name")) or "Plex Media Server",
            token=token,
            urls=tuple(dict.fromkeys(_urls(item))),
        )


class PlexAccount:
    """Somebody's account at plex.tv, before and after they have signed in.

    Every method raises the kinds of PlexError that the package's docstring maps out.
    """

    def __init__(
        self,
        session: ClientSession,
        url: str,
        info: ClientInfo,
        token: str | None = None,
    ) -> None:
        """Take the session to use, the address of plex.tv, and the account's token."""
        self._transport = Transport(session, url, info, token)

    async def create_pin(self) -> SignInPin:
        """Return a new PIN: `POST /api/v2/pins`."""
        body = await self._transport.fetch("POST", "/api/v2/pins", {"strong": "true"})
        return SignInPin.from_api(parse(body))

    async def token(self, pin: SignInPin) -> str | None:
        """Return the token of who has signed in with a PIN: `GET /api/v2/pins/{id}`.

        None as long as nobody has.
        """
        match parse(await self._transport.fetch("GET", f"/api/v2/pins/{pin.id}")):
            case {"authToken": token}:
                return text(token)
        raise PlexResponseError("the answer says nothing of a token")

    async def owned_servers(self) -> list[OwnedServer]:
        """Return the account's own servers: `GET /api/v2/resources`."""
        body = await self._transport.fetch(
            "GET", "/api/v2/resources", {"includeHttps": "1"}
        )
        if not isinstance(resources := parse(body), list):
            raise PlexResponseError("the answer is no list of servers")
        servers = []
        for item in items(resources):
            with suppress(PlexResponseError):
                servers.append(OwnedServer.from_api(item))
        return servers


def sign_in_page(url: str, pin: SignInPin, info: ClientInfo) -> str:
    """Return the page of plex.tv's at an address where a person signs in with a PIN."""
    query = {
        "clientID": info.identifier,
        "code": pin.code,
        "context[device][product]": info.product,
    }
    # The page reads what follows the hash.
    return f"{URL(url)}#?{URL.build(query=query).raw_query_string}"


def _urls(item: dict[str, Any]) -> Iterator[str]:
    """Yield a server's addresses: local ones first, secure ones first among each.

    Not those by way of Plex's relay, which is slow and not ours to load; and none at
    which the token would travel the internet in the clear.
    """
    rows = [
        row for row in items(item.get("connections")) if not boolean(row.get("relay"))
    ]
    for is_local in (True, False):
        urls = [
            url
            for row in rows
            if bool(boolean(row.get("local"))) is is_local
            for url in _urls_of(row)
        ]
        yield from (url for url in urls if url.startswith("https:"))
        if not boolean(item.get("httpsRequired")):
            yield from (url for url in urls if _is_private(url))


def _urls_of(connection: dict[str, Any]) -> Iterator[str]:
    """Yield a connection's address, and its plain twin.

    Some routers hide the names of plex.direct, at which secure connections are made.
    """
    address, port = text(connection.get("address")), integer(connection.get("port"))
    with suppress(ValueError):
        yield explicit_url(text(connection.get("uri")) or "")
    if address is not None and port is not None:
        with suppress(ValueError):
            yield explicit_url(str(URL.build(scheme="http", host=address, port=port)))


def _is_private(url: str) -> bool:
    """Tell whether an address is in a private network, by its number."""
    with suppress(ValueError):
        return ip_address(URL(url).host or "").is_private
    return False
