"""A websocket on which every wait has an end.

aiohttp waits without a limit until a peer reads what is sent to it, also while closing.
A peer that doesn't read would hold up whoever waits for that.
"""

from asyncio import Transport as SocketTransport, timeout
from contextlib import suppress
from typing import Final

from aiohttp import ClientWebSocketResponse, WSMessage

SEND_TIMEOUT: Final = 10
"""Seconds after which a peer that doesn't read is given up."""

CLOSE_TIMEOUT: Final = 1
"""Seconds that a peer has to answer a close."""


class WebSocket:
    """An open websocket. All methods may raise errors of aiohttp, and OSError."""

    def __init__(
        self, websocket: ClientWebSocketResponse, transport: SocketTransport
    ) -> None:
        """Initialize the websocket; `transport` is what it is sent over."""
        self._websocket = websocket
        self._transport = transport

    async def receive(self, seconds: float) -> WSMessage:
        """Return the next message; raises TimeoutError if none arrives in time."""
        # A limit given to aiohttp wouldn't include that it closes after an error.
        async with timeout(seconds):
            return await self._websocket.receive()

    async def ping(self) -> None:
        """Send a ping."""
        async with timeout(SEND_TIMEOUT):
            await self._websocket.ping()

    async def pong(self, content: bytes) -> None:
        """Answer a ping with its content."""
        async with timeout(SEND_TIMEOUT):
            await self._websocket.pong(content)

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
