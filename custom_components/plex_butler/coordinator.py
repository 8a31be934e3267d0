"""Coordinator: polls a server, listens to it, and publishes what is known."""

from collections.abc import Mapping
from datetime import datetime, timedelta, tzinfo
from typing import Any, Final, override

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, Event, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.device_registry import AnyDeviceEntry
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator, UpdateFailed

from .api import ActivityStream, PlexClient, PlexError
from .butler.history import EndedRun
from .butler.models import ButlerData, TaskState
from .butler.poller import ServerPoller
from .butler.settings import ServerSettings
from .clock import now
from .commands import Commands
from .connection import token_guard
from .const import LOGGER
from .devices import DeviceSync, task_of_device
from .errors import translated, update_error
from .issues import async_update_backup_issue
from .monitor import TaskMonitor
from .refreshes import async_await_refresh, async_start_refresh, debouncer
from .trouble import ConnectionTrouble
from .updates import Scope, ScopedUpdates

type PlexButlerConfigEntry = ConfigEntry[PlexButlerCoordinator]

INTERVAL_PUSH: Final = timedelta(minutes=5)
INTERVAL_IDLE: Final = timedelta(seconds=30)
INTERVAL_RUNNING: Final = timedelta(seconds=10)


class PlexButlerCoordinator(DataUpdateCoordinator[ButlerData]):
    """Coordinates one server: `commands` go to it, `reporter` reports its events."""

    config_entry: PlexButlerConfigEntry

    def __init__(
        self,
        hass: HomeAssistant,
        entry: PlexButlerConfigEntry,
        client: PlexClient,
        zone: tzinfo | None,
    ) -> None:
        """Initialize the coordinator of a server; no zone means Home Assistant's."""
        super().__init__(
            hass,
            LOGGER,
            config_entry=entry,
            name=entry.title,
            request_refresh_debouncer=debouncer(hass, background=True),
            always_update=False,
        )
        self._publisher = debouncer(hass, function=self._async_publish)
        on_change = self._publisher.async_schedule_call
        self._monitor = TaskMonitor(hass, entry, zone, on_change=on_change)
        self.reporter, self.activity_log = self._monitor.reporter, self._monitor.log
        guard = token_guard(client, entry)
        self._stream = ActivityStream(
            client,
            self._monitor.async_handle_notification,
            self._async_handle_connection,
            before_connecting=guard.async_client,
            on_failure=guard.invalidate,
        )
        settings = ServerSettings(guard)
        self._poller = ServerPoller(guard, self._stream, settings)
        self._devices = DeviceSync(hass, entry)
        self._updates = ScopedUpdates()
        self._trouble = ConnectionTrouble(hass, entry)
        self.commands = Commands(
            coordinator=self,
            guard=guard,
            monitor=self._monitor,
            settings=settings,
            publish=self._async_publish_now,
        )

    @property
    def push_connected(self) -> bool:
        """Return whether the server sends notifications at the moment."""
        return self._stream.connected

    @property
    def running(self) -> bool:
        """Return whether the butler works now; `data` may be a second older."""
        return self._monitor.running

    @property
    def task_states(self) -> Mapping[str, TaskState]:
        """Return the current state of each task; `data` may be a second older."""
        return self._monitor.states()

    def runs_between(self, start: datetime, end: datetime) -> list[EndedRun]:
        """Return the ended runs that overlap a period, oldest first."""
        return self._monitor.runs_between(start, end)

    async def async_listen(self) -> None:
        """Listen to the server's notifications until canceled.

        The entities exist by now, so the events of the first poll are reported.
        """
        self.reporter.async_start(self.data)
        await self._stream.run()

    @callback
    @override
    def async_add_listener(
        self, update_callback: CALLBACK_TYPE, context: Any = None
    ) -> CALLBACK_TYPE:
        """Add a listener; one with a scope as its context is called if that changed.

        Home Assistant polls while there are others: those that add entities of tasks.
        """
        if isinstance(context, Scope):
            return self._updates.async_add_listener(context, update_callback)
        return super().async_add_listener(update_callback, context)

    @callback
    @override
    def async_update_listeners(self) -> None:
        """Call the listeners with a scope that changed, and then all others."""
        self._updates.async_update(self.data, is_available=self.last_update_success)
        super().async_update_listeners()

    @override
    async def async_request_refresh(self) -> None:
        """Request a refresh of all lists; a canceled caller doesn't cancel it."""
        refresh = self._async_request_refresh()
        await async_await_refresh(self.hass, self.config_entry, refresh)

    @callback
    def async_forget_device(self, device: AnyDeviceEntry) -> bool:
        """Forget a task by its device; return False if the server still lists it."""
        name = task_of_device(device, self.data.server.machine_identifier)
        return name is not None and self._poller.forget_task(name)

    @override
    async def async_shutdown(self) -> None:
        """Shut down; waiters for the end of a task get an error."""
        await self._async_end("unloaded")

    async def async_handle_stop(self, _: Event) -> None:
        """End everything that Home Assistant would wait for before it stops."""
        await self._async_end("stopping")
        self.commands.async_shutdown()

    async def _async_end(self, error_key: str) -> None:
        await super().async_shutdown()
        self._publisher.async_shutdown()
        error = translated(HomeAssistantError, error_key, server=self.name)
        self._monitor.async_shutdown(error)
        await self._monitor.async_save()

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
            if self._shutdown_requested:
                return self.data
            raise self._handle_error(err, asked.seconds) from err
        if self._shutdown_requested:
            return self.data
        self._trouble.async_clear()
        self._stream.wake()
        is_news = self._monitor.async_handle_poll(poll, asked)
        if self._stream.connected:
            self.update_interval = INTERVAL_PUSH
        elif self._monitor.running:
            self.update_interval = INTERVAL_RUNNING
        if not (is_news or self._devices.is_outdated):
            return self.data
        data = self._monitor.data(poll.server, poll.schedule)
        self._devices.async_sync_devices(data, is_complete=poll.is_complete)
        async_update_backup_issue(self.hass, self.config_entry, data)
        if self.data is not data_before:
            # Home Assistant misses what is again as it was before the poll.
            self._async_publish()
        return data

    @callback
    @override
    def _async_refresh_finished(self) -> None:
        """Report what the poll found, once the listeners know that it was successful."""
        if self.reporter.has_news(self.data):
            self.hass.loop.call_soon(self._async_report_poll)

    @callback
    def _async_report_poll(self) -> None:
        if self.last_update_success:
            self.reporter.async_release()
            self.reporter.async_report_data(self.data)

    @callback
    def _async_publish_now(self) -> None:
        """Publish immediately what a command changed, and restart the cooldown."""
        self._monitor.async_handle_schedule(self._poller.schedule)
        self._publisher.async_cancel()
        self._publisher.async_schedule_call()

    @callback
    def _async_publish(self) -> None:
        """Publish the current data if it changed."""
        data = self._monitor.data(self.data.server, self._poller.schedule)
        if data != self.data:
            async_update_backup_issue(self.hass, self.config_entry, data)
            self.data = data
            if self.last_update_success:
                self.reporter.async_report_data(data)
            self.async_update_listeners()

    @callback
    def _async_handle_connection(self) -> None:
        """Refresh when the stream connects or disconnects: something may be missed."""
        self._poller.handle_connection()
        # After a poll that failed, the next one has its time already.
        if self.last_update_success and not self.hass.is_stopping:
            refresh = self.async_request_refresh()
            async_start_refresh(self.hass, self.config_entry, refresh)

    def _handle_error(self, err: PlexError, seconds: float) -> UpdateFailed:
        """Handle the error of a poll, and return the exception to raise."""
        error = update_error(err, self.config_entry.title)
        self._trouble.async_handle_error(error, seconds)
        self._poller.invalidate()
        self._monitor.async_handle_disconnected(error)
        return error

    async def _async_request_refresh(self) -> None:
        """Request a later refresh: the debouncer drops requests during a refresh."""
        async with self._debounced_refresh.async_lock():
            self._poller.invalidate_lists()
        await super().async_request_refresh()
