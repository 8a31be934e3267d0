"""The server: `python -m bench.server`, in a process of its own.

It answers what the simulator answers, from bodies that are made once, so that it takes
little of the machine. Each line on stdin is an order in JSON, answered by a line on
stdout. Each of its ports is another Plex server, because Home Assistant opens at most 100
connections to one address. The first line on stdout lists the ports.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from functools import partial
from itertools import cycle
import json
import sys
from typing import Any, Final

from aiohttp import WSMsgType, web

from . import bodies

NOTIFICATIONS: Final = "/:/websockets/notifications"
SERVERS: Final = 100
TURNS: Final = 30
"""Iterations of the event loop in which every request that has arrived is answered."""


class Server:
    """A server whose tasks are named, one activity for each that runs."""

    def __init__(self) -> None:
        """Initialize with the known tasks at rest."""
        self.requests = Counter[str]()
        self.push = True
        self._tasks = bodies.make_tasks(bodies.TASKS)
        self._task_bodies = cycle([bodies.tasks_body(self._tasks)])
        self._other_tasks: dict[int, bodies.Body] = {}
        self._settings = bodies.settings_body()
        self._running: dict[str, bodies.Fields] = {}
        self._clients: set[web.WebSocketResponse] = set()
        self._transports: dict[int, asyncio.Transport] = {}
        self._sending: set[asyncio.Task[None]] = set()
        self._pong = asyncio.Event()

    async def handle(
        self, request: web.BaseRequest, *, number: int
    ) -> web.StreamResponse:
        """Answer a request to the server with a number."""
        path = request.path
        self.requests[f"{request.method} {path}"] += 1
        if path == NOTIFICATIONS:
            return await self._notify(request, number)
        if request.method != "GET":
            return self._command(request.method, path.rpartition("/")[2])
        body = self._body(path, number)
        if body is None:
            return web.Response(status=404)
        is_json = "json" in request.headers.get("Accept", "")
        content, kind = body.formats[is_json]
        return web.Response(body=content, content_type=kind)

    async def obey(self, do: str, **order: Any) -> Any:
        """Obey an order, and return its result."""
        orders: dict[str, Callable[..., Awaitable[Any]]] = {
            "burst": self._burst,
            "alternate": self._alternate,
            "count": self._count,
            "end": self._end,
            "list": self._list,
            "push": self._set_push,
            "read": self._wait_until_read,
            "show": self._show,
            "sync": self._sync,
        }
        return await orders[do](**order)

    def _body(self, path: str, number: int) -> bodies.Body | None:
        match path:
            case "/butler":
                return self._other_tasks.get(number) or next(self._task_bodies)
            case "/:/prefs":
                return self._settings
            case "/activities":
                return bodies.activities_body(list(self._running.values()))
            case "/" | "/identity":
                name = f"Tower {number}" if number else "Tower"
                return bodies.server_body(name, f"{bodies.MACHINE}{number}")
        return None

    def _command(self, method: str, name: str) -> web.Response:
        if method == "POST" and name not in self._running:
            self._update(name, 0)
            return web.Response()
        if method == "POST":
            return web.Response(status=202)
        status = 200 if name in self._running else 404
        self._finish(name)
        return web.Response(status=status)

    async def _notify(
        self, request: web.BaseRequest, number: int
    ) -> web.StreamResponse:
        if not self.push:
            return web.Response(status=404)
        client = web.WebSocketResponse(autoping=False)
        await client.prepare(request)
        assert request.transport is not None
        self._clients.add(client)
        self._transports[number] = request.transport
        try:
            async for message in client:
                if message.type is WSMsgType.PING:
                    await client.pong(message.data)
                elif message.type is WSMsgType.PONG:
                    self._pong.set()
        finally:
            self._clients.discard(client)
        return client

    def _send(self, frame: str) -> None:
        for client in self._clients:
            sending = asyncio.create_task(client.send_str(frame))
            self._sending.add(sending)
            sending.add_done_callback(self._sending.discard)

    def _update(self, name: str, progress: int, kind: str = "butler") -> None:
        title = next((task.title for task in self._tasks if task.name == name), name)
        row = bodies.activity(name, kind, "Butler tasks", title or name, progress)
        event = "updated" if name in self._running else "started"
        self._running[name] = row
        self._send(bodies.frame(event, row))

    def _finish(self, name: str) -> None:
        if row := self._running.pop(name, None):
            self._send(bodies.frame("ended", row))

    async def _burst(self, frames: int, number: int = 0) -> None:
        """Send the notifications of a scan to the client of a server, all at once.

        They are on their way when this returns, so they are what the client reads next.
        """
        self._pong.clear()
        texts = map(bodies.websocket_text, bodies.scan_frames(frames))
        self._transports[number].write(b"".join(texts) + bodies.WEBSOCKET_PING)

    async def _wait_until_read(self) -> None:
        """Return when the client has read the last burst, since it has answered a ping."""
        await self._pong.wait()

    async def _alternate(self, count: int) -> None:
        """Switch the first tasks on or off with each request for the list."""
        task_bodies = []
        for enabled in (False, True):
            for task in self._tasks[:count]:
                task.enabled = enabled
            task_bodies.append(bodies.tasks_body(self._tasks))
        self._task_bodies = cycle(task_bodies)

    async def _count(self) -> dict[str, int]:
        """Return how often each path was requested since the last time."""
        requests, self.requests = self.requests, Counter()
        return requests

    async def _end(self, names: list[str] | None = None) -> None:
        """End runs, by default all."""
        for name in list(self._running) if names is None else names:
            self._finish(name)

    async def _list(self, number: int, count: int) -> None:
        """Have a number of tasks at one of the servers."""
        self._other_tasks[number] = bodies.tasks_body(bodies.make_tasks(count))

    async def _set_push(self, on: bool) -> None:
        """Accept or refuse websockets."""
        self.push = on

    async def _show(self, name: str, progress: int) -> None:
        """Show a task at work."""
        self._update(name, progress)

    async def _sync(self) -> None:
        """Answer once everything that has arrived is answered."""
        for _ in range(TURNS):
            await asyncio.sleep(0)


async def _serve() -> None:
    loop = asyncio.get_running_loop()
    server = Server()
    ports = []
    for number in range(SERVERS):
        handler = web.Server(partial(server.handle, number=number))
        site = await loop.create_server(handler, "127.0.0.1", 0)
        ports.append(site.sockets[0].getsockname()[1])
    _answer(ports)
    orders = asyncio.StreamReader()
    await loop.connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(orders), sys.stdin
    )
    while line := await orders.readline():
        _answer(await server.obey(**json.loads(line)))


def _answer(result: Any) -> None:
    sys.stdout.write(json.dumps(result) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(_serve())
