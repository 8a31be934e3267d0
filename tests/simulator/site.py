"""The base of the simulated servers: a port, recorded requests and faults."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
import logging
from ssl import SSLContext
from typing import Final, Self

from aiohttp import web
from aiohttp.typedefs import Middleware
from multidict import CIMultiDictProxy, MultiMapping

from .faults import Handler
from .rendering import error

LOGGER: Final = logging.getLogger("plex_simulator")

TURNS: Final = 20
"""Iterations of the event loop that a new connection needs at most."""


@dataclass(frozen=True, kw_only=True)
class RecordedRequest:
    """A request that the server received."""

    method: str
    path: str
    query: MultiMapping[str]
    headers: CIMultiDictProxy[str]


class SimulatedSite:
    """A server on a real socket.

    `requests` are the received requests, `busy` is the number of unanswered ones.
    """

    def __init__(self, *, port: int = 0, ssl_context: SSLContext | None = None) -> None:
        """Initialize the server; the default is any free port and no TLS."""
        self.requests: list[RecordedRequest] = []
        self._answering: set[asyncio.Task[None]] = set()
        self._faults: dict[tuple[str | None, str | None], Handler] = {}
        self._port = port
        self._ssl_context = ssl_context
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        """Start the server."""
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop the server."""
        await self.stop()

    @property
    def busy(self) -> int:
        """Return how many requests are unanswered, except websockets."""
        return len(self._answering)

    @property
    def url(self) -> str:
        """Return the root URL; the port is known after the start."""
        scheme = "https" if self._ssl_context else "http"
        return f"{scheme}://127.0.0.1:{self._port}"

    @property
    def port(self) -> int:
        """Return the port, which is known after the start."""
        return self._port

    def routes(self) -> Iterable[web.AbstractRouteDef]:
        """Return the routes of the server."""
        raise NotImplementedError

    def middlewares(self) -> Iterable[Middleware]:
        """Return the middlewares between the faults and the routes."""
        return ()

    def cut_off(self) -> None:
        """Abort connections that stay open after their request."""

    async def start(self) -> None:
        """Start listening; after a stop, on the same port as before."""
        app = web.Application(
            middlewares=[self._record, self._apply_fault, *self.middlewares()]
        )
        app.add_routes(self.routes())
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(
            self._runner, "127.0.0.1", self._port, ssl_context=self._ssl_context
        )
        await site.start()
        self._port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Close the port and all connections at once, as when a server is killed."""
        if self._runner is None:
            return
        # asyncio fails if a connection is accepted while the server closes.
        for _ in range(TURNS):
            await asyncio.sleep(0)
        # A request that a test left unanswered would delay the end, in frozen time forever.
        for task in self._answering:
            task.cancel()
        cleanup = asyncio.create_task(self._runner.cleanup())
        while not cleanup.done():
            await asyncio.sleep(0)
            self.cut_off()
        self._runner = None

    def inject(
        self, fault: Handler, *, path: str | None = None, method: str | None = None
    ) -> None:
        """Answer requests with a fault, by default all, until `heal` is called."""
        self._faults[method, path] = fault

    def heal(self) -> None:
        """Remove all faults."""
        self._faults.clear()

    def commands(self) -> list[tuple[str, str]]:
        """Return the method and the path of each request other than GET."""
        return [
            (request.method, request.path)
            for request in self.requests
            if request.method != "GET"
        ]

    @web.middleware
    async def _record(
        self, request: web.Request, handler: Handler
    ) -> web.StreamResponse:
        self.requests.append(
            RecordedRequest(
                method=request.method,
                path=request.raw_path.partition("?")[0],
                query=request.query,
                headers=request.headers,
            )
        )
        if request.headers.get("Upgrade", "").lower() != "websocket":
            self._answering.add(request.task)
        try:
            response = await handler(request)
        except web.HTTPException as err:
            response = error(err.status)
        finally:
            self._answering.discard(request.task)
        LOGGER.info("%s %s: %s", request.method, request.path_qs, response.status)
        return response

    @web.middleware
    async def _apply_fault(
        self, request: web.Request, handler: Handler
    ) -> web.StreamResponse:
        for method in (request.method, None):
            for path in (request.path, None):
                if fault := self._faults.get((method, path)):
                    return await fault(request)
        return await handler(request)
