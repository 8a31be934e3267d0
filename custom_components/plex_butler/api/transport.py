"""HTTP requests: headers, timeouts and redirects."""

from asyncio import Event, Transport as SocketTransport, timeout
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus
from types import SimpleNamespace
from typing import Final

from aiohttp import (
    ClientHandlerType,
    ClientMiddlewareType,
    ClientRequest,
    ClientResponse,
    ClientSession,
    ClientTimeout,
    DummyCookieJar,
    TraceConfig,
    TraceRequestHeadersSentParams,
)
from yarl import URL

from .decoding import MAX_BODY, read_body
from .errors import plex_errors, status_error
from .exceptions import PlexAuthenticationError, PlexConnectionError
from .websocket import WebSocket

REQUEST_TIMEOUT: Final = 10
"""Timeout of a request in seconds, from the connection to the last byte."""

CLIENT_TIMEOUT: Final = ClientTimeout(total=REQUEST_TIMEOUT)


@dataclass(frozen=True, kw_only=True)
class ClientInfo:
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
        self._session = session
        self._url = URL(url)
        self._info = info
        self._token = token

    async def fetch(
        self,
        method: str,
        path: str,
        query: Mapping[str, str] | None = None,
        *,
        anonymous: bool = False,
    ) -> bytes:
        """Send a request to an encoded path and return the body of the answer.

        An anonymous request is sent without the token.
        """
        async with self._response(method, path, query, anonymous=anonymous) as response:
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
        async with self._response(method, path, query, accept) as response:
            return response.status

    @asynccontextmanager
    async def _response(
        self,
        method: str,
        path: str,
        query: Mapping[str, str] | None,
        accept: HTTPStatus | None = None,
        *,
        anonymous: bool = False,
    ) -> AsyncGenerator[ClientResponse]:
        headers = self._headers(anonymous=anonymous)
        sent = Event()

        async def send_once(
            request: ClientRequest, handler: ClientHandlerType
        ) -> ClientResponse:
            # aiohttp sends a PUT or DELETE again if the connection breaks: a stop that
            # worked would be answered 404. It does so for its own errors only.
            with plex_errors(sent):
                return await handler(request)

        middlewares = () if method == "GET" else (send_once,)
        with plex_errors(sent):
            async with (
                self._open_session(sent, *middlewares) as session,
                session.request(
                    method,
                    self._target(path, query),
                    headers=headers,
                    allow_redirects=False,
                    timeout=CLIENT_TIMEOUT,
                ) as response,
            ):
                status = response.status
                if not (200 <= status < 300 or status == accept):
                    raise await status_error(response)
                yield response

    @asynccontextmanager
    async def websocket(
        self, path: str, query: Mapping[str, str]
    ) -> AsyncGenerator[WebSocket]:
        """Open a websocket; it is closed with the context. The caller answers pings."""
        headers = self._headers()
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

        async with self._open_session(sent, upgrade) as session:
            with plex_errors(sent):
                async with timeout(REQUEST_TIMEOUT):
                    connected = await session.ws_connect(
                        self._target(path, query),
                        headers=headers,
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

    def _open_session(
        self, sent: Event, *middlewares: ClientMiddlewareType
    ) -> ClientSession:
        """Return a session for one request; `sent` is set once that has been sent.

        It has the connections of the caller's session, to which neither what tells that
        nor a middleware can be added.
        """
        if self._session.closed:
            raise PlexConnectionError("no connection: the session is closed")

        async def on_sent(
            session: ClientSession,
            context: SimpleNamespace,
            params: TraceRequestHeadersSentParams,
        ) -> None:
            sent.set()

        trace = TraceConfig()
        trace.on_request_headers_sent.append(on_sent)
        return ClientSession(
            connector=self._session.connector,
            connector_owner=False,
            headers=self._session.headers,
            cookie_jar=DummyCookieJar(),
            middlewares=middlewares,
            trace_configs=[trace],
            # The body is decompressed with a limit.
            auto_decompress=False,
        )

    def _target(self, path: str, query: Mapping[str, str] | None) -> URL:
        """Return the URL of an encoded path below the root URL."""
        base = self._url.raw_path.rstrip("/")
        return self._url.with_path(base + path, encoded=True).with_query(query)

    def _headers(self, *, anonymous: bool = False) -> dict[str, str]:
        headers = {
            "Accept": "application/json",
            "Accept-Encoding": "identity",
            "X-Plex-Client-Identifier": self._info.identifier,
            "X-Plex-Product": self._info.product,
            "X-Plex-Version": self._info.version,
            "X-Plex-Device-Name": self._info.device_name,
        }
        if anonymous or not self._token:
            return headers
        if not (self._token.isascii() and self._token.isprintable()):
            raise PlexAuthenticationError("the token isn't valid in a header")
        return {**headers, "X-Plex-Token": self._token}
