"""Polls a server: which one it is, its tasks, and its activities."""

from dataclasses import dataclass
from math import inf
from typing import Final

from ..api import (
    Activity,
    ActivityStream,
    ButlerTask,
    PlexAuthenticationError,
    PlexClient,
    PlexConnectionError,
    PlexError,
    PlexNoAnswerError,
    PlexServerError,
    PlexStartingError,
    ServerIdentity,
)
from ..const import LOGGER

ACTIVITIES_MAX_AGE: Final = 1790
"""Seconds for which activities aren't polled while notifications should report them."""

EMPTY_LIST_MIN_AGE: Final = 60
"""Seconds for which a server has to list no task at all until that is believed."""


LOSSES: Final = (PlexConnectionError, PlexServerError, PlexStartingError)
"""Errors of a poll after which the websocket is connected again."""


class WrongServerError(PlexError):
    """Another server answers at the address."""


class TokenGuard:
    """Gives the client, and with it the token, only to the server that is meant.

    A token of the owner is valid for all of their servers, so another server that got
    the address of this one would accept it. A server confirms that it's the one that is
    meant without the token (`GET /identity`), again after each loss of the connection.
    While the websocket stays connected, it's still the same server.
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
        if not connected:
            self.invalidate()

    def invalidate(self) -> None:
        """Require that the server confirms itself before the next use of the token."""
        self._losses += 1

    async def async_confirm(self) -> None:
        """Confirm the server before a poll, a command or a websocket.

        Without a websocket, nothing shows whether it's still the same server, so each of
        them asks. Raises PlexError, and WrongServerError if another server answers.
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


@dataclass(frozen=True, kw_only=True)
class Poll:
    """The answers of a server.

    `is_complete` is False if the server lists no task at all, which isn't believed yet:
    `tasks` are then those that were listed before. `activities` is None if they weren't
    requested, or if the request failed (`activities_failed`).
    """

    server: ServerIdentity
    tasks: list[ButlerTask]
    is_complete: bool
    activities: list[Activity] | None
    activities_failed: bool


class ServerPoller:
    """Polls one server."""

    def __init__(self, guard: TokenGuard, stream: ActivityStream) -> None:
        """Initialize the poller."""
        self._guard = guard
        self._stream = stream
        self._server: ServerIdentity | None = None
        self._activities_polled = -inf
        self._tasks: list[ButlerTask] = []
        self._listed: set[str] = set()
        self._empty_since: float | None = None

    def handle_connection(self) -> None:
        """Handle that the websocket was connected or disconnected."""
        self._guard.handle_connection(connected=self._stream.connected)
        if self._stream.connected:
            self.invalidate_activities()
        else:
            self.invalidate()

    def invalidate(self) -> None:
        """Request everything in the next poll, after the server has confirmed itself."""
        self._guard.invalidate()
        self._server = None
        self.invalidate_activities()

    def invalidate_activities(self) -> None:
        """Request the activities in the next poll."""
        self._activities_polled = -inf

    def forget_task(self, name: str) -> bool:
        """Forget a task, by Plex's name of it; return False if the server lists it."""
        if name in self._listed:
            return False
        self._tasks = [task for task in self._tasks if task.name != name]
        return True

    async def async_poll(self, seconds: float, *, running: bool) -> Poll:
        """Poll the server; `seconds` is the current time of a monotonic clock.

        `running` is True while the butler is known to be working. Raises PlexError, and
        WrongServerError if another server answers.
        """
        try:
            await self._guard.async_confirm()
            server = await self._async_server()
            listed = await (await self._guard.async_client()).butler_tasks()
            is_complete = self._handle_list(listed, seconds)
            activities, failed = await self._async_activities(seconds, running=running)
        except PlexError as err:
            self._empty_since = None
            if isinstance(err, LOSSES):
                # A websocket doesn't notice that its server is gone.
                await self._stream.disconnect()
            raise
        return Poll(
            server=server,
            tasks=self._tasks,
            is_complete=is_complete,
            activities=activities,
            activities_failed=failed,
        )

    async def _async_server(self) -> ServerIdentity:
        """Return the server with its name, which is asked once per connection."""
        if self._server is not None:
            return self._server
        server = await (await self._guard.async_client()).server()
        self._guard.require_server(server)
        self._server = server if self._stream.connected else None
        return server

    def _handle_list(self, listed: list[ButlerTask], seconds: float) -> bool:
        """Handle a list of tasks; return whether those that aren't listed are gone."""
        self._listed = {task.name for task in listed}
        if listed:
            self._empty_since = None
        elif self._empty_since is None:
            self._empty_since = seconds
        since = self._empty_since
        is_complete = since is None or seconds >= since + EMPTY_LIST_MIN_AGE
        if is_complete:
            self._tasks = listed
        return is_complete

    async def _async_activities(
        self, seconds: float, *, running: bool
    ) -> tuple[list[Activity] | None, bool]:
        """Return the activities, or None while notifications report them; and if it failed.

        They are requested once in a while even so: a server may keep the websocket
        connected without sending anything.
        """
        is_reported = self._server is not None and not running
        if is_reported and seconds < self._activities_polled + ACTIVITIES_MAX_AGE:
            return None, False
        self._activities_polled = seconds
        client = await self._guard.async_client()
        try:
            return await client.activities(), False
        except PlexAuthenticationError:
            raise
        except PlexError as err:
            LOGGER.debug("The activities can't be polled: %s", err)
            self.invalidate_activities()
            return None, True
