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

MIN_BACKOFF: Final = 1
MAX_BACKOFF: Final = 300
"""Seconds between two connection attempts, doubled after each failed attempt."""

PING_INTERVAL: Final = 60
"""Seconds without a message after which a ping is sent."""

MAX_MISSED_PINGS: Final = 3
"""Consecutive pings without an answer after which a connection is considered dead."""


class ActivityStream:
    """The stream of the server's activity notifications, open while `run` runs.

    The stream is silent while the server is idle, and a server doesn't always answer
    pings (both measured). Therefore missed pings end a connection only if it has
    answered a ping before, and each time this happens, twice as many are required. Any
    other dead connection ends when a ping can't be sent, or by `disconnect`.
    """

    def __init__(
        self,
        client: PlexClient,
        on_notification: Callable[[ActivityNotification], None],
        on_connection: Callable[[], None],
    ) -> None:
        """Initialize the stream.

        `on_notification` is called with each notification, `on_connection` whenever
        `connected` changes.
        """
        self._client = client
        self._on_notification = on_notification
        self._on_connection = on_connection
        self._websocket: ClientWebSocketResponse | None = None
        self._attempts = 0
        self._max_missed_pings = MAX_MISSED_PINGS
        self._refused = False
        self._wake_event = asyncio.Event()

    @property
    def connected(self) -> bool:
        """Return whether the websocket is open."""
        return self._websocket is not None

    async def run(self) -> None:
        """Receive notifications until canceled; reconnect after each disconnect."""
        while True:
            try:
                async with self._client.notifications() as websocket:
                    self._refused = False
                    self._set_websocket(websocket)
                    await self._listen(websocket)
            except PlexError as err:
                self._refused = _is_refusal(err)
                LOGGER.debug("No notifications: %s", err)
            finally:
                self._set_websocket(None)
            await self._back_off()

    def wake(self) -> None:
        """Retry the connection now, because the server has answered a request.

        Has no effect if the last attempt was refused, as it is by some proxies.
        """
        if not self._refused:
            self._wake_event.set()

    async def disconnect(self) -> None:
        """Close the websocket, because the server hasn't answered a request.

        `run` then connects again.
        """
        if self._websocket is not None:
            await self._websocket.close()

    def _set_websocket(self, websocket: ClientWebSocketResponse | None) -> None:
        was_connected = self.connected
        self._websocket = websocket
        if self.connected is not was_connected:
            self._on_connection()

    async def _listen(self, websocket: ClientWebSocketResponse) -> None:
        """Handle messages until the connection ends.

        Raises PlexConnectionError when it does.
        """
        answers_pings = False
        missed_pings = 0
        while True:
            try:
                message = await websocket.receive(timeout=PING_INTERVAL)
            except TimeoutError:
                if answers_pings and missed_pings >= self._max_missed_pings:
                    self._max_missed_pings *= 2
                    raise PlexConnectionError("the connection is dead") from None
                await websocket.ping()
                missed_pings += 1
                # The backoff is for connections that end as soon as they are made.
                self._attempts = 0
                continue
            match message.type:
                case WSMsgType.TEXT:
                    self._attempts = 0
                    self._handle_frame(message.data)
                case WSMsgType.PING:
                    await websocket.pong(message.data)
                case WSMsgType.PONG:
                    answers_pings = True
                case WSMsgType.CLOSE | WSMsgType.CLOSING | WSMsgType.CLOSED:
                    raise PlexConnectionError("the connection was closed")
                case WSMsgType.ERROR:
                    raise PlexConnectionError("the connection broke")
            missed_pings = 0

    def _handle_frame(self, frame: str) -> None:
        """Handle the notifications in a frame, and ignore everything else."""
        try:
            content = json.loads(frame)
        except ValueError, RecursionError:
            return
        for container in items(_get(content, "NotificationContainer")):
            for item in items(container.get("ActivityNotification")):
                with suppress(PlexResponseError):
                    self._on_notification(ActivityNotification.from_api(item))

    async def _back_off(self) -> None:
        """Wait until the next connection attempt is due, or `wake` is called."""
        backoff = min(MAX_BACKOFF, MIN_BACKOFF * 2 ** min(self._attempts, 10))
        self._attempts += 1
        self._wake_event.clear()
        with suppress(TimeoutError):
            # A random part keeps the clients of a server from returning all at once.
            async with asyncio.timeout(backoff * random.uniform(0.5, 1)):
                await self._wake_event.wait()


def _is_refusal(err: PlexError) -> bool:
    """Return whether the connection was refused, not just impossible at the moment."""
    if isinstance(err, PlexResponseError):
        return err.status is None or err.status < 500
    return isinstance(err, PlexAuthenticationError | PlexPermissionError)


def _get(content: Any, key: str) -> Any:
    return content.get(key) if isinstance(content, dict) else None
