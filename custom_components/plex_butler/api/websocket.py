"""A websocket on which every wait has an end.

aiohttp waits without a limit until a peer reads what is sent to it, also while closing.
A peer that doesn't read would hold up whoever waits for that.
"""

from asyncio import Transport as SocketTransport, timeout
from collections.abc import Awaitable
from contextlib import suppress
from typing import Final

from aiohttp import ClientWebSocketResponse, WSMessage, WSMsgType

from .exceptions import PlexConnectionError

SEND_TIMEOUT: Final = 10
"""Seconds after which a peer that doesn't read is given up."""

CLOSE_TIMEOUT: Final = 1
"""Seconds that a peer has to answer a close."""


class WebSocket:
    """An open websocket. All methods may raise errors of aiohttp, and OSError.

    `answers_pings` is True once the peer has answered a ping, `missed_pings` how many were
    sent since the last message.
    """

    def __init__(
        self, websocket: ClientWebSocketResponse, transport: SocketTransport
    ) -> None:
        """Initialize the websocket; `transport` is what it is sent over."""
        self.answers_pings = False
        self.missed_pings = 0
        self._websocket = websocket
        self._transport = transport

    def receive(self) -> Awaitable[WSMessage]:
        """Return the next message. The caller limits the wait for it.

        A limit given to aiohttp wouldn't include that it closes after an error, and a
        timeout for each message would take as long as receiving it.
        """
        return self._websocket.receive()

    async def ping(self) -> None:
        """Send a ping."""
        async with timeout(SEND_TIMEOUT):
            await self._websocket.ping()
        self.missed_pings += 1

    async def handle_control(self, message: WSMessage) -> None:
        """Handle a message that isn't text: answer pings, and note their answers.

        Raises PlexConnectionError if it's the end of the connection.
        """
        match message.type:
            case WSMsgType.PING:
                async with timeout(SEND_TIMEOUT):
                    await self._websocket.pong(message.data)
            case WSMsgType.PONG:
                self.answers_pings = True
            case WSMsgType.CLOSE | WSMsgType.CLOSING | WSMsgType.CLOSED:
                raise PlexConnectionError("the connection was closed")
            case WSMsgType.ERROR:
                raise PlexConnectionError("the connection broke")

    async def close(self) -> None:
        """Close the websocket, or abort it if the peer doesn't close in time."""
        try:
            with suppress(TimeoutError):
                async with timeout(CLOSE_TIMEOUT):
                    await self._websocket.close()
        finally:
            self.abort()

    def abort(self) -> None:
        """End the connection at once, and drop what the peer hasn't read.

        Has no effect if it has ended.
        """
        self._transport.abort()
