"""The client of a Plex Media Server's HTTP interface."""

from asyncio import timeout
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import quote

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

from .body import MAX_BODY, decode, read
from .exceptions import (
    PlexAuthenticationError,
    PlexCertificateError,
    PlexConnectionError,
    PlexError,
    PlexPermissionError,
    PlexResponseError,
    PlexStartingError,
    PlexTaskNotFoundError,
)
from .models import Activity, ButlerTask, ServerIdentity, StartResult, StopResult, items

REQUEST_TIMEOUT: Final = 10
"""Seconds for one request, from the connection to the last byte."""

_ERRORS: Final[dict[int, type[PlexError]]] = {
    HTTPStatus.UNAUTHORIZED: PlexAuthenticationError,
    HTTPStatus.FORBIDDEN: PlexPermissionError,
    HTTPStatus.SERVICE_UNAVAILABLE: PlexStartingError,
}


@dataclass(frozen=True, kw_only=True)
class ClientInfo:
    """What Plex shows its owner of us; the identifier is stable per installation."""

    identifier: str
    product: str
    version: str
    device_name: str


class PlexClient:
    """A Plex Media Server, by one method per endpoint.

    Every method raises the kinds of PlexError that the package's docstring maps out.
    The token travels in a header only, and never follows a redirect.
    """

    def __init__(
        self, session: ClientSession, url: str, token: str, info: ClientInfo
    ) -> None:
        """Take the session to use, the server's root address and its owner's token."""
        self._session = session
        self._url = URL(url)
        self._token = token
        self._info = info

    async def identity(self) -> ServerIdentity:
        """Return which server this is: `GET /identity`, good without a token too."""
        return ServerIdentity.from_api(await self._get("/identity", "MediaContainer"))

    async def server(self) -> ServerIdentity:
        """Return which server this is, with its name: `GET /`, for any known user."""
        return ServerIdentity.from_api(await self._get("/", "MediaContainer"))

    async def butler_tasks(self) -> list[ButlerTask]:
        """Return the butler's tasks: `GET /butler`, for the owner only.

        Entries without a name are left out, since nothing could be done with them.
        """
        found = (await self._get("/butler", "ButlerTasks")).get("ButlerTask", [])
        tasks = _readable(ButlerTask.from_api, items(found))
        if found and not tasks:
            raise PlexResponseError("the list of butler tasks has none in it")
        return tasks

    async def start_task(self, name: str) -> StartResult:
        """Start a task: `POST /butler/{task}`.

        The server may accept it and yet do nothing, where the task isn't due or enabled.
        Raises PlexTaskNotFoundError where the server has no such task.
        """
        match await self._command("POST", _task_path(name)):
            case HTTPStatus.NOT_FOUND:
                raise PlexTaskNotFoundError("the server has no such butler task")
            case HTTPStatus.ACCEPTED:
                return StartResult.ALREADY_RUNNING
        return StartResult.STARTED

    async def stop_task(self, name: str) -> StopResult:
        """Stop a task or take it off the queue: `DELETE /butler/{task}`.

        The server's 404 has two meanings; of a task that it lists, it is "not running".
        """
        if await self._command("DELETE", _task_path(name)) == HTTPStatus.NOT_FOUND:
            return StopResult.NOT_RUNNING
        return StopResult.STOPPED

    async def start_all_tasks(self) -> None:
        """Start every task that is due today: `POST /butler`."""
        _expect_found(await self._command("POST", "/butler"))

    async def stop_all_tasks(self) -> None:
        """Stop all running tasks and clear the queue: `DELETE /butler`."""
        _expect_found(await self._command("DELETE", "/butler"))

    async def activities(self) -> list[Activity]:
        """Return what the server does now: `GET /activities`.

        Entries without a uuid are left out, since nothing could be told of them later.
        """
        found = (await self._get("/activities", "MediaContainer")).get("Activity")
        return _readable(Activity.from_api, items(found))

    @asynccontextmanager
    async def notifications(self) -> AsyncGenerator[ClientWebSocketResponse]:
        """Open the websocket of activity notifications, for the length of a block.

        The address is the one that Home Assistant's own Plex integration uses; the
        filter is from Plex's document. Pings are left to the caller.
        """
        url = self._url.with_path("/:/websockets/notifications")
        # A session of its own over the same connections, since an upgrade would follow
        # a redirect, and take the token along.
        async with ClientSession(
            connector=self._session.connector,
            connector_owner=False,
            middlewares=(_refuse_redirect,),
        ) as session:
            with _plex_errors():
                async with timeout(REQUEST_TIMEOUT):
                    websocket = await session.ws_connect(
                        url.with_query(filters="activity"),
                        headers=self._headers(),
                        autoping=False,
                        max_msg_size=MAX_BODY,
                        timeout=ClientWSTimeout(ws_close=1),
                    )
                try:
                    yield websocket
                finally:
                    await websocket.close()

    async def _get(self, path: str, root: str) -> dict[str, Any]:
        status, body = await self._request("GET", path)
        _expect_found(status)
        return decode(body, root)

    async def _command(self, method: str, path: str) -> int:
        # The bodies of commands are empty or HTML, and say nothing.
        status, _ = await self._request(method, path)
        return status

    async def _request(self, method: str, path: str) -> tuple[int, bytes]:
        """Return the status (of success, or 404) and the body of a GET."""
        with _plex_errors():
            async with self._session.request(
                method,
                self._url.with_path(path, encoded=True),
                headers=self._headers(),
                allow_redirects=False,
                timeout=ClientTimeout(total=REQUEST_TIMEOUT),
            ) as response:
                if not (
                    _is_success(response) or response.status == HTTPStatus.NOT_FOUND
                ):
                    raise _status_error(response.status)
                body = await read(response) if method == "GET" else b""
                return response.status, body

    def _headers(self) -> dict[str, str]:
        if not (self._token.isascii() and self._token.isprintable()):
            raise PlexAuthenticationError("the token can't stand in a header")
        return {
            "Accept": "application/json",
            "X-Plex-Token": self._token,
            "X-Plex-Client-Identifier": self._info.identifier,
            "X-Plex-Product": self._info.product,
            "X-Plex-Version": self._info.version,
            "X-Plex-Device-Name": self._info.device_name,
        }


@contextmanager
def _plex_errors() -> Iterator[None]:
    """Raise the errors of the connection as ours.

    Their texts hold the address; the kind is enough to tell them apart.
    """
    try:
        yield
    except ClientSSLError as err:
        kind = type(err).__name__
        raise PlexCertificateError(f"no secure connection: {kind}") from err
    except WSServerHandshakeError as err:
        # What these two hold of the request has the token in it.
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


def _is_success(response: ClientResponse) -> bool:
    return 200 <= response.status < 300


async def _refuse_redirect(
    request: ClientRequest, handler: ClientHandlerType
) -> ClientResponse:
    response = await handler(request)
    if 300 <= response.status < 400:
        response.close()
        raise _status_error(response.status)
    return response


def _readable[ModelT](
    read_one: Callable[[dict[str, Any]], ModelT], rows: list[dict[str, Any]]
) -> list[ModelT]:
    models = []
    for row in rows:
        with suppress(PlexResponseError):
            models.append(read_one(row))
    return models


def _task_path(name: str) -> str:
    return f"/butler/{quote(name, safe='')}"


def _expect_found(status: int) -> None:
    if status == HTTPStatus.NOT_FOUND:
        raise _status_error(status)
