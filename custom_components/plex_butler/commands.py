"""Commands: everything that a server can be asked to do."""

import asyncio
from asyncio import Future
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

from homeassistant.config_entries import ConfigEntry
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator

from .api import (
    PlexClient,
    PlexError,
    PlexTaskNotFoundError,
    SettingValue,
    StartResult,
    StopResult,
)
from .butler.models import ButlerData, TaskEvent
from .butler.settings import ChangeResult, ServerSettings
from .errors import (
    command_error,
    is_auth_error,
    translated,
    unavailable_error,
    unknown_task_error,
)
from .issues import ReauthRequest
from .monitor import TaskMonitor, now


class Commands:
    """Sends commands to one server.

    Every command raises HomeAssistantError if the server doesn't accept it, and is
    followed by one refresh, accepted or not.
    """

    def __init__(
        self,
        *,
        entry: ConfigEntry,
        coordinator: DataUpdateCoordinator[ButlerData],
        client: PlexClient,
        monitor: TaskMonitor,
        settings: ServerSettings,
        reauth: ReauthRequest,
        publish: Callable[[], None],
    ) -> None:
        """Initialize the commands; `publish` shows at once what a command changed."""
        self._entry = entry
        self._coordinator = coordinator
        self._client = client
        self._monitor = monitor
        self._settings = settings
        self._reauth = reauth
        self._publish = publish

    async def async_start_task(
        self, name: str, waiter: Future[TaskEvent] | None = None
    ) -> StartResult:
        """Start a task, by Plex's name of it; the waiter gets the end of its run.

        Raises ServiceValidationError if the server has no such task.
        """
        self._require_task(name)
        async with self._command(name):
            sent = now()
            result = await self._client.start_task(name)
            self._monitor.async_handle_started(
                name,
                already=result is StartResult.ALREADY_RUNNING,
                sent=sent,
                waiter=waiter,
            )
        self._require_task(name)
        return result

    async def async_run_task(
        self, name: str, timeout: timedelta
    ) -> tuple[StartResult, TaskEvent | None]:
        """Start a task, and return the result and the end of its run.

        The end is None if the run doesn't end before the timeout.
        Raises as `async_start_task` does, and HomeAssistantError when the server is lost
        or unloaded meanwhile.
        """
        waiter: Future[TaskEvent] = asyncio.get_running_loop().create_future()
        try:
            result = await self.async_start_task(name, waiter)
            with suppress(TimeoutError):
                async with asyncio.timeout(timeout.total_seconds()):
                    return result, await waiter
            return result, None
        finally:
            waiter.cancel()

    async def async_stop_task(self, name: str) -> StopResult:
        """Stop a task, by Plex's name of it; raises as `async_start_task` does."""
        self._require_task(name)
        async with self._command():
            result = await self._client.stop_task(name)
            if result is StopResult.STOPPED:
                self._monitor.async_handle_stopped(name)
            else:
                self._monitor.async_handle_not_running(name)
        if result is StopResult.NOT_RUNNING:
            # The server answers the same for a task that it no longer has.
            self._require_task(name)
        return result

    async def async_start_all_tasks(self) -> None:
        """Start every task that is due."""
        async with self._command():
            await self._client.start_all_tasks()

    async def async_stop_all_tasks(self) -> None:
        """Stop every running task and clear the queue."""
        async with self._command():
            await self._client.stop_all_tasks()
            self._monitor.async_handle_stopped_all()

    async def async_change_setting(self, setting: str, value: SettingValue) -> None:
        """Change a setting of the server, by its id."""
        async with self._command():
            result = await self._settings.async_change(setting, value, now().seconds)
        match result:
            case ChangeResult.REFUSED:
                raise self._error("setting_refused")
            case ChangeResult.UNCONFIRMED:
                raise self._error("setting_unconfirmed")

    @asynccontextmanager
    async def _command(self, task: str = "") -> AsyncGenerator[None]:
        """Send a command in a block, then publish what it changed and refresh once.

        Errors of the client are raised as errors with a translated text.
        """
        await self._async_require_server()
        try:
            yield
        except PlexError as err:
            await self._coordinator.async_request_refresh()
            if isinstance(err, PlexTaskNotFoundError):
                raise self._unknown_task(task) from err
            if is_auth_error(err):
                self._reauth.async_open()
            raise command_error(err, self._entry.title) from err
        self._publish()
        await self._coordinator.async_request_refresh()

    async def _async_require_server(self) -> None:
        """Raise if the server is unavailable, after a poll to find out.

        Another server may have got its address meanwhile.
        """
        if not self._coordinator.last_update_success:
            await self._coordinator.async_refresh()
        if not self._coordinator.last_update_success:
            raise unavailable_error(self._coordinator.last_exception, self._entry.title)

    def _require_task(self, name: str) -> None:
        """Raise if the server doesn't have a task."""
        if name not in self._coordinator.data.tasks:
            raise self._unknown_task(name)

    def _unknown_task(self, name: str) -> HomeAssistantError:
        tasks = self._coordinator.data.tasks
        return unknown_task_error(name, self._entry.title, tasks)

    def _error(self, key: str) -> HomeAssistantError:
        return translated(HomeAssistantError, key, server=self._entry.title)
