"""The one door to a server: polls and listens to it, and owns every command."""

from asyncio import Future, shield, timeout
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from typing import Final, override

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers.debounce import Debouncer
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator, UpdateFailed

from .api import (
    ActivityStream,
    ButlerTask,
    PlexClient,
    PlexConnectionError,
    PlexError,
    PlexTaskNotFoundError,
    ServerIdentity,
    StartResult,
    StopResult,
)
from .const import LOGGER
from .devices import async_follow_server
from .errors import command_failure, is_about_token, poll_failure, same_text, translated
from .task_state import ButlerData, TaskEvent
from .watch import TaskWatch, this_moment

INTERVAL_LISTENING: Final = timedelta(minutes=5)
INTERVAL_RESTING: Final = timedelta(seconds=30)
INTERVAL_RUNNING: Final = timedelta(seconds=10)

WRITE_PAUSE: Final = 1
"""Seconds between two writes of an entity's state, and between two polls on request,
however much happens."""

type PlexButlerConfigEntry = ConfigEntry[PlexButlerCoordinator]


class PlexButlerCoordinator(DataUpdateCoordinator[ButlerData]):
    """The state of a server's butler, and the way to command it."""

    config_entry: PlexButlerConfigEntry
    server_device_id: str
    _server: ServerIdentity

    def __init__(
        self, hass: HomeAssistant, entry: PlexButlerConfigEntry, client: PlexClient
    ) -> None:
        """Follow the server of the entry through the client."""
        super().__init__(
            hass,
            LOGGER,
            config_entry=entry,
            name=entry.title,
            update_interval=INTERVAL_RESTING,
            request_refresh_debouncer=Debouncer(
                hass, LOGGER, cooldown=WRITE_PAUSE, immediate=True
            ),
            always_update=False,
        )
        self._publisher = Debouncer(
            hass,
            LOGGER,
            cooldown=WRITE_PAUSE,
            immediate=True,
            function=self._async_publish,
        )
        self.watch = TaskWatch(hass, entry, self._publisher.async_schedule_call)
        self.stream = ActivityStream(
            client, self.watch.async_notified, self._async_connection_changed
        )
        self._client = client
        self._is_sure_of_server = False
        self._devices_of: tuple[ServerIdentity, list[ButlerTask]] | None = None

    @override
    async def async_shutdown(self) -> None:
        """Let go of everything; who waits for the end of a task is told so."""
        await super().async_shutdown()
        self._publisher.async_shutdown()
        self.watch.async_shutdown(self._error(HomeAssistantError, "unloaded"))

    @override
    async def _async_setup(self) -> None:
        """Recall when the tasks last ran."""
        await self.watch.async_load()

    @override
    async def _async_update_data(self) -> ButlerData:
        """Ask the server what tasks it has and what it does."""
        self.update_interval = INTERVAL_RESTING
        asked = this_moment()
        try:
            self._server = await self._async_ask_server()
            tasks = await self._client.butler_tasks()
            activities = await self._client.activities()
        except PlexError as err:
            if isinstance(err, PlexConnectionError):
                await self.stream.drop()
            raise self._lost(poll_failure(err, self.config_entry.title)) from err
        self.stream.server_answers()
        self.watch.async_polled(tasks, activities, asked)
        if self.stream.connected:
            self.update_interval = INTERVAL_LISTENING
        elif self.watch.tracker.running:
            self.update_interval = INTERVAL_RUNNING
        return self.data

    async def _async_ask_server(self) -> ServerIdentity:
        """Return which server answers, and make sure that it is ours.

        Another server that got this one's address would be taken for it otherwise: one
        owner's token opens all of their servers. While a connection stands that has been
        made sure of, it is still the same.
        """
        if self._is_sure_of_server:
            return self._server
        server = await self._client.server()
        if server.machine_identifier != self.config_entry.unique_id:
            raise self._lost(self._error(UpdateFailed, "wrong_server"))
        self._is_sure_of_server = self.stream.connected
        return server

    def _lost[ErrorT: HomeAssistantError](self, failure: ErrorT) -> ErrorT:
        """Note that nothing can be seen for now, and return why."""
        self._is_sure_of_server = False
        self.watch.async_server_lost(same_text(HomeAssistantError, failure))
        return failure

    @callback
    def _async_connection_changed(self) -> None:
        """Look what was missed, and who answers, as the stream comes or goes."""
        self._is_sure_of_server = False
        if not self.hass.is_stopping:
            self.config_entry.async_create_background_task(
                self.hass, self.async_request_refresh(), f"{self.name} refresh"
            )

    @callback
    def _async_publish(self) -> None:
        """Let entities show what is known by now."""
        data = ButlerData(
            server=self._server,
            tasks=self.watch.tracker.states(),
            running=self.watch.tracker.running,
        )
        if data == self.data:
            return
        self.data = data
        if self._devices_of != (devices_of := (data.server, data.butler_tasks)):
            self._devices_of = devices_of
            self.server_device_id = async_follow_server(
                self.hass, self.config_entry, *devices_of
            )
        self.async_update_listeners()

    async def async_start_task(
        self, name: str, ended: Future[TaskEvent] | None = None
    ) -> StartResult:
        """Start a task, by Plex's name of it; its end is told to the future.

        Raises ServiceValidationError where the server has no such task, and
        HomeAssistantError where it can't be asked.
        """
        self._expect_task(name)
        sent = this_moment()
        result = await self._async_command(
            self._client.start_task(name),
            lambda result: self.watch.async_started(
                name,
                already=result is StartResult.ALREADY_RUNNING,
                sent=sent,
                waiter=ended,
            ),
            name,
        )
        self._expect_task(name)
        return result

    async def async_run_task(
        self, name: str, patience: timedelta
    ) -> tuple[StartResult, TaskEvent | None]:
        """Start a task and wait for its end; return no end where it takes too long.

        Raises as `async_start_task` does, and HomeAssistantError where the end can't be
        seen any more: the server is away, or is being unloaded.
        """
        ended = self.hass.loop.create_future()
        try:
            result = await self.async_start_task(name, ended)
            with suppress(TimeoutError):
                async with timeout(patience.total_seconds()):
                    return result, await ended
            return result, None
        finally:
            ended.cancel()

    async def async_stop_task(self, name: str) -> StopResult:
        """Stop a task, by Plex's name of it; raises as `async_start_task` does."""
        self._expect_task(name)
        result = await self._async_command(
            self._client.stop_task(name),
            lambda result: self.watch.async_stopped(
                name, was_running=result is StopResult.STOPPED
            ),
        )
        if result is StopResult.NOT_RUNNING:
            # The server says the same of a task that it no longer has.
            self._expect_task(name)
        return result

    async def async_start_all_tasks(self) -> None:
        """Start every task that is due; raises HomeAssistantError."""
        await self._async_command(self._client.start_all_tasks(), lambda _: None)

    async def async_stop_all_tasks(self) -> None:
        """Stop every running task and clear the queue; raises HomeAssistantError."""
        await self._async_command(
            self._client.stop_all_tasks(),
            lambda _: self.watch.async_stopped_all(),
        )

    async def _async_command[ResultT](
        self,
        command: Awaitable[ResultT],
        accepted: Callable[[ResultT], None],
        name: str = "",
    ) -> ResultT:
        """Send a command, and look once what came of it, whether it was taken or not."""
        try:
            result = await command
        except PlexTaskNotFoundError as err:
            await self._async_look()
            raise self.unknown_task(name) from err
        except PlexError as err:
            if is_about_token(err):
                self.config_entry.async_start_reauth(self.hass)
            await self._async_look()
            raise command_failure(err, self.config_entry.title) from err
        accepted(result)
        await self._async_look()
        return result

    async def _async_look(self) -> None:
        """Poll on request; who gives up waiting for it leaves the poll alone."""
        await shield(
            self.config_entry.async_create_background_task(
                self.hass, self.async_request_refresh(), f"{self.name} refresh"
            )
        )

    def _expect_task(self, name: str) -> None:
        if name not in self.watch.tracker.tasks:
            raise self.unknown_task(name)

    def unavailable(self) -> HomeAssistantError:
        """Return the error that made the last poll fail, as one of an action."""
        why = self.last_exception
        known = (
            why
            if isinstance(why, HomeAssistantError)
            else self._error(UpdateFailed, "cannot_connect")
        )
        return same_text(HomeAssistantError, known)

    def unknown_task(self, name: str) -> ServiceValidationError:
        """Return the error that the server has no such task, but these."""
        tasks = ", ".join(sorted(self.watch.tracker.tasks))
        return self._error(
            ServiceValidationError, "unknown_task", task=name, tasks=tasks
        )

    def _error[ErrorT: HomeAssistantError](
        self, kind: type[ErrorT], key: str, **placeholders: str
    ) -> ErrorT:
        return translated(kind, key, server=self.config_entry.title, **placeholders)
