"""The notification websocket of the simulated server."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
import json

from aiohttp import WSMsgType, web

from .activities import SimulatedActivity


@dataclass(eq=False)
class _Listener:
    """A connected client, and the frames that aren't sent yet."""

    request: web.Request
    websocket: web.WebSocketResponse
    queue: asyncio.Queue[str | bytes] = field(default_factory=asyncio.Queue)


class Notifications:
    """The connected clients.

    `answers_pings`: pings are answered, which not every server does (measured).
    `mute`: connections stay open but nothing is sent, as when a router fails.
    `closes_at_once`: connections are accepted and closed, as by some proxies (measured),
    after a `greeting` if there is one.
    `pings` and `pongs` count what clients sent.
    """

    def __init__(self) -> None:
        """Initialize without clients."""
        self.answers_pings = True
        self.mute = False
        self.closes_at_once = False
        self.greeting = ""
        self.pings = 0
        self.pongs = 0
        self._listeners: list[_Listener] = []

    @property
    def listeners(self) -> int:
        """Return the number of connected clients."""
        return len(self._listeners)

    @property
    def busy(self) -> bool:
        """Return whether a frame isn't sent yet."""
        return any(not listener.queue.empty() for listener in self._listeners)

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """Serve a client until it disconnects."""
        websocket = web.WebSocketResponse(autoping=False, timeout=0.1)
        await websocket.prepare(request)
        if self.closes_at_once:
            if self.greeting:
                await websocket.send_str(self.greeting)
            await websocket.close()
            return websocket
        listener = _Listener(request, websocket)
        self._listeners.append(listener)
        sender = asyncio.create_task(self._send(websocket, listener.queue))
        try:
            async for message in websocket:
                if (
                    message.type is WSMsgType.PING
                    and self.answers_pings
                    and not self.mute
                ):
                    await websocket.pong(message.data)
                self.pings += message.type is WSMsgType.PING
                self.pongs += message.type is WSMsgType.PONG
        finally:
            self._listeners.remove(listener)
            sender.cancel()
        return websocket

    def notify(self, event: str, activity: SimulatedActivity) -> None:
        """Notify all clients of a change of an activity."""
        item = {"event": event, "uuid": activity.uuid, "Activity": activity.fields()}
        self.send(
            json.dumps(
                {
                    "NotificationContainer": {
                        "type": "activity",
                        "size": 1,
                        "ActivityNotification": [item],
                    }
                }
            )
        )

    def send(self, frame: str | bytes) -> None:
        """Send a frame with any content to all clients."""
        if not self.mute:
            for listener in self._listeners:
                listener.queue.put_nowait(frame)

    async def ping(self) -> None:
        """Send a ping to all clients."""
        for listener in self._listeners:
            await listener.websocket.ping()

    async def ping_without_reading(self) -> None:
        """Send pings until the clients have gone, and read no answer."""
        for listener in list(self._listeners):
            transport = listener.request.transport
            assert isinstance(transport, asyncio.Transport)
            transport.pause_reading()
            with suppress(ConnectionError):
                while True:
                    for _ in range(50):
                        await listener.websocket.ping(b"x" * 125)
                    await asyncio.sleep(0)

    async def close(self) -> None:
        """Close all connections with a close frame."""
        for listener in list(self._listeners):
            await listener.websocket.close()

    def cut_off(self) -> None:
        """Abort all connections without a close frame."""
        for listener in self._listeners:
            if listener.request.transport is not None:
                listener.request.transport.abort()

    async def _send(
        self, websocket: web.WebSocketResponse, queue: asyncio.Queue[str | bytes]
    ) -> None:
        with suppress(ConnectionError):
            while True:
                frame = await queue.get()
                if isinstance(frame, str):
                    await websocket.send_str(frame)
                else:
                    await websocket.send_bytes(frame)
