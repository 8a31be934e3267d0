"""The client of a Plex Media Server's HTTP interface."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import quote

from aiohttp import (
    ClientError,
    ClientResponse,
    ClientResponseError,
    ClientSession,
    ClientSSLError,
    ClientTimeout,
)
from yarl import URL

from .body import decode
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
from .models import ButlerTask, ServerIdentity, StartResult, StopResult, items

REQUEST_TIMEOUT: Final = 10
"""Seconds for one request, from the connection to the last byte."""

MAX_BODY: Final = 1024 * 1024
"""Bytes of a body. A list of all butler tasks takes some 6,000."""

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
        tasks = [ButlerTask.from_api(item) for item in items(found) if item.get("name")]
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
        try:
            async with self._session.request(
                method,
                self._url.with_path(path, encoded=True),
                headers=self._headers(),
                allow_redirects=False,
                timeout=ClientTimeout(total=REQUEST_TIMEOUT),
            ) as response:
                _raise_for_status(response)
                body = await _read(response) if method == "GET" else b""
                return response.status, body
        except ClientSSLError as err:
            raise PlexCertificateError(f"no secure connection: {_kind(err)}") from err
        except ClientResponseError as err:
            raise PlexResponseError("the answer isn't HTTP") from err
        except TimeoutError as err:
            raise PlexConnectionError(f"no answer in {REQUEST_TIMEOUT} s") from err
        except ClientError as err:
            raise PlexConnectionError(f"no connection: {_kind(err)}") from err

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


def _task_path(name: str) -> str:
    return f"/butler/{quote(name, safe='')}"


def _kind(err: Exception) -> str:
    # Their texts hold the address; the kind is enough to tell them apart.
    return type(err).__name__


def _expect_found(status: int) -> None:
    if status == HTTPStatus.NOT_FOUND:
        raise PlexResponseError("the server answered 404")


def _raise_for_status(response: ClientResponse) -> None:
    status = response.status
    if status in _ERRORS:
        raise _ERRORS[status](f"the server answered {status}")
    if not (200 <= status < 300 or status == HTTPStatus.NOT_FOUND):
        raise PlexResponseError(f"the server answered {status}")


async def _read(response: ClientResponse) -> bytes:
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > MAX_BODY:
            raise PlexResponseError(f"the answer is larger than {MAX_BODY} bytes")
    return bytes(body)
