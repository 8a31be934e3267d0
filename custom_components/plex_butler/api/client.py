"""The client of a Plex Media Server's HTTP interface."""

from asyncio import sleep
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import quote

from aiohttp import ClientSession, ClientWebSocketResponse

from .body import decode
from .exceptions import PlexResponseError, PlexTaskNotFoundError
from .models import Activity, ButlerTask, ServerIdentity, StartResult, StopResult, items
from .settings import ServerSetting, SettingValue
from .transport import ClientInfo, Transport

SETTINGS_PAUSES: Final = (0.1, 0.2, 0.4)
"""Seconds until settings are asked for again, that the server isn't ready to tell."""


class PlexClient:
    """A Plex Media Server, by one method per endpoint.

    Every method raises the kinds of PlexError that the package's docstring maps out.
    The token travels in a header only, and never follows a redirect.
    """

    def __init__(
        self, session: ClientSession, url: str, token: str | None, info: ClientInfo
    ) -> None:
        """Take the session to use, the server's root address and its owner's token."""
        self._transport = Transport(session, url, info, token)

    async def identity(self) -> ServerIdentity:
        """Return which server this is: `GET /identity`, good without a token too."""
        return ServerIdentity.from_api(await self._get("/identity", "MediaContainer"))

    async def server(self) -> ServerIdentity:
        """Return which server this is, with its name: `GET /`, for any known user."""
        return ServerIdentity.from_api(await self._get("/", "MediaContainer"))

    async def butler_tasks(self) -> list[ButlerTask]:
        """Return the butler's tasks: `GET /butler`, for the owner only.

        Entries without a name are left out, since nothing could be done with them.
        """
        found = (await self._get("/butler", "ButlerTasks")).get("ButlerTask", [])
        tasks = _readable(ButlerTask.from_api, items(found))
        if found and not tasks:
            raise PlexResponseError("the list of butler tasks has none in it")
        return tasks

    async def start_task(self, name: str) -> StartResult:
        """Start a task: `POST /butler/{task}`.

        The server may accept it and yet do nothing, where the task isn't due or enabled.
        Raises PlexTaskNotFoundError where the server has no such task.
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
        """Stop a task or take it off the queue: `DELETE /butler/{task}`.

        The server's 404 has two meanings; of a task that it lists, it is "not running".
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
        """Return what the server does now: `GET /activities`.

        Entries without a uuid are left out, since nothing could be told of them later.
        """
        found = (await self._get("/activities", "MediaContainer")).get("Activity")
        return _readable(Activity.from_api, items(found))

    async def settings(self) -> dict[str, ServerSetting]:
        """Return the server's settings by their ids: `GET /:/prefs`, for the owner only.

        For some 100 ms after a change the server answers 400 (measured), so that is
        asked again. Settings that can't be read are left out.
        """
        for pause in SETTINGS_PAUSES:
            try:
                return await self._settings()
            except PlexResponseError as err:
                if err.status != HTTPStatus.BAD_REQUEST:
                    raise
            await sleep(pause)
        return await self._settings()

    async def change_setting(self, setting: str, value: SettingValue) -> None:
        """Ask for a change of a setting, by its id: `PUT /:/prefs`.

        Whether it was taken, only `settings` tells: the server answers 200 to a setting
        that it doesn't know, too (measured).
        """
        text = str(int(value)) if isinstance(value, bool) else str(value)
        await self._transport.send(
            "PUT", "/:/prefs", {setting: text}, accept=HTTPStatus.BAD_REQUEST
        )

    @asynccontextmanager
    async def notifications(self) -> AsyncGenerator[ClientWebSocketResponse]:
        """Open the websocket of activity notifications, for the length of a block.

        The address is the one that Home Assistant's own Plex integration uses; the
        filter is from Plex's document. Pings are left to the caller.
        """
        async with self._transport.websocket(
            "/:/websockets/notifications", {"filters": "activity"}
        ) as websocket:
            yield websocket

    async def _get(self, path: str, root: str) -> dict[str, Any]:
        return decode(await self._transport.fetch("GET", path), root)

    async def _settings(self) -> dict[str, ServerSetting]:
        found = (await self._get("/:/prefs", "MediaContainer")).get("Setting")
        settings = _readable(ServerSetting.from_api, items(found))
        if not settings:
            raise PlexResponseError("the list of settings has none in it")
        return {setting.id: setting for setting in settings}


def _readable[ModelT](
    read_one: Callable[[dict[str, Any]], ModelT], rows: list[dict[str, Any]]
) -> list[ModelT]:
    models = []
    for row in rows:
        with suppress(PlexResponseError):
            models.append(read_one(row))
    return models


def _task_path(name: str) -> str:
    return f"/butler/{quote(name, safe='')}"
