"""Notifications of activities, pushed by the server over a websocket."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
import json
import logging
import random
from typing import Any, Final

from aiohttp import ClientWebSocketResponse, WSMsgType

from .client import PlexClient
from .exceptions import (
    PlexAuthenticationError,
    PlexConnectionError,
    PlexError,
    PlexPermissionError,
    PlexResponseError,
)
from .models import ActivityNotification, items

LOGGER: Final = logging.getLogger(__name__)

SHORTEST_PAUSE: Final = 1
LONGEST_PAUSE: Final = 300
"""Seconds between two attempts to connect, doubled from one to the next."""

QUIET: Final = 60
"""Seconds of silence after which a ping asks whether the connection still stands."""

PATIENCE: Final = 3
"""Pings in a row that may go unanswered, on a connection that has answered some."""


class ActivityStream:
    """The server's notifications, for as long as `run` runs.

    The stream is silent while the server is idle, and a server doesn't always answer
    pings (both measured). So only a connection that has answered before is given up for
    silence, and each time it takes twice as many pings; any other shows its death by the
    pings that the network can't deliver, or by `drop`.
    """

    def __init__(
        self,
        client: PlexClient,
        on_notification: Callable[[ActivityNotification], None],
        on_connection: Callable[[], None],
    ) -> None:
        """Call back for each notification, and when the connection comes or goes."""
        self.connected = False
        self._client = client
        self._on_notification = on_notification
        self._on_connection = on_connection
        self._attempts = 0
        self._patience = PATIENCE
        self._refused = False
        self._server_seen = asyncio.Event()
        self._websocket: ClientWebSocketResponse | None = None

    async def run(self) -> None:
        """Connect, listen, and connect again when the connection is gone, until cancelled."""
        while True:
            try:
                async with self._client.notifications() as websocket:
                    self._refused = False
                    self._set_connection(websocket)
                    await self._listen(websocket)
            except PlexError as err:
                self._refused = _is_refusal(err)
                LOGGER.debug("No notifications: %s", err)
            finally:
                self._set_connection(None)
            await self._pause()

    def server_answers(self) -> None:
        """End a pause, since the server is seen to answer.

        Where it refuses the connection itself, as some proxies do, that is no news.
        """
        if not self._refused:
            self._server_seen.set()

    async def drop(self) -> None:
        """Close the connection, since the server is seen not to answer."""
        if self._websocket is not None:
            await self._websocket.close()

    def _set_connection(self, websocket: ClientWebSocketResponse | None) -> None:
        self._websocket = websocket
        if self.connected is not (websocket is not None):
            self.connected = not self.connected
            self._on_connection()

    async def _listen(self, websocket: ClientWebSocketResponse) -> None:
        """Pass on what comes; raise PlexConnectionError once nothing more will."""
        answered = False
        unanswered = 0
        while True:
            try:
                message = await websocket.receive(timeout=QUIET)
            except TimeoutError:
                if answered and unanswered >= self._patience:
                    self._patience *= 2
                    raise PlexConnectionError("the connection is dead") from None
                await websocket.ping()
                unanswered += 1
                # It has lasted, so it is none that ends as soon as it is made.
                self._attempts = 0
                continue
            match message.type:
                case WSMsgType.TEXT:
                    self._attempts = 0
                    self._receive(message.data)
                case WSMsgType.PING:
                    await websocket.pong(message.data)
                case WSMsgType.PONG:
                    answered = True
                case WSMsgType.CLOSE | WSMsgType.CLOSING | WSMsgType.CLOSED:
                    raise PlexConnectionError("the connection was closed")
                case WSMsgType.ERROR:
                    raise PlexConnectionError("the connection broke")
            unanswered = 0

    def _receive(self, frame: str) -> None:
        """Pass on the notifications of a frame; what can't be understood is left out."""
        try:
            content = json.loads(frame)
        except ValueError, RecursionError:
            return
        for container in items(_field(content, "NotificationContainer")):
            for item in items(container.get("ActivityNotification")):
                with suppress(PlexResponseError):
                    self._on_notification(ActivityNotification.from_api(item))

    async def _pause(self) -> None:
        """Wait for the next attempt; not all clients of a server come back at once."""
        pause = min(LONGEST_PAUSE, SHORTEST_PAUSE * 2 ** min(self._attempts, 10))
        self._attempts += 1
        self._server_seen.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(pause * random.uniform(0.5, 1)):
                await self._server_seen.wait()


def _is_refusal(err: PlexError) -> bool:
    """Tell whether the server, or a proxy, won't have it, rather than can't just now."""
    if isinstance(err, PlexResponseError):
        return err.status is None or err.status < 500
    return isinstance(err, PlexAuthenticationError | PlexPermissionError)


def _field(content: Any, key: str) -> Any:
    return content.get(key) if isinstance(content, dict) else None
