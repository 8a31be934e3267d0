"""Commands: everything that a server can be asked to do."""

from asyncio import Future
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import Context
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator

from .api import (
    ButlerTask,
    PlexClient,
    PlexConnectionError,
    PlexError,
    PlexNoAnswerError,
    PlexTaskNotFoundError,
    SettingValue,
    StartResult,
    StopResult,
)
from .butler.guard import TokenGuard
from .butler.lookup import find_tasks
from .butler.models import ButlerData, TaskEvent
from .butler.settings import ChangeResult, ServerSettings
from .clock import now
from .devices import async_task_titles
from .errors import command_error, task_error, translated, unavailable_error
from .monitor import TaskMonitor
from .recording.answers import AnswerLog
from .refreshes import async_await_refresh
from .stop_scope import StopScope


class Commands:
    """Sends commands to one server.

    Every command raises HomeAssistantError if the server doesn't accept it, and is
    followed by one refresh, accepted or not. It ends when Home Assistant stops.
    `answers` are recorded for diagnostics.
    """

    def __init__(
        self,
        *,
        coordinator: DataUpdateCoordinator[ButlerData],
        guard: TokenGuard,
        monitor: TaskMonitor,
        settings: ServerSettings,
        publish: Callable[[], None],
    ) -> None:
        """Initialize the commands; `publish` shows at once what a command changed.

        `count` is the number of commands that had a result.
        """
        self.count = 0
        self.answers = AnswerLog(now)
        self._coordinator = coordinator
        self._guard = guard
        self._monitor = monitor
        self._settings = settings
        self._publish = publish
        self._stop_scope = StopScope(coordinator.hass, coordinator.name)

    def async_shutdown(self) -> None:
        """End all commands that are in progress."""
        self._stop_scope.stop()

    def find_task(self, reference: str, may_name: Callable[[str], bool]) -> ButlerTask:
        """Return the task that a person refers to, by its name or title.

        Raises ServiceValidationError if there is no such task, or more than one. It names
        the tasks that the person may know.
        """
        tasks = self._coordinator.data.tasks
        titles = {name: self._titles(state.task) for name, state in tasks.items()}
        match find_tasks(titles, reference):
            case [name]:
                return tasks[name].task
            case []:
                key, others = "unknown_task", list(tasks)
            case several:
                key, others = "ambiguous_task", several
        names = [name for name in others if may_name(name)]
        raise task_error(key, reference, self._coordinator.name, names)

    def title(self, name: str) -> str:
        """Return the title of a task for people, by Plex's name of it."""
        state = self._coordinator.data.tasks.get(name)
        return self._titles(state.task)[0] if state else name

    def require_server(self) -> None:
        """Raise HomeAssistantError if the server is unavailable."""
        if not self._coordinator.last_update_success:
            raise unavailable_error(
                self._coordinator.last_exception, self._coordinator.name
            )

    async def async_start_task(
        self,
        name: str,
        *,
        context: Context | None,
        waiter: Future[TaskEvent] | None = None,
    ) -> StartResult:
        """Start a task, by Plex's name of it; the waiter gets the end of its run.

        `context` is that of who starts it. A server that doesn't answer may have started
        it: so it counts as started, which is an error only if nothing waits for the end.
        Raises ServiceValidationError if the server has no such task.
        """
        self._require_task(name)
        async with self._command("maybe_started", name) as client:
            sent, no_answer = now(), None
            try:
                with self._monitor.requesting(name, context):
                    result = await self.answers.async_record(
                        "POST /butler/{task}", name, client.start_task(name)
                    )
            except PlexNoAnswerError as err:
                result, no_answer = StartResult.STARTED, err
            self._monitor.async_handle_started(
                name,
                already=result is StartResult.ALREADY_RUNNING,
                sent=sent,
                waiter=waiter,
                context=context,
                is_answered=no_answer is None,
            )
            if no_answer and waiter is None:
                raise no_answer
            if no_answer:
                self._guard.invalidate()
        self._require_task(name)
        return result

    async def async_stop_task(
        self, name: str, *, context: Context | None
    ) -> StopResult:
        """Stop a task, by Plex's name of it; raises as `async_start_task` does."""
        self._require_task(name)
        async with self._command("maybe_stopped", name) as client:
            result = await self.answers.async_record(
                "DELETE /butler/{task}", name, client.stop_task(name)
            )
            if result is StopResult.STOPPED:
                self._monitor.async_handle_stopped(name, context)
            else:
                self._monitor.async_handle_not_running(name)
        if result is StopResult.NOT_RUNNING:
            # The server answers the same for a task that it no longer has.
            self._require_task(name)
        return result

    async def async_start_all_tasks(self, *, context: Context | None) -> None:
        """Start every task that is due."""
        async with self._command("maybe_started_all") as client:
            sent = now()
            await self.answers.async_record(
                "POST /butler", None, client.start_all_tasks()
            )
            self._monitor.async_handle_started_all(sent=sent, context=context)

    async def async_stop_all_tasks(self, *, context: Context | None) -> None:
        """Stop every running task and clear the queue."""
        async with self._command("maybe_stopped_all") as client:
            await self.answers.async_record(
                "DELETE /butler", None, client.stop_all_tasks()
            )
            self._monitor.async_handle_stopped_all(context)

    async def async_change_setting(self, setting: str, value: SettingValue) -> None:
        """Change a setting of the server, by its id."""
        async with self._command("maybe_changed"):
            result = await self.answers.async_record(
                "PUT /:/prefs",
                setting,
                self._settings.async_change(setting, value, now().seconds),
            )
        match result:
            case ChangeResult.REFUSED:
                raise self._error("setting_refused")
            case ChangeResult.UNCONFIRMED:
                raise self._error("setting_unconfirmed")

    @asynccontextmanager
    async def _command(
        self, no_answer: str, task: str = ""
    ) -> AsyncGenerator[PlexClient]:
        """Send a command in a block, then publish what it changed and refresh once.

        Errors of the client are raised as errors with a translated text; `no_answer` is
        the translation key of the error that the server doesn't answer the command.
        """
        async with self._stop_scope.until_stop():
            await self._async_require_server()
            try:
                await self._guard.async_confirm()
                yield await self._guard.async_client()
            except PlexError as err:
                if isinstance(err, PlexConnectionError):
                    self._guard.invalidate()
                await self._async_show_result()
                if isinstance(err, PlexTaskNotFoundError):
                    raise self._unknown_task(task) from err
                raise command_error(
                    err,
                    self._coordinator.name,
                    no_answer=no_answer,
                    task=self.title(task),
                ) from err
            await self._async_show_result()

    async def _async_show_result(self) -> None:
        """Publish what a command changed, and refresh."""
        self.count += 1
        self._publish()
        await self._coordinator.async_request_refresh()

    async def _async_require_server(self) -> None:
        """Raise if the server is unavailable, after a poll to find out."""
        if not self._coordinator.last_update_success:
            refresh = self._coordinator.async_refresh()
            await async_await_refresh(self._coordinator.hass, self._entry, refresh)
        self.require_server()

    def _require_task(self, name: str) -> None:
        """Raise if the server doesn't have a task."""
        if name not in self._coordinator.data.tasks:
            raise self._unknown_task(name)

    def _titles(self, task: ButlerTask) -> list[str]:
        hass = self._coordinator.hass
        return async_task_titles(hass, self._entry, task.name, task.title)

    @property
    def _entry(self) -> ConfigEntry:
        assert self._coordinator.config_entry is not None
        return self._coordinator.config_entry

    def _unknown_task(self, reference: str) -> HomeAssistantError:
        tasks = self._coordinator.data.tasks
        return task_error("unknown_task", reference, self._coordinator.name, tasks)

    def _error(self, key: str) -> HomeAssistantError:
        return translated(HomeAssistantError, key, server=self._coordinator.name)
