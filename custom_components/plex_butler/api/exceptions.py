"""What can go wrong between Plex Butler and a Plex Media Server.

No text of these ever holds a token or an address.
"""


class PlexError(Exception):
    """Base of every error of the client."""


class PlexConnectionError(PlexError):
    """The server can't be reached: refused, unknown name, no answer in time, cut off."""


class PlexCertificateError(PlexConnectionError):
    """No secure connection: the certificate doesn't fit, or there is no TLS at all."""


class PlexAuthenticationError(PlexError):
    """The server doesn't know the token (401)."""


class PlexPermissionError(PlexError):
    """The token is good, but isn't the server owner's (403)."""


class PlexStartingError(PlexError):
    """The server is starting up or migrating, and not ready yet (503)."""


class PlexTaskNotFoundError(PlexError):
    """The server has no butler task of this name (404 on a start)."""


class PlexResponseError(PlexError):
    """The answer isn't one of a Plex Media Server's, or not one we can use.

    `status` is that of HTTP, where it is what is wrong.
    """

    def __init__(self, text: str, *, status: int | None = None) -> None:
        """Say what is wrong with the answer."""
        super().__init__(text)
        self.status = status
