"""Polls a server: which one it is, its tasks, activities and settings."""

from math import inf
from typing import Final, NamedTuple

from ..api import (
    Activity,
    ActivityStream,
    ButlerTask,
    PlexAuthenticationError,
    PlexError,
    ServerIdentity,
)
from ..const import LOGGER
from .guard import LOSSES, TokenGuard
from .schedule import Schedule
from .settings import ServerSettings
from .task_list import TaskList

CONFIRMATION_MAX_AGE: Final = 290
"""Seconds for which a confirmed server is polled without push: about ten polls.

An attacker can repeat a machine identifier at any time. Another server of the same owner
that gets the address is only read from in this time: its activities may be shown, but it
gets no command, and a different list of tasks isn't believed.
"""

ACTIVITIES_MAX_AGE: Final = 1790
"""Seconds for which activities aren't polled while notifications should report them."""


class Poll(NamedTuple):
    """The answers of a server.

    `is_complete` is False if the server lists no task at all, which isn't believed yet:
    `tasks` are then those that were listed before. `activities` is None if they weren't
    requested, or if the request failed (`activities_failed`). `schedule` is None if the
    server never returned its settings.
    """

    server: ServerIdentity
    tasks: list[ButlerTask]
    is_complete: bool
    activities: list[Activity] | None
    activities_failed: bool
    schedule: Schedule | None


class ServerPoller:
    """Polls one server."""

    def __init__(
        self, guard: TokenGuard, stream: ActivityStream, settings: ServerSettings
    ) -> None:
        """Initialize the poller."""
        self._guard = guard
        self._stream = stream
        self._settings = settings
        self._server: ServerIdentity | None = None
        self._server_polled = -inf
        self._activities_polled = -inf
        self._tasks = TaskList()

    @property
    def schedule(self) -> Schedule | None:
        """Return the last known settings; one may have been changed since the poll."""
        return self._settings.schedule

    def handle_connection(self) -> None:
        """Handle that the websocket was connected or disconnected."""
        self._guard.handle_connection(connected=self._stream.connected)
        self.invalidate()

    def invalidate(self) -> None:
        """Request everything in the next poll, after the server has confirmed itself."""
        self._guard.invalidate()
        self._server = None
        self.invalidate_lists()

    def invalidate_lists(self) -> None:
        """Request the tasks and the activities in the next poll."""
        self._tasks.invalidate()
        self._activities_polled = -inf

    def forget_task(self, name: str) -> bool:
        """Forget a task, by Plex's name of it; return False if the server lists it."""
        return self._tasks.forget(name)

    async def async_poll(self, seconds: float, *, running: bool) -> Poll:
        """Poll the server; `seconds` is the current time of a monotonic clock.

        `running` is True while the butler is known to be working. Raises PlexError, and
        WrongServerError if another server answers.
        """
        try:
            server = await self._async_server(seconds)
            await self._async_update_tasks(seconds)
            activities, failed = await self._async_activities(seconds, running=running)
            await self._settings.async_update(seconds)
        except PlexError as err:
            self._tasks.handle_failure()
            self._settings.invalidate()
            if isinstance(err, LOSSES):
                # A websocket doesn't notice that its server is gone.
                await self._stream.disconnect()
            raise
        return Poll(
            server=server,
            tasks=self._tasks.tasks,
            is_complete=self._tasks.is_complete,
            activities=activities,
            activities_failed=failed,
            schedule=self.schedule,
        )

    async def _async_server(self, seconds: float) -> ServerIdentity:
        """Return the server with its name, which is asked once per connection.

        Without a websocket, it's asked whenever the server has to confirm itself again.
        """
        is_expired = seconds >= self._server_polled + CONFIRMATION_MAX_AGE
        if is_expired and not self._stream.connected:
            self._server = None
        if self._server is None:
            self._server_polled = seconds
            server = await (await self._guard.async_client()).server()
            self._guard.require_server(server)
            self._server = server
        return self._server

    async def _async_update_tasks(self, seconds: float) -> None:
        """Request the tasks; without push, when they are due."""
        if not (self._stream.connected or self._tasks.is_due(seconds)):
            return
        self._tasks.handle_request(seconds)
        listed = await (await self._guard.async_client()).butler_tasks()
        if self._tasks.is_change(listed):
            # The list of another server would remove tasks of this one for good.
            await self._guard.async_confirm()
        self._tasks.handle_list(listed, seconds)

    async def _async_activities(
        self, seconds: float, *, running: bool
    ) -> tuple[list[Activity] | None, bool]:
        """Return the activities, or None while notifications report them; and if it failed.

        They are requested once in a while even so: a server may keep the websocket
        connected without sending anything.
        """
        is_reported = self._stream.connected and not running
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
            self._activities_polled = -inf
            if isinstance(err, LOSSES):
                self.invalidate()
            return None, True
