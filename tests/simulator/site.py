"""What every simulated server has: a port, a record of its requests, and faults."""

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
"""Turns of the loop that a connection takes to come about."""


@dataclass(frozen=True, kw_only=True)
class RecordedRequest:
    """A request that reached the server."""

    method: str
    path: str
    query: MultiMapping[str]
    headers: CIMultiDictProxy[str]


class SimulatedSite:
    """A server over real sockets.

    `requests` is what reached it, `busy` how many of them it has yet to answer.
    """

    def __init__(self, *, port: int = 0, ssl_context: SSLContext | None = None) -> None:
        """Take a port (any that is free), and what it needs to speak TLS."""
        self.requests: list[RecordedRequest] = []
        self.busy = 0
        self._faults: dict[tuple[str | None, str | None], Handler] = {}
        self._port = port
        self._ssl_context = ssl_context
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        """Start, for the length of a block."""
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop."""
        await self.stop()

    @property
    def url(self) -> str:
        """Return the root address, once it has started."""
        scheme = "https" if self._ssl_context else "http"
        return f"{scheme}://127.0.0.1:{self._port}"

    @property
    def port(self) -> int:
        """Return the port, once it has started."""
        return self._port

    def routes(self) -> Iterable[web.AbstractRouteDef]:
        """Return what answers where."""
        raise NotImplementedError

    def middlewares(self) -> Iterable[Middleware]:
        """Return what a request goes through before it is answered."""
        return ()

    def cut_off(self) -> None:
        """Close what stays open."""

    async def start(self) -> None:
        """Listen; after a stop on the same port as before."""
        app = web.Application(
            middlewares=[self._record, self._fail, *self.middlewares()]
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
        """Close the port and every connection at once, as a server does that is killed."""
        if self._runner is None:
            return
        # Who is about to connect is let in: asyncio stumbles over who comes later.
        for _ in range(TURNS):
            await asyncio.sleep(0)
        cleanup = asyncio.create_task(self._runner.cleanup())
        while not cleanup.done():
            await asyncio.sleep(0)
            self.cut_off()
        self._runner = None

    def inject(
        self, fault: Handler, *, path: str | None = None, method: str | None = None
    ) -> None:
        """Fail from now on, for the path and method given, or for all."""
        self._faults[method, path] = fault

    def heal(self) -> None:
        """End every fault."""
        self._faults.clear()

    def commands(self) -> list[tuple[str, str]]:
        """Return the method and path of each request that was not a mere question."""
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
        is_websocket = request.headers.get("Upgrade", "").lower() == "websocket"
        self.busy += not is_websocket
        try:
            response = await handler(request)
        except web.HTTPException as err:
            response = error(err.status)
        finally:
            self.busy -= not is_websocket
        LOGGER.info("%s %s: %s", request.method, request.path_qs, response.status)
        return response

    @web.middleware
    async def _fail(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        for method in (request.method, None):
            for path in (request.path, None):
                if fault := self._faults.get((method, path)):
                    return await fault(request)
        return await handler(request)
