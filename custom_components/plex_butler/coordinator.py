"""The one door to a server: what it is asked to do, besides being followed."""

from asyncio import Future, shield, timeout
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from functools import partial
from math import inf

from homeassistant.config_entries import ConfigEntry
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers.update_coordinator import UpdateFailed

from .api import (
    PlexError,
    PlexResponseError,
    PlexTaskNotFoundError,
    SettingValue,
    StartResult,
    StopResult,
)
from .errors import command_failure, is_about_token, same_text
from .follower import ServerFollower
from .task_state import TaskEvent
from .watch import this_moment

type PlexButlerConfigEntry = ConfigEntry[PlexButlerCoordinator]


class PlexButlerCoordinator(ServerFollower):
    """The state of a server's butler, and the way to command it."""

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
            partial(self._client.start_task, name),
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
            partial(self._client.stop_task, name),
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
        await self._async_command(self._client.start_all_tasks, lambda _: None)

    async def async_stop_all_tasks(self) -> None:
        """Stop every running task and clear the queue; raises HomeAssistantError."""
        await self._async_command(
            self._client.stop_all_tasks,
            lambda _: self.watch.async_stopped_all(),
        )

    async def async_change_setting(self, setting: str, value: SettingValue) -> None:
        """Change a setting of the server, by its id; raises HomeAssistantError.

        The server answers the same whether it takes a change or not, so what is so
        afterwards tells.
        """
        was_taken = await self._async_command(
            partial(self._async_write_setting, setting, value),
            lambda _: self._async_publish(),
        )
        if not was_taken:
            raise self._error(HomeAssistantError, "setting_refused")

    async def _async_write_setting(self, setting: str, value: SettingValue) -> bool:
        """Change a setting, read them all, and return whether it is as it should be."""
        async with self._schedule_lock:
            self._schedule_asked = -inf
            await self._client.change_setting(setting, value)
            try:
                await self._async_read_schedule()
            except PlexResponseError as err:
                raise self._error(HomeAssistantError, "setting_unconfirmed") from err
            known = (self._schedule or {}).get(setting)
            return known is not None and known.value == value

    async def _async_command[ResultT](
        self,
        command: Callable[[], Awaitable[ResultT]],
        accepted: Callable[[ResultT], None],
        name: str = "",
    ) -> ResultT:
        """Send a command, and look once what came of it, whether it was taken or not."""
        self._activities_asked = -inf
        await self._async_expect_server()
        try:
            result = await command()
        except PlexTaskNotFoundError as err:
            await self._async_look()
            raise self.unknown_task(name) from err
        except PlexError as err:
            await self._async_look()
            if is_about_token(err):
                # The next poll that is answered takes it back.
                self.config_entry.async_start_reauth(self.hass)
                self._is_token_doubted = True
            raise command_failure(err, self.config_entry.title) from err
        except HomeAssistantError:
            await self._async_look()
            raise
        accepted(result)
        await self._async_look()
        return result

    async def _async_expect_server(self) -> None:
        """Raise where the server can't be had, or another one is in its place."""
        if not self.last_update_success:
            await self._async_look(at_once=True)
        if not self.last_update_success:
            raise self.unavailable()

    async def _async_look(self, *, at_once: bool = False) -> None:
        """Poll on request, with others who ask or by ourselves.

        Who gives up waiting for it leaves the poll alone.
        """
        poll = self.async_refresh if at_once else self.async_request_refresh
        await shield(
            self.config_entry.async_create_background_task(
                self.hass, poll(), f"{self.name} refresh"
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
