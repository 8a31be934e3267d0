"""Polls a server: which one it is, its tasks, and its activities."""

from dataclasses import dataclass
from math import inf
from typing import Final

from ..api import (
    Activity,
    ActivityStream,
    ButlerTask,
    PlexClient,
    PlexConnectionError,
    PlexError,
    ServerIdentity,
)

ACTIVITIES_MAX_AGE: Final = 1790
"""Seconds for which activities aren't polled while notifications should report them."""


class WrongServerError(PlexError):
    """Another server answers at the address."""


@dataclass(frozen=True, kw_only=True)
class Poll:
    """The answers of a server; `activities` is None if they weren't requested."""

    server: ServerIdentity
    tasks: list[ButlerTask]
    activities: list[Activity] | None


class ServerPoller:
    """Polls one server, and only that one."""

    def __init__(
        self, client: PlexClient, stream: ActivityStream, machine_identifier: str | None
    ) -> None:
        """Initialize the poller of the server with a machine identifier."""
        self._client = client
        self._stream = stream
        self._machine_identifier = machine_identifier
        self._confirmed_server: ServerIdentity | None = None
        self._activities_polled = -inf

    def invalidate(self) -> None:
        """Request the identity and the activities in the next poll."""
        self._confirmed_server = None
        self.invalidate_activities()

    def invalidate_activities(self) -> None:
        """Request the activities in the next poll."""
        self._activities_polled = -inf

    async def async_poll(self, seconds: float, *, running: bool) -> Poll:
        """Poll the server; `seconds` is the current time of a monotonic clock.

        `running` is True while the butler is known to be working. Raises PlexError, and
        WrongServerError if another server answers.
        """
        try:
            return Poll(
                server=await self._async_server(),
                tasks=await self._client.butler_tasks(),
                activities=await self._async_activities(seconds, running=running),
            )
        except PlexConnectionError:
            # A websocket doesn't notice that its server is gone.
            await self._stream.disconnect()
            raise

    async def _async_server(self) -> ServerIdentity:
        """Return the identity of the server, after comparing it with the expected one.

        A token of the owner is valid for all of their servers, so another server that
        got the address of this one would be mistaken for it. While the websocket stays
        connected, it's still the same server.
        """
        if self._confirmed_server is not None:
            return self._confirmed_server
        server = await self._client.server()
        if server.machine_identifier != self._machine_identifier:
            raise WrongServerError("another server answers")
        self._confirmed_server = server if self._stream.connected else None
        return server

    async def _async_activities(
        self, seconds: float, *, running: bool
    ) -> list[Activity] | None:
        """Return the activities, or None while notifications report them.

        They are requested once in a while even so: a server may keep the websocket
        connected without sending anything.
        """
        is_reported = self._confirmed_server is not None and not running
        if is_reported and seconds < self._activities_polled + ACTIVITIES_MAX_AGE:
            return None
        self._activities_polled = seconds
        return await self._client.activities()
