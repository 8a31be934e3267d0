"""Notifications of activities, pushed by the server over a websocket."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
import logging
import random
from typing import Final

from aiohttp import WSMessage, WSMsgType

from .client import MAX_ACTIVITIES, PlexClient
from .decoding import decode
from .exceptions import (
    PlexAuthenticationError,
    PlexConnectionError,
    PlexError,
    PlexPermissionError,
    PlexResponseError,
    PlexServerError,
)
from .models import ActivityNotification
from .unchanged import model_of
from .values import items
from .websocket import WebSocket

LOGGER: Final = logging.getLogger(__name__)

MIN_BACKOFF: Final = 1
MAX_BACKOFF: Final = 300
"""Seconds between two connection attempts, doubled after each failed attempt."""

MIN_UPTIME: Final = 30
"""Seconds after which a connection without any notification hasn't failed.

Some proxies accept a websocket and close it at once (measured).
"""

PING_INTERVAL: Final = 30
"""Seconds without a message after which a ping is sent.

By default nginx closes a websocket after 60 seconds without traffic.
"""

MAX_TURN: Final = 0.002
MAX_BATCH: Final = 100
"""Seconds for which messages are handled before everything else has its turn, and how many
at most.

Those that have arrived already are received without a wait, so that a flood of them would
occupy the event loop.
"""

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
        *,
        before_connecting: Callable[[], Awaitable[object]] | None = None,
        on_failure: Callable[[], None] | None = None,
    ) -> None:
        """Initialize the stream.

        `on_notification` is called with each notification, `on_connection` whenever
        `connected` changes. `before_connecting` is called before each attempt to connect,
        which shows the token, and prevents it by raising a PlexError. `on_failure` is
        called after an attempt that no server refused.
        """
        self._before_connecting = before_connecting
        self._on_failure = on_failure
        self._client = client
        self._on_notification = on_notification
        self._on_connection = on_connection
        self._websocket: WebSocket | None = None
        self._max_missed_pings = MAX_MISSED_PINGS
        self._backoff = Backoff()

    @property
    def connected(self) -> bool:
        """Return whether the websocket is open."""
        return self._websocket is not None

    async def run(self) -> None:
        """Receive notifications until canceled; reconnect after each disconnect."""
        while True:
            try:
                if self._before_connecting is not None:
                    await self._before_connecting()
                async with self._client.notifications() as websocket:
                    await self._stay_connected(websocket)
            except PlexError as err:
                self._backoff.is_refused = _is_refusal(err)
                if self._on_failure and not self._backoff.is_refused:
                    self._on_failure()
                LOGGER.debug("No notifications: %s", err)
            await self._backoff.wait()

    def wake(self) -> None:
        """Retry the connection now, because a lost server has answered a request.

        Has no effect if the server wasn't lost, since `disconnect` wasn't called. Nor
        has it if the last attempt was refused, as it is by some proxies.
        """
        self._backoff.wake()

    async def disconnect(self) -> None:
        """End the connection at once, because the server hasn't answered a request.

        `run` then connects again.
        """
        self._backoff.is_server_lost = True
        if self._websocket is not None:
            self._websocket.abort()

    async def _stay_connected(self, websocket: WebSocket) -> None:
        """Handle messages until the connection ends; raises PlexError when it does."""
        connected_at = asyncio.get_running_loop().time()
        self._backoff.is_refused = self._backoff.is_server_lost = False
        self._set_websocket(websocket)
        try:
            await self._listen(websocket)
        finally:
            if asyncio.get_running_loop().time() - connected_at >= MIN_UPTIME:
                self._backoff.reset()
            self._set_websocket(None)

    def _set_websocket(self, websocket: WebSocket | None) -> None:
        self._websocket = websocket
        self._on_connection()

    async def _listen(self, websocket: WebSocket) -> None:
        """Handle messages until the connection ends.

        Raises PlexConnectionError when it does.
        """
        while True:
            silence = asyncio.timeout(PING_INTERVAL)
            try:
                async with silence:
                    message = await self._handle_frames(websocket, silence)
            except TimeoutError:
                missed = websocket.missed_pings
                if websocket.answers_pings and missed >= self._max_missed_pings:
                    self._max_missed_pings *= 2
                    raise PlexConnectionError("the connection is dead") from None
                await websocket.ping()
                continue
            await websocket.handle_control(message)
            await asyncio.sleep(0)

    async def _handle_frames(
        self, websocket: WebSocket, silence: asyncio.Timeout
    ) -> WSMessage:
        """Handle frames, which put off the end of the silence; return any other message."""
        time = asyncio.get_running_loop().time
        frames, until = 0, 0.0
        while (message := await websocket.receive()).type is WSMsgType.TEXT:
            websocket.missed_pings = 0
            frames += 1
            if frames == MAX_BATCH or time() >= until:
                # Before the frame is handled: at the end, the rest of it would be lost.
                silence.reschedule(time() + PING_INTERVAL)
                await asyncio.sleep(0)
                frames, until = 0, time() + MAX_TURN
            for number, notification in enumerate(notifications_in(message.data), 1):
                self._on_notification(notification)
                if number % MAX_BATCH == 0:
                    await asyncio.sleep(0)
        websocket.missed_pings = 0
        return message


class Backoff:
    """The pauses between connection attempts.

    `is_refused`: the last attempt was refused. `is_server_lost`: the server hasn't
    answered a request since it was last connected.
    """

    def __init__(self) -> None:
        """Initialize without failed attempts."""
        self.is_refused = False
        self.is_server_lost = False
        self._attempts = 0
        self._wake_event = asyncio.Event()

    def reset(self) -> None:
        """Begin with the shortest pause again, because a connection worked."""
        self._attempts = 0

    def wake(self) -> None:
        """End the current pause if the server was lost, unless it refused."""
        if self.is_server_lost and not self.is_refused:
            self._wake_event.set()

    async def wait(self) -> None:
        """Wait until the next connection attempt is due, or `wake` ends the pause."""
        seconds = min(MAX_BACKOFF, MIN_BACKOFF * 2 ** min(self._attempts, 10))
        self._attempts += 1
        self._wake_event.clear()
        with suppress(TimeoutError):
            # A random part keeps the clients of a server from returning all at once.
            async with asyncio.timeout(seconds * random.uniform(0.5, 1)):
                await self._wake_event.wait()
                self.is_server_lost = False
                self.reset()


def notifications_in(frame: str) -> list[ActivityNotification]:
    """Return the notifications in a frame, of which the last MAX_ACTIVITIES count."""
    try:
        container = decode(frame, "NotificationContainer")
    except PlexResponseError:
        return []
    rows = items(container.get("ActivityNotification"))[-MAX_ACTIVITIES:]
    return [
        notification
        for row in rows
        if (notification := model_of(ActivityNotification.from_api, row))
    ]


def _is_refusal(err: PlexError) -> bool:
    """Return whether the connection was refused, not just impossible at the moment."""
    if isinstance(err, PlexServerError):
        return err.status < 500
    return isinstance(
        err, PlexAuthenticationError | PlexPermissionError | PlexResponseError
    )
