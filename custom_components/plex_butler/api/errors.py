"""Which error a failed request is, by its exception or by the status of its answer."""

from asyncio import Event
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Final

from aiohttp import (
    ClientConnectionResetError,
    ClientConnectorError,
    ClientError,
    ClientResponse,
    ClientResponseError,
    ClientSSLError,
    ConnectionTimeoutError,
)

from .decoding import parse, read_body
from .exceptions import (
    PlexAuthenticationError,
    PlexCertificateError,
    PlexConnectionError,
    PlexError,
    PlexNoAnswerError,
    PlexPermissionError,
    PlexResponseError,
    PlexServerError,
    PlexStartingError,
)
from .values import integer, number

MAX_RETRY_AFTER: Final = 300
"""Maximum number of seconds for which a server can ask not to be asked again."""

MAX_STARTING_BODY: Final = 4096
"""Maximum size in bytes of the body of a server that is starting up; it has about 110."""

_TOKEN_ERRORS: Final[dict[int, type[PlexError]]] = {
    HTTPStatus.UNAUTHORIZED: PlexAuthenticationError,
    HTTPStatus.FORBIDDEN: PlexPermissionError,
}

_LONGEST_DATE: Final = 50


@contextmanager
def plex_errors(sent: Event | None = None) -> Iterator[None]:
    """Translate the errors of aiohttp; `sent` is set once the request has been sent.

    Without `sent`, a request counts as sent as soon as the server was found. Their
    messages contain the address, so only the names of their classes are used.
    """
    try:
        yield
    except ClientSSLError as err:
        kind = type(err).__name__
        raise PlexCertificateError(f"no secure connection: {kind}") from err
    except ClientResponseError:
        # The request info of this error contains the token, so no `from err`.
        raise PlexResponseError("the answer isn't HTTP") from None
    except (
        ClientConnectorError,
        ConnectionTimeoutError,
        ClientConnectionResetError,
    ) as err:
        # The last one means that the connection was closed before anything was written.
        raise PlexConnectionError(f"no connection: {type(err).__name__}") from err
    except (ClientError, OSError) as err:
        # OSError includes TimeoutError, and what a wait for a peer to read raises when
        # the connection is lost.
        kind = type(err).__name__
        if sent is None or sent.is_set():
            raise PlexNoAnswerError(f"no answer: {kind}") from err
        raise PlexConnectionError(f"no connection: {kind}") from err


async def status_error(response: ClientResponse) -> PlexError:
    """Return the error for an answer whose status isn't one of success.

    The body of an error is read only if it has to tell a server that is starting up from
    a proxy that can't reach it.
    """
    status = response.status
    text = f"the server answered {status}"
    if error := _TOKEN_ERRORS.get(status):
        return error(text)
    if not 400 <= status < 600:
        return PlexResponseError(text)
    retry_after = _retry_after(response.headers.get("Retry-After", ""))
    if status == HTTPStatus.SERVICE_UNAVAILABLE and await _is_starting(response):
        return PlexStartingError(text, retry_after=retry_after)
    return PlexServerError(text, status=status, retry_after=retry_after)


async def _is_starting(response: ClientResponse) -> bool:
    """Return whether a 503 has Plex's own body (captured), which is small."""
    try:
        content = parse(await read_body(response, MAX_STARTING_BODY))
    except ClientError, TimeoutError, PlexResponseError:
        return False
    match content:
        # In XML the fields are the attributes of an element.
        case {"Response": {**fields}} | {**fields} if "title" in fields:
            return integer(fields.get("code")) == HTTPStatus.SERVICE_UNAVAILABLE
    return False


def _retry_after(value: str) -> float | None:
    """Return the seconds in a Retry-After header, which has seconds or a date."""
    seconds = number(value)
    if seconds is None and len(value) < _LONGEST_DATE:
        try:
            date = parsedate_to_datetime(value)
        except ValueError, OverflowError:
            return None
        # Every date in HTTP is in UTC.
        date = date if date.tzinfo else date.replace(tzinfo=UTC)
        seconds = (date - datetime.now(UTC)).total_seconds()
    if seconds is None or seconds <= 0:
        return None
    return min(seconds, MAX_RETRY_AFTER)
