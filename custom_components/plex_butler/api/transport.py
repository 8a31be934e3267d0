"""HTTP requests: headers, timeouts, size limits and errors."""

from asyncio import timeout
from collections.abc import AsyncGenerator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from aiohttp import (
    ClientError,
    ClientHandlerType,
    ClientRequest,
    ClientResponse,
    ClientResponseError,
    ClientSession,
    ClientSSLError,
    ClientTimeout,
    ClientWebSocketResponse,
    ClientWSTimeout,
    WSServerHandshakeError,
)
from yarl import URL

from .decoding import MAX_BODY, read_body
from .exceptions import (
    PlexAuthenticationError,
    PlexCertificateError,
    PlexConnectionError,
    PlexError,
    PlexPermissionError,
    PlexResponseError,
    PlexStartingError,
)

REQUEST_TIMEOUT: Final = 10
"""Timeout of a request in seconds, from the connection to the last byte."""

_ERRORS: Final[dict[int, type[PlexError]]] = {
    HTTPStatus.UNAUTHORIZED: PlexAuthenticationError,
    HTTPStatus.FORBIDDEN: PlexPermissionError,
    HTTPStatus.SERVICE_UNAVAILABLE: PlexStartingError,
}


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
        """Initialize the transport; `url` is the root URL of the host."""
        self._session = session
        self._url = URL(url)
        self._info = info
        self._token = token

    async def fetch(
        self, method: str, path: str, query: Mapping[str, str] | None = None
    ) -> bytes:
        """Send a request to an encoded path and return the body of the answer."""
        async with self._response(method, path, query) as response:
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
    ) -> AsyncGenerator[ClientResponse]:
        with _plex_errors():
            async with self._session.request(
                method,
                self._url.with_path(path, encoded=True).with_query(query),
                headers=self._headers(),
                allow_redirects=False,
                timeout=ClientTimeout(total=REQUEST_TIMEOUT),
            ) as response:
                if not (200 <= response.status < 300 or response.status == accept):
                    raise _status_error(response.status)
                yield response

    @asynccontextmanager
    async def websocket(
        self, path: str, query: Mapping[str, str]
    ) -> AsyncGenerator[ClientWebSocketResponse]:
        """Open a websocket; it is closed with the context. The caller answers pings."""
        # ws_connect follows redirects and would send the token along. Only the
        # middleware of a session of its own, with the same connector, prevents that.
        async with ClientSession(
            connector=self._session.connector,
            connector_owner=False,
            middlewares=(_refuse_redirect,),
        ) as session:
            with _plex_errors():
                async with timeout(REQUEST_TIMEOUT):
                    websocket = await session.ws_connect(
                        self._url.with_path(path).with_query(query),
                        headers=self._headers(),
                        autoping=False,
                        max_msg_size=MAX_BODY,
                        timeout=ClientWSTimeout(ws_close=1),
                    )
                try:
                    yield websocket
                finally:
                    await websocket.close()

    def _headers(self) -> dict[str, str]:
        headers = {
            "Accept": "application/json",
            "X-Plex-Client-Identifier": self._info.identifier,
            "X-Plex-Product": self._info.product,
            "X-Plex-Version": self._info.version,
            "X-Plex-Device-Name": self._info.device_name,
        }
        if self._token is None:
            return headers
        if not (self._token.isascii() and self._token.isprintable()):
            raise PlexAuthenticationError("the token isn't valid in a header")
        return {**headers, "X-Plex-Token": self._token}


@contextmanager
def _plex_errors() -> Iterator[None]:
    """Translate the errors of aiohttp.

    Their messages contain the address, so only the names of their classes are used.
    """
    try:
        yield
    except ClientSSLError as err:
        kind = type(err).__name__
        raise PlexCertificateError(f"no secure connection: {kind}") from err
    except WSServerHandshakeError as err:
        # The request info of these two errors contains the token, so no `from err`.
        raise _status_error(err.status) from None
    except ClientResponseError:
        raise PlexResponseError("the answer isn't HTTP") from None
    except TimeoutError as err:
        raise PlexConnectionError(f"no answer in {REQUEST_TIMEOUT} s") from err
    except ClientError as err:
        raise PlexConnectionError(f"no connection: {type(err).__name__}") from err


def _status_error(status: int) -> PlexError:
    text = f"the server answered {status}"
    if kind := _ERRORS.get(status):
        return kind(text)
    return PlexResponseError(text, status=status)


async def _refuse_redirect(
    request: ClientRequest, handler: ClientHandlerType
) -> ClientResponse:
    response = await handler(request)
    if 300 <= response.status < 400:
        response.close()
        raise _status_error(response.status)
    return response
