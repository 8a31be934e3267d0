"""The one door to a server: polls it, owns every command, translates its errors."""

from collections.abc import Awaitable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, override

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import (
    ConfigEntryAuthFailed,
    HomeAssistantError,
    ServiceValidationError,
)
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator, UpdateFailed

from .api import (
    ButlerTask,
    PlexAuthenticationError,
    PlexCertificateError,
    PlexClient,
    PlexConnectionError,
    PlexError,
    PlexPermissionError,
    PlexResponseError,
    PlexStartingError,
    PlexTaskNotFoundError,
    ServerIdentity,
    StartResult,
    StopResult,
)
from .const import DOMAIN, LOGGER
from .devices import async_follow_server

SCAN_INTERVAL: Final = timedelta(seconds=60)

STARTING_RETRY: Final = 15
"""Seconds until the next poll of a server that is starting up."""

ERROR_KEYS: Final[Mapping[type[PlexError], str]] = {
    PlexAuthenticationError: "invalid_auth",
    PlexPermissionError: "not_owner",
    PlexStartingError: "starting_up",
    PlexCertificateError: "ssl_error",
    PlexConnectionError: "cannot_connect",
    PlexResponseError: "not_plex",
}
"""The text for each error: its key in translations, for forms and exceptions alike."""

type PlexButlerConfigEntry = ConfigEntry[PlexButlerCoordinator]


@dataclass(frozen=True, kw_only=True)
class ButlerData:
    """What a poll found: the server and its tasks, by Plex's name of each."""

    server: ServerIdentity
    tasks: Mapping[str, ButlerTask]


class PlexButlerCoordinator(DataUpdateCoordinator[ButlerData]):
    """The state of a server's butler, and the way to command it."""

    config_entry: PlexButlerConfigEntry
    server_device_id: str

    def __init__(
        self, hass: HomeAssistant, entry: PlexButlerConfigEntry, client: PlexClient
    ) -> None:
        """Poll the server of the entry through the client."""
        super().__init__(
            hass,
            LOGGER,
            config_entry=entry,
            name=entry.title,
            update_interval=SCAN_INTERVAL,
            always_update=False,
        )
        self._client = client

    @override
    async def _async_update_data(self) -> ButlerData:
        """Ask the server who it is and what tasks it has.

        Without the first question, another server that got this one's address would
        be taken for it: one owner's token opens all of their servers.
        """
        try:
            server = await self._client.server()
            self._expect_our_server(server)
            tasks = await self._client.butler_tasks()
        except (PlexAuthenticationError, PlexPermissionError) as err:
            raise self._translated(
                ConfigEntryAuthFailed, ERROR_KEYS[type(err)]
            ) from err
        except PlexError as err:
            failure = self._translated(UpdateFailed, ERROR_KEYS[type(err)])
            if isinstance(err, PlexStartingError):
                failure.retry_after = STARTING_RETRY
            raise failure from err
        data = ButlerData(server=server, tasks={task.name: task for task in tasks})
        if data != self.data:
            self.server_device_id = async_follow_server(
                self.hass, self.config_entry, data.server, data.tasks
            )
        return data

    def find_task(self, reference: str) -> ButlerTask:
        """Return the task that a person means by Plex's name or the title, in any case.

        Raises ServiceValidationError, with the names there are, where none is meant.
        """
        wanted = reference.strip().casefold()
        tasks = self.data.tasks.values()
        for candidate in (
            *(task for task in tasks if task.name.casefold() == wanted),
            *(task for task in tasks if task.title.casefold() == wanted),
        ):
            return candidate
        raise self._unknown_task(reference)

    async def async_start_task(self, name: str) -> StartResult:
        """Start a task, by Plex's name of it.

        Raises ServiceValidationError where the server has no such task, and
        HomeAssistantError where it can't be asked.
        """
        self._expect_task(name)
        return await self._async_command(name, self._client.start_task(name))

    async def async_stop_task(self, name: str) -> StopResult:
        """Stop a task, by Plex's name of it; raises as `async_start_task` does."""
        self._expect_task(name)
        result = await self._async_command(name, self._client.stop_task(name))
        if result is StopResult.NOT_RUNNING:
            # The server says the same of a task that it no longer has.
            self._expect_task(name)
        return result

    async def async_start_all_tasks(self) -> None:
        """Start every task that is due; raises HomeAssistantError."""
        await self._async_command(None, self._client.start_all_tasks())

    async def async_stop_all_tasks(self) -> None:
        """Stop every running task and clear the queue; raises HomeAssistantError."""
        await self._async_command(None, self._client.stop_all_tasks())

    async def _async_command[ResultT](
        self, task: str | None, command: Awaitable[ResultT]
    ) -> ResultT:
        """Send a command, and refresh once after it, whether it was taken or not."""
        try:
            result = await command
        except PlexTaskNotFoundError as err:
            await self.async_request_refresh()
            raise self._unknown_task(str(task)) from err
        except PlexError as err:
            if isinstance(err, PlexAuthenticationError | PlexPermissionError):
                self.config_entry.async_start_reauth(self.hass)
            await self.async_request_refresh()
            raise self._translated(HomeAssistantError, ERROR_KEYS[type(err)]) from err
        await self.async_request_refresh()
        return result

    def _expect_our_server(self, server: ServerIdentity) -> None:
        if server.machine_identifier != self.config_entry.unique_id:
            raise self._translated(UpdateFailed, "wrong_server")

    def _expect_task(self, name: str) -> None:
        if name not in self.data.tasks:
            raise self._unknown_task(name)

    def _unknown_task(self, name: str) -> ServiceValidationError:
        return ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="unknown_task",
            translation_placeholders={
                "task": name,
                "server": self.config_entry.title,
                "tasks": ", ".join(sorted(self.data.tasks)),
            },
        )

    def _translated[ErrorT: HomeAssistantError](
        self, kind: type[ErrorT], key: str
    ) -> ErrorT:
        return kind(
            translation_domain=DOMAIN,
            translation_key=key,
            translation_placeholders={"server": self.config_entry.title},
        )
