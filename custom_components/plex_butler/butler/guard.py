"""Guards the token: only the server that is meant gets it."""

from typing import Final

from ..api import (
    PlexAuthenticationError,
    PlexClient,
    PlexConnectionError,
    PlexError,
    PlexNoAnswerError,
    PlexServerError,
    PlexStartingError,
    ServerIdentity,
)


class WrongServerError(PlexError):
    """Another server answers at the address."""


LOSSES: Final = (
    PlexConnectionError,
    PlexServerError,
    PlexStartingError,
    WrongServerError,
)
"""Errors after which the server is confirmed, and the websocket connected, again."""


class TokenGuard:
    """Gives the client, and with it the token, only to the server that is meant.

    A token of the owner is valid for all of their servers, so another server that got
    the address of this one would accept it. A server confirms that it's the one that is
    meant without the token (`GET /identity`), again after each loss of the connection.
    While the websocket stays connected, it's still the same server. Without it, a
    confirmation counts for the polls of 5 minutes, but not for commands.
    """

    def __init__(
        self,
        client: PlexClient,
        machine_identifier: str | None,
        *,
        is_found_url: bool,
    ) -> None:
        """Initialize the guard of the server with a machine identifier.

        `is_found_url` is True if no person typed the URL at which it answers.
        """
        self._client = client
        self._machine_identifier = machine_identifier
        self._is_found_url = is_found_url
        self._connected = False
        self._losses = 0
        self._confirmed_at: int | None = None

    def handle_connection(self, *, connected: bool) -> None:
        """Handle that the websocket was connected or disconnected."""
        self._connected = connected
        self.invalidate()

    def invalidate(self) -> None:
        """Require that the server confirms itself before the next use of the token."""
        self._losses += 1

    async def async_confirm(self) -> None:
        """Confirm the server before a command, without a websocket each time.

        Raises PlexError, and WrongServerError if another server answers.
        """
        if not self._connected:
            self.invalidate()
        await self.async_client()

    async def async_client(self) -> PlexClient:
        """Return the client for one request; raises as `async_confirm` does."""
        while self._confirmed_at != (losses := self._losses):
            self.require_server(await self._async_identity())
            self._confirmed_at = losses
        return self._client

    def require_server(self, server: ServerIdentity) -> None:
        """Raise WrongServerError unless it's the server that is meant."""
        if server.machine_identifier != self._machine_identifier:
            raise WrongServerError("another server answers")

    async def _async_identity(self) -> ServerIdentity:
        try:
            return await self._async_ask_identity()
        except PlexNoAnswerError as err:
            # What the server was to be asked hasn't been sent.
            raise PlexConnectionError(str(err)) from err

    async def _async_ask_identity(self) -> ServerIdentity:
        try:
            return await self._client.identity()
        except PlexAuthenticationError:
            # Without a token, a server answers 401 if it doesn't know the name by which
            # it's addressed (measured). Only a person can know such a name.
            if self._is_found_url:
                raise
            return await self._client.server()
