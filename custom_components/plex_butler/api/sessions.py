"""Sessions of aiohttp: a lasting one for what is fetched, and one for each command."""

from asyncio import Event
from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from weakref import finalize

from aiohttp import (
    ClientHandlerType,
    ClientMiddlewareType,
    ClientRequest,
    ClientResponse,
    ClientSession,
    DummyCookieJar,
    TraceConfig,
    TraceRequestHeadersSentParams,
)

from .errors import plex_errors
from .exceptions import PlexConnectionError


class Sessions:
    """Sessions that have the connections of the caller's session.

    To that one, neither headers nor a middleware can be added.
    """

    def __init__(self, session: ClientSession, headers: Mapping[str, str]) -> None:
        """Initialize with the caller's session, and the headers of all requests."""
        self._session = session
        self._headers = headers
        self._lasting: ClientSession | None = None

    def lasting(self) -> ClientSession:
        """Return the session of all requests that can be repeated."""
        if self._lasting is None or self._lasting.closed:
            self._lasting = self._open()
            # It has no connection of its own that would have to be closed.
            finalize(self, self._lasting.detach)
        return self._lasting

    def for_request(
        self, sent: Event, middleware: ClientMiddlewareType
    ) -> ClientSession:
        """Return a session for one request; `sent` is set once that has been sent.

        It has to be closed. What tells that a request was sent takes a fifth of its time.
        """

        async def on_sent(
            session: ClientSession,
            context: SimpleNamespace,
            params: TraceRequestHeadersSentParams,
        ) -> None:
            sent.set()

        trace = TraceConfig()
        trace.on_request_headers_sent.append(on_sent)
        return self._open([middleware], [trace])

    def _open(
        self,
        middlewares: Sequence[ClientMiddlewareType] = (),
        traces: list[TraceConfig] | None = None,
    ) -> ClientSession:
        if self._session.closed:
            raise PlexConnectionError("no connection: the session is closed")
        return ClientSession(
            connector=self._session.connector,
            connector_owner=False,
            headers={**self._session.headers, **self._headers},
            cookie_jar=DummyCookieJar(),
            middlewares=middlewares,
            trace_configs=traces,
            # The body is decompressed with a limit.
            auto_decompress=False,
        )


def send_once(sent: Event) -> ClientMiddlewareType:
    """Return what keeps aiohttp from sending a command again.

    It does so with a PUT or DELETE if the connection breaks: a stop that worked would be
    answered 404. But it only does so for its own errors.
    """

    async def send(
        request: ClientRequest, handler: ClientHandlerType
    ) -> ClientResponse:
        with plex_errors(sent):
            return await handler(request)

    return send
