"""Coordinator: polls a server, listens to it, and publishes what is known."""

from asyncio import Task, wait
from collections.abc import Callable, Coroutine, Mapping
from datetime import timedelta
from typing import Any, Final, override

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.debounce import Debouncer
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator, UpdateFailed

from .api import ActivityStream, PlexClient, PlexError, ServerIdentity
from .butler.models import ButlerData, TaskEvent, TaskState
from .butler.poller import ServerPoller
from .butler.settings import ServerSettings
from .commands import Commands
from .const import LOGGER
from .devices import DeviceSync
from .errors import is_auth_error, translated, update_error, with_translation_of
from .issues import (
    ReauthRequest,
    async_update_backup_issue,
    async_update_connection_issues,
)
from .monitor import TaskMonitor, now

type PlexButlerConfigEntry = ConfigEntry[PlexButlerCoordinator]

INTERVAL_PUSH: Final = timedelta(minutes=5)
INTERVAL_IDLE: Final = timedelta(seconds=30)
INTERVAL_RUNNING: Final = timedelta(seconds=10)

AUTH_RETRY_INTERVAL: Final = timedelta(minutes=30)
"""Time until a server that refused the token is polled again: it may accept it later."""

UPDATE_COOLDOWN: Final = 1
"""Seconds between two updates by notifications, and between two requested polls."""


def _debouncer[ResultT](
    hass: HomeAssistant, function: Callable[[], ResultT] | None = None
) -> Debouncer[ResultT]:
    """Return a debouncer that calls at once, then not again until the cooldown ends."""
    return Debouncer(
        hass, LOGGER, cooldown=UPDATE_COOLDOWN, immediate=True, function=function
    )


class PlexButlerCoordinator(DataUpdateCoordinator[ButlerData]):
    """Coordinates the state of one server's butler.

    `commands` is everything that the server can be asked to do.
    """

    config_entry: PlexButlerConfigEntry

    def __init__(
        self, hass: HomeAssistant, entry: PlexButlerConfigEntry, client: PlexClient
    ) -> None:
        """Initialize the coordinator of a config entry's server."""
        super().__init__(
            hass,
            LOGGER,
            config_entry=entry,
            name=entry.title,
            update_interval=INTERVAL_IDLE,
            request_refresh_debouncer=_debouncer(hass),
            always_update=False,
        )
        self._publisher = _debouncer(hass, self._async_publish)
        self._monitor = TaskMonitor(hass, entry, self._publisher.async_schedule_call)
        self._stream = ActivityStream(
            client,
            self._monitor.async_handle_notification,
            self._async_handle_connection,
        )
        self._poller = ServerPoller(client, self._stream, entry.unique_id)
        self._settings = ServerSettings(client)
        self._devices = DeviceSync(hass, entry)
        self._reauth = ReauthRequest(hass, entry)
        self.commands = Commands(
            entry=entry,
            coordinator=self,
            client=client,
            monitor=self._monitor,
            settings=self._settings,
            reauth=self._reauth,
            publish=self._async_publish_now,
        )

    @property
    def push_connected(self) -> bool:
        """Return whether the server sends notifications at the moment."""
        return self._stream.connected

    @property
    def task_states(self) -> Mapping[str, TaskState]:
        """Return the current state of each task; `data` may be a second older."""
        return self._monitor.states()

    async def async_listen(self) -> None:
        """Listen to the server's notifications until canceled."""
        await self._stream.run()

    @callback
    def async_add_task_listener(
        self, listener: Callable[[TaskEvent], None]
    ) -> CALLBACK_TYPE:
        """Listen for the events of all tasks; return a function that removes the listener."""
        return self._monitor.async_add_listener(listener)

    @override
    async def async_request_refresh(self) -> None:
        """Request a refresh, including activities.

        A caller that is canceled doesn't cancel it for others.
        """
        self._poller.invalidate_activities()
        await self._async_detached(super().async_request_refresh())

    @override
    async def async_refresh(self) -> None:
        """Refresh at once; a caller that is canceled doesn't cancel it for others."""
        await self._async_detached(super().async_refresh())

    @override
    async def async_shutdown(self) -> None:
        """Shut down; waiters for the end of a task get an error."""
        await super().async_shutdown()
        self._publisher.async_shutdown()
        self._monitor.async_shutdown(
            translated(HomeAssistantError, "unloaded", server=self.config_entry.title)
        )

    @override
    async def _async_setup(self) -> None:
        """Load the last runs."""
        await self._monitor.async_load()

    @override
    async def _async_update_data(self) -> ButlerData:
        """Poll the server and return its data."""
        self.update_interval = INTERVAL_IDLE
        asked, data_before = now(), self.data
        try:
            poll = await self._poller.async_poll(
                asked.seconds, running=self._monitor.running
            )
        except PlexError as err:
            raise self._handle_error(err) from err
        await self._settings.async_update(asked.seconds)
        if self._shutdown_requested:
            return self.data
        self._clear_trouble()
        self._stream.wake()
        self._monitor.async_handle_poll(poll.tasks, poll.activities, asked)
        if self._stream.connected:
            self.update_interval = INTERVAL_PUSH
        elif self._monitor.running:
            self.update_interval = INTERVAL_RUNNING
        if self.data is not data_before:
            # Home Assistant compares the result with the data from before the poll, so it
            # misses that something is again as it was then.
            self._async_publish()
        data = self._build_data(poll.server)
        self._async_sync_registries(data)
        return data

    def _build_data(self, server: ServerIdentity) -> ButlerData:
        """Return the current data."""
        return ButlerData(
            server=server,
            tasks=self._monitor.states(),
            running=self._monitor.running,
            schedule=self._settings.schedule,
        )

    @callback
    def _async_sync_registries(self, data: ButlerData) -> None:
        """Update devices and issues to the data."""
        async_update_backup_issue(self.hass, self.config_entry, data)
        self._devices.async_sync_devices(data)

    @callback
    def _async_publish_now(self) -> None:
        """Publish immediately and restart the cooldown."""
        self._publisher.async_cancel()
        self._publisher.async_schedule_call()

    @callback
    def _async_publish(self) -> None:
        """Publish the current data if it changed."""
        data = self._build_data(self.data.server)
        if data != self.data:
            self._async_sync_registries(data)
            self.data = data
            self.async_update_listeners()

    @callback
    def _async_handle_connection(self) -> None:
        """Refresh when the stream connects or disconnects.

        Something may have been missed, and another server may answer.
        """
        self._poller.invalidate()
        if not self.hass.is_stopping:
            self._async_background(self.async_request_refresh())

    def _handle_error(self, err: PlexError) -> HomeAssistantError:
        """Handle the error of a poll, and return the exception to raise."""
        error = update_error(err, self.config_entry.title)
        if self._shutdown_requested:
            # An issue or a reauthentication flow would outlive the config entry.
            return with_translation_of(UpdateFailed, error)
        if is_auth_error(err):
            self._reauth.async_open()
            self.update_interval = AUTH_RETRY_INTERVAL
            # Home Assistant schedules nothing after an authentication error.
            self._schedule_refresh()
        self._mark_unavailable(error)
        return error

    def _mark_unavailable(self, error: HomeAssistantError) -> None:
        """Mark everything as unknown until the server responds again."""
        self._poller.invalidate()
        self._settings.invalidate()
        async_update_connection_issues(
            self.hass, self.config_entry, error.translation_key
        )
        self._monitor.async_handle_disconnected(
            with_translation_of(HomeAssistantError, error)
        )

    def _clear_trouble(self) -> None:
        """Resolve the issues and the request for a token, since the server answers."""
        async_update_connection_issues(self.hass, self.config_entry, None)
        self._reauth.async_withdraw()

    async def _async_detached(self, refresh: Coroutine[Any, Any, None]) -> None:
        """Wait for a refresh; neither it nor its caller cancels the other."""
        await wait([self._async_background(refresh)])

    def _async_background(self, refresh: Coroutine[Any, Any, None]) -> Task[None]:
        """Refresh in a task that ends with the entry."""
        return self.config_entry.async_create_background_task(
            self.hass, refresh, f"{self.name} refresh"
        )
