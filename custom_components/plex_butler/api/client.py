"""Client for the HTTP API of a Plex Media Server."""

from asyncio import sleep
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from http import HTTPStatus
import logging
from typing import Final
from urllib.parse import quote

from aiohttp import ClientSession

from .decoding import decode
from .exceptions import PlexResponseError, PlexServerError, PlexTaskNotFoundError
from .models import Activity, ButlerTask, ServerIdentity, StartResult, StopResult
from .settings import ServerSetting, SettingValue
from .transport import ClientInfo, Transport
from .unchanged import Unchanged, UnchangedRows
from .values import items, task_name
from .websocket import WebSocket

LOGGER: Final = logging.getLogger(__name__)

MAX_TASKS: Final = 1000
MAX_ACTIVITIES: Final = 500
MAX_SETTINGS: Final = 500
"""Maximum number of rows in a list: the first tasks and settings, the last activities.

A server has about 25 tasks and 200 settings.
"""

SETTINGS_RETRY_DELAYS: Final = (0.1, 0.2, 0.4)
"""Seconds before each retry while the server isn't ready to return its settings."""


class PlexClient:
    """Client for a Plex Media Server, with one method per endpoint.

    Every method raises the errors that the docstring of the package lists. The token is
    sent in a header only, and redirects aren't followed.
    """

    def __init__(
        self, session: ClientSession, url: str, token: str | None, info: ClientInfo
    ) -> None:
        """Initialize the client; `url` is the root URL, `token` that of the owner.

        A server without an owner needs no token: then it is None or empty.
        """
        self._transport = Transport(session, url, info, token)
        self._tasks = Unchanged(self._read_tasks)
        self._task_rows = UnchangedRows(ButlerTask.from_api)
        self._activities = Unchanged(self._read_activities)
        self._activity_rows = UnchangedRows(Activity.from_api)
        self._settings = Unchanged(self._read_settings)
        self._setting_rows = UnchangedRows(ServerSetting.from_api)
        self._has_logged_limit = False

    async def identity(self) -> ServerIdentity:
        """Return which server this is: `GET /identity`, always without the token.

        Servers answer it without one, except those that are addressed by a host name
        that they don't know: they answer 401 (measured).
        """
        body = await self._transport.fetch("GET", "/identity", anonymous=True)
        return ServerIdentity.from_api(decode(body, "MediaContainer"))

    async def server(self) -> ServerIdentity:
        """Return which server this is and its name: `GET /`, with any user's token."""
        body = await self._transport.fetch("GET", "/")
        return ServerIdentity.from_api(decode(body, "MediaContainer"))

    async def butler_tasks(self) -> list[ButlerTask]:
        """Return the butler's tasks: `GET /butler`, with the owner's token only.

        Tasks without a usable name are left out, because no command could address them,
        and so are those after the first MAX_TASKS.
        """
        return self._tasks.result(await self._transport.fetch("GET", "/butler"))

    def _read_tasks(self, body: bytes) -> list[ButlerTask]:
        found = decode(body, "ButlerTasks").get("ButlerTask", [])
        rows = items(found)
        if len(rows) > MAX_TASKS and not self._has_logged_limit:
            self._has_logged_limit = True
            LOGGER.warning(
                "The server lists %d tasks; all after the first %d are ignored",
                len(rows),
                MAX_TASKS,
            )
        tasks = self._task_rows.models(rows[:MAX_TASKS])
        if found and not tasks:
            raise PlexResponseError("the list of butler tasks has no valid task")
        return tasks

    async def start_task(self, name: str) -> StartResult:
        """Start a task: `POST /butler/{task}`.

        The server may accept the request and do nothing if the task isn't enabled or
        due (from Plex's document). Raises PlexTaskNotFoundError if the server has no
        such task, or the name can't be sent.
        """
        match await self._transport.send(
            "POST", _task_path(name), accept=HTTPStatus.NOT_FOUND
        ):
            case HTTPStatus.NOT_FOUND:
                raise PlexTaskNotFoundError("the server has no such butler task")
            case HTTPStatus.ACCEPTED:
                return StartResult.ALREADY_RUNNING
        return StartResult.STARTED

    async def stop_task(self, name: str) -> StopResult:
        """Stop a task or remove it from the queue: `DELETE /butler/{task}`.

        The server answers 404 both if it has no such task and if the task isn't running
        (from Plex's document). For a task that it lists, only the second is possible.
        """
        status = await self._transport.send(
            "DELETE", _task_path(name), accept=HTTPStatus.NOT_FOUND
        )
        if status == HTTPStatus.NOT_FOUND:
            return StopResult.NOT_RUNNING
        return StopResult.STOPPED

    async def start_all_tasks(self) -> None:
        """Start every task that is due today: `POST /butler`."""
        await self._transport.send("POST", "/butler")

    async def stop_all_tasks(self) -> None:
        """Stop all running tasks and clear the queue: `DELETE /butler`."""
        await self._transport.send("DELETE", "/butler")

    async def activities(self) -> list[Activity]:
        """Return the current activities of the server: `GET /activities`.

        Activities without a usable uuid are left out, because no notification could be
        matched to them, and so are those before the last MAX_ACTIVITIES.
        """
        return self._activities.result(
            await self._transport.fetch("GET", "/activities")
        )

    async def settings(self) -> dict[str, ServerSetting]:
        """Return the settings by ID: `GET /:/prefs`, with the owner's token only.

        For about 100 ms after a change the server answers 400 (measured); the request
        is then repeated. Settings without a usable ID are left out, and so are those
        after the first MAX_SETTINGS.
        """
        for delay in SETTINGS_RETRY_DELAYS:
            try:
                return await self._get_settings()
            except PlexServerError as err:
                if err.status != HTTPStatus.BAD_REQUEST:
                    raise
            await sleep(delay)
        return await self._get_settings()

    async def change_setting(self, setting: str, value: SettingValue) -> None:
        """Request the change of a setting by its ID: `PUT /:/prefs`.

        Read `settings` to find out whether it was applied: the server answers 200 even
        for a setting that it doesn't know (measured).
        """
        text = str(int(value)) if isinstance(value, bool) else str(value)
        await self._transport.send(
            "PUT", "/:/prefs", {setting: text}, accept=HTTPStatus.BAD_REQUEST
        )

    @asynccontextmanager
    async def notifications(self) -> AsyncGenerator[WebSocket]:
        """Open the websocket for activity notifications; it is closed with the context.

        The path is the one that Home Assistant's own Plex integration uses, the filter
        is from Plex's document. The caller answers pings.
        """
        async with self._transport.websocket(
            "/:/websockets/notifications", {"filters": "activity"}
        ) as websocket:
            yield websocket

    async def _get_settings(self) -> dict[str, ServerSetting]:
        return self._settings.result(await self._transport.fetch("GET", "/:/prefs"))

    def _read_activities(self, body: bytes) -> list[Activity]:
        found = decode(body, "MediaContainer").get("Activity")
        return self._activity_rows.models(items(found)[-MAX_ACTIVITIES:])

    def _read_settings(self, body: bytes) -> dict[str, ServerSetting]:
        found = decode(body, "MediaContainer").get("Setting")
        settings = self._setting_rows.models(items(found)[:MAX_SETTINGS])
        if not settings:
            raise PlexResponseError("the list of settings has no valid setting")
        return {setting.id: setting for setting in settings}


def _task_path(name: str) -> str:
    """Return the path of a task, and never that of another resource.

    Raises PlexTaskNotFoundError if no server can have a task of this name.
    """
    if task_name(name) is None:
        raise PlexTaskNotFoundError("the name of the task can't be sent")
    return f"/butler/{quote(name, safe='')}"
