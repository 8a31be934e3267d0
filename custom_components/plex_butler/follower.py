"""Follows a server: polls and listens to it, and publishes what is known."""

from asyncio import Lock
from datetime import timedelta
from math import inf
from time import monotonic
from typing import Final, override

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.debounce import Debouncer
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator, UpdateFailed

from .api import (
    Activity,
    ActivityStream,
    ButlerTask,
    PlexClient,
    PlexConnectionError,
    PlexError,
    ServerIdentity,
)
from .const import LOGGER
from .devices import async_follow_server
from .errors import is_about_token, poll_failure, same_text, translated
from .issues import (
    async_follow_backups,
    async_follow_trouble,
    async_stop_asking_for_token,
)
from .schedule import Schedule, schedule_from
from .task_state import ButlerData
from .watch import TaskWatch, this_moment

INTERVAL_LISTENING: Final = timedelta(minutes=5)
INTERVAL_RESTING: Final = timedelta(seconds=30)
INTERVAL_RUNNING: Final = timedelta(seconds=10)

REFUSED_PAUSE: Final = timedelta(minutes=30)
"""Until a server that refused the token is asked again: it may have thought better of it."""

SCHEDULE_LIFE: Final = 290
"""Seconds for which the settings are not asked for again: from one slow poll to the next."""

ACTIVITIES_LIFE: Final = 1790
"""Seconds for which activities are not asked for, while notifications would tell of them."""

WRITE_PAUSE: Final = 1
"""Seconds between two writes of an entity's state, and between two polls on request,
however much happens."""


class ServerFollower(DataUpdateCoordinator[ButlerData]):
    """The state of a server's butler."""

    config_entry: ConfigEntry
    server_device_id: str
    _server: ServerIdentity

    def __init__(
        self, hass: HomeAssistant, entry: ConfigEntry, client: PlexClient
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
        self._is_token_doubted = False
        self._activities_asked = -inf
        self._schedule: Schedule | None = None
        self._schedule_asked = -inf
        self._schedule_lock = Lock()
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
            activities = await self._async_ask_activities()
            await self._async_ask_schedule()
        except PlexError as err:
            failure = poll_failure(err, self.config_entry.title)
            if self._shutdown_requested:
                # Nobody is there any more to mend it.
                raise same_text(UpdateFailed, failure) from err
            if isinstance(err, PlexConnectionError):
                await self.stream.disconnect()
            if is_about_token(err):
                self._ask_again_later()
            raise self._lost(failure) from err
        self._accepted()
        self.stream.wake()
        self.watch.async_polled(tasks, activities, asked)
        if self.stream.connected:
            self.update_interval = INTERVAL_LISTENING
        elif self.watch.tracker.running:
            self.update_interval = INTERVAL_RUNNING
        return self.data

    def _ask_again_later(self) -> None:
        """See to it that the server is asked again, which Home Assistant leaves to us."""
        self._is_token_doubted = True
        self.update_interval = REFUSED_PAUSE
        self._schedule_refresh()

    def _accepted(self) -> None:
        """Take back what was said of trouble, now that the server answers."""
        async_follow_trouble(self.hass, self.config_entry, None)
        if self._is_token_doubted:
            self._is_token_doubted = False
            async_stop_asking_for_token(self.hass, self.config_entry)

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

    async def _async_ask_activities(self) -> list[Activity] | None:
        """Return what the server does, None where nothing is missed without asking.

        While nothing runs, notifications tell of what begins; should a server keep
        those to itself, it is found out all the same.
        """
        is_told = self._is_sure_of_server and not self.watch.tracker.running
        if is_told and monotonic() < self._activities_asked + ACTIVITIES_LIFE:
            return None
        self._activities_asked = monotonic()
        return await self._client.activities()

    async def _async_ask_schedule(self) -> None:
        """Learn the settings, unless they are known from a moment ago.

        Without them, all else goes on: the server has just answered for its tasks.
        """
        async with self._schedule_lock:
            if monotonic() < self._schedule_asked + SCHEDULE_LIFE:
                return
            try:
                await self._async_read_schedule()
            except PlexError as err:
                LOGGER.debug("%s does not tell its settings: %s", self.name, err)
                self._schedule = None
                self._schedule_asked = monotonic()

    async def _async_read_schedule(self) -> None:
        self._schedule = schedule_from(await self._client.settings())
        self._schedule_asked = monotonic()

    def _lost[ErrorT: HomeAssistantError](self, failure: ErrorT) -> ErrorT:
        """Note that nothing can be seen for now, and return why."""
        self._forget_what_was_asked()
        self._schedule_asked = -inf
        async_follow_trouble(self.hass, self.config_entry, failure.translation_key)
        self.watch.async_server_lost(same_text(HomeAssistantError, failure))
        return failure

    def _forget_what_was_asked(self) -> None:
        """Ask anew who the server is, and what it does."""
        self._is_sure_of_server = False
        self._activities_asked = -inf

    @callback
    def _async_connection_changed(self) -> None:
        """Look what was missed, and who answers, as the stream comes or goes."""
        self._forget_what_was_asked()
        if not self.hass.is_stopping:
            self.config_entry.async_create_background_task(
                self.hass, self.async_request_refresh(), f"{self.name} refresh"
            )

    @callback
    def _async_publish(self) -> None:
        """Let entities show what is known by now."""
        if self._shutdown_requested:
            return
        data = ButlerData(
            server=self._server,
            tasks=self.watch.tracker.states(),
            running=self.watch.tracker.running,
            schedule=self._schedule,
        )
        if data == self.data:
            return
        self.data = data
        async_follow_backups(self.hass, self.config_entry, data)
        if self._devices_of != (devices_of := (data.server, data.butler_tasks)):
            self._devices_of = devices_of
            self.server_device_id = async_follow_server(
                self.hass, self.config_entry, *devices_of
            )
        self.async_update_listeners()

    def _error[ErrorT: HomeAssistantError](
        self, kind: type[ErrorT], key: str, **placeholders: str
    ) -> ErrorT:
        return translated(kind, key, server=self.config_entry.title, **placeholders)
