"""The server: `python -m bench.server`, in a process of its own.

It answers what the simulator answers, from bodies that are made once, so that it takes
little of the machine. Each line on stdin is an order in JSON, answered by a line on
stdout. Below `/s1` to `/s99`, the same server answers with another machine identifier.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
import json
import re
import sys
from typing import Any, Final

from aiohttp import WSMsgType, web

from . import bodies

NOTIFICATIONS: Final = "/:/websockets/notifications"
TURNS: Final = 30
"""Iterations of the event loop in which every request that has arrived is answered."""


class Server:
    """A server whose tasks are named, one activity for each that runs."""

    def __init__(self) -> None:
        """Initialize with the known tasks at rest."""
        self.requests = Counter[str]()
        self.push = True
        self._tasks = bodies.make_tasks(bodies.TASKS)
        self._tasks_body = bodies.tasks_body(self._tasks)
        self._settings = bodies.settings_body()
        self._running: dict[str, bodies.Fields] = {}
        self._clients: set[web.WebSocketResponse] = set()
        self._sending: set[asyncio.Task[None]] = set()
        self._pongs = asyncio.Event()

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer a request."""
        match = re.match(r"/s(\d+)(/.*)", request.path)
        number, path = (int(match[1]), match[2]) if match else (0, request.path)
        self.requests[f"{request.method} {path}"] += 1
        if path == NOTIFICATIONS:
            return await self._notify(request)
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
            "change": self._change,
            "count": self._count,
            "end": self._end,
            "list": self._list,
            "push": self._set_push,
            "show": self._show,
            "sync": self._sync,
        }
        return await orders[do](**order)

    def _body(self, path: str, number: int) -> bodies.Body | None:
        match path:
            case "/butler":
                return self._tasks_body
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

    async def _notify(self, request: web.BaseRequest) -> web.StreamResponse:
        if not self.push:
            return web.Response(status=404)
        client = web.WebSocketResponse(autoping=False)
        await client.prepare(request)
        self._clients.add(client)
        try:
            async for message in client:
                if message.type is WSMsgType.PING:
                    await client.pong(message.data)
                elif message.type is WSMsgType.PONG:
                    self._pongs.set()
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

    async def _burst(self, frames: int) -> None:
        """Send the notifications of a scan; return when every client has read them."""
        content = bodies.scan_frames(frames)
        for client in list(self._clients):
            self._pongs.clear()
            for each in content:
                await client.send_str(each)
            await client.ping()
            await self._pongs.wait()

    async def _change(self, count: int) -> None:
        """Switch the first tasks on or off."""
        for task in self._tasks[:count]:
            task.enabled = not task.enabled
        self._tasks_body = bodies.tasks_body(self._tasks)

    async def _count(self) -> dict[str, int]:
        """Return how often each path was requested since the last time."""
        requests, self.requests = self.requests, Counter()
        return requests

    async def _end(self, names: list[str] | None = None) -> None:
        """End runs, by default all."""
        for name in list(self._running) if names is None else names:
            self._finish(name)

    async def _list(self, count: int) -> None:
        """Have a number of tasks."""
        self._tasks = bodies.make_tasks(count)
        self._tasks_body = bodies.tasks_body(self._tasks)

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
    site = await loop.create_server(web.Server(server.handle), "127.0.0.1", 0)
    _answer(site.sockets[0].getsockname()[1])
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
