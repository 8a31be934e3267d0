"""HTTP requests: headers, timeouts and redirects."""

from asyncio import Event, Transport as SocketTransport, timeout
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Final, NamedTuple

from aiohttp import (
    ClientHandlerType,
    ClientRequest,
    ClientResponse,
    ClientSession,
    ClientTimeout,
)
from yarl import URL

from .decoding import MAX_BODY, read_body
from .errors import plex_errors, status_error
from .exceptions import PlexAuthenticationError
from .sessions import Sessions, send_once
from .websocket import WebSocket

REQUEST_TIMEOUT: Final = 10
"""Timeout of a request in seconds, from the connection to the last byte."""

CLIENT_TIMEOUT: Final = ClientTimeout(total=REQUEST_TIMEOUT)


class ClientInfo(NamedTuple):
    """What Plex shows the owner of this client.

    `identifier` is stable per installation.
    """

    identifier: str
    product: str
    version: str
    device_name: str


class Transport:
    """Sends requests to one host, with or without a token.

    The token is sent in a header only, and redirects aren't followed.
    """

    def __init__(
        self, session: ClientSession, url: str, info: ClientInfo, token: str | None
    ) -> None:
        """Initialize the transport; `url` is the root URL, which may have a path.

        Without a token, it is None or empty.
        """
        self._root = str(URL(url).with_query(None).with_fragment(None)).rstrip("/")
        self._token = token
        headers = {
            "Accept": "application/json",
            "Accept-Encoding": "identity",
            "X-Plex-Client-Identifier": info.identifier,
            "X-Plex-Product": info.product,
            "X-Plex-Version": info.version,
            "X-Plex-Device-Name": info.device_name,
        }
        self._sessions = Sessions(session, headers)

    async def fetch(
        self,
        method: str,
        path: str,
        query: Mapping[str, str] | None = None,
        *,
        anonymous: bool = False,
    ) -> bytes:
        """Send a request to an encoded path and return the body of the answer.

        An anonymous request is sent without the token. After a timeout, nobody knows
        whether it was sent: that doesn't matter, since it can be sent again.
        """
        token = {} if anonymous else self._token_header()
        with plex_errors():
            async with self._sessions.lasting().request(
                method,
                self._target(path, query),
                headers=token,
                allow_redirects=False,
                timeout=CLIENT_TIMEOUT,
            ) as response:
                if not 200 <= response.status < 300:
                    raise await status_error(response)
                return await read_body(response)

    async def send(
        self,
        method: str,
        path: str,
        query: Mapping[str, str] | None = None,
        *,
        accept: HTTPStatus | None = None,
    ) -> int:
        """Send a request to an encoded path and return the status of the answer.

        `accept` is a status that isn't an error, besides those of success. The body
        isn't read.
        """
        sent = Event()
        token = self._token_header()
        with plex_errors(sent):
            async with (
                self._sessions.for_request(sent, send_once(sent)) as session,
                session.request(
                    method,
                    self._target(path, query),
                    headers=token,
                    allow_redirects=False,
                    timeout=CLIENT_TIMEOUT,
                ) as response,
            ):
                status = response.status
                if not (200 <= status < 300 or status == accept):
                    raise await status_error(response)
                return status

    @asynccontextmanager
    async def websocket(
        self, path: str, query: Mapping[str, str]
    ) -> AsyncGenerator[WebSocket]:
        """Open a websocket; it is closed with the context. The caller answers pings."""
        sent = Event()
        socket: SocketTransport | None = None

        async def upgrade(
            request: ClientRequest, handler: ClientHandlerType
        ) -> ClientResponse:
            # Without this, ws_connect follows redirects and sends the token along.
            nonlocal socket
            response = await handler(request)
            socket = response.connection.transport if response.connection else None
            # aiohttp fails an assertion if the connection is lost right after an upgrade.
            if response.status != HTTPStatus.SWITCHING_PROTOCOLS or socket is None:
                try:
                    raise await status_error(response)
                finally:
                    response.close()
            return response

        token = self._token_header()
        async with self._sessions.for_request(sent, upgrade) as session:
            with plex_errors(sent):
                async with timeout(REQUEST_TIMEOUT):
                    connected = await session.ws_connect(
                        self._target(path, query),
                        headers=token,
                        autoclose=False,
                        autoping=False,
                        max_msg_size=MAX_BODY,
                    )
                assert socket is not None
                websocket = WebSocket(connected, socket)
                try:
                    yield websocket
                finally:
                    await websocket.close()

    def _target(self, path: str, query: Mapping[str, str] | None) -> URL:
        """Return the URL of an encoded path below the root URL."""
        # yarl keeps the last URLs that were made in this way.
        target = URL(self._root + path, encoded=True)
        return target.with_query(query) if query else target

    def _token_header(self) -> dict[str, str]:
        """Return the header that has the token, if there is one.

        Raises PlexAuthenticationError if it can't be in a header.
        """
        if not self._token:
            return {}
        if not (self._token.isascii() and self._token.isprintable()):
            raise PlexAuthenticationError("the token isn't valid in a header")
        return {"X-Plex-Token": self._token}
