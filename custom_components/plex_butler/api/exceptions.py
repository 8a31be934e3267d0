"""Errors of the client.

Their messages never contain a token or an address.
"""


class PlexError(Exception):
    """Base class of the client's errors."""


class PlexConnectionError(PlexError):
    """The server can't be reached: refused, unknown host, timeout, connection lost."""


class PlexCertificateError(PlexConnectionError):
    """No secure connection: the certificate is invalid, or the server has no TLS."""


class PlexAuthenticationError(PlexError):
    """The server doesn't know the token (401)."""


class PlexPermissionError(PlexError):
    """The token is valid, but isn't the owner's (403)."""


class PlexStartingError(PlexError):
    """The server is starting up or migrating (503)."""


class PlexTaskNotFoundError(PlexError):
    """The server has no butler task of this name (404 on a start)."""


class PlexResponseError(PlexError):
    """The answer isn't the expected one of a Plex Media Server.

    `status` is the HTTP status if that is the reason, else None.
    """

    def __init__(self, text: str, *, status: int | None = None) -> None:
        """Initialize the error."""
        super().__init__(text)
        self.status = status
