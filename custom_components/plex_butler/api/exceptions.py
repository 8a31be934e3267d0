"""Errors of the client.

Their messages never contain a token or an address.
"""


class PlexError(Exception):
    """Base class of the client's errors."""


class PlexConnectionError(PlexError):
    """The server can't be reached: refused, unknown host, timeout, connection lost."""


class PlexCertificateError(PlexConnectionError):
    """No secure connection: the certificate is invalid, or the server has no TLS."""


class PlexNoAnswerError(PlexConnectionError):
    """The request was sent, but no complete answer came: timeout or connection lost.

    The server may have done what it was asked to.
    """


class PlexAuthenticationError(PlexError):
    """The server doesn't know the token (401)."""


class PlexPermissionError(PlexError):
    """The token is valid, but isn't the owner's (403)."""


class PlexStartingError(PlexError):
    """The server is starting up or migrating (503 with Plex's own body).

    `retry_after` is in seconds, None if the server doesn't tell.
    """

    def __init__(self, text: str = "", *, retry_after: float | None = None) -> None:
        """Initialize the error."""
        super().__init__(text)
        self.retry_after = retry_after


class PlexServerError(PlexError):
    """The server, or a proxy in front of it, has trouble: any other status from 400.

    `status` is the HTTP status; `retry_after` is in seconds, None if it isn't told.
    """

    def __init__(
        self, text: str = "", *, status: int, retry_after: float | None = None
    ) -> None:
        """Initialize the error."""
        super().__init__(text)
        self.status = status
        self.retry_after = retry_after


class PlexTaskNotFoundError(PlexError):
    """The server has no butler task of this name (404 on a start)."""


class PlexResponseError(PlexError):
    """The answer isn't the expected one of a Plex Media Server."""
