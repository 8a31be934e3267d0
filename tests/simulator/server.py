"""The simulated server: HTTP over real sockets, and the object to control it by."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import ip_address
import logging
from ssl import SSLContext
from typing import Final, Self

from aiohttp import web
from multidict import CIMultiDictProxy, MultiMapping
from yarl import URL

from .activities import Activities
from .butler import Butler
from .display import ButlerDisplay
from .faults import Handler
from .notifications import Notifications
from .rendering import error, render
from .tasks import SimulatedTask, known_tasks

LOGGER: Final = logging.getLogger("plex_simulator")

OWNER_TOKEN: Final = "owner-token-of-the-simulator"
GUEST_TOKEN: Final = "guest-token-of-the-simulator"

TURNS: Final = 20
"""Turns of the loop that a connection takes to come about."""

NOTIFICATIONS: Final = "/:/websockets/notifications"


@dataclass(frozen=True, kw_only=True)
class RecordedRequest:
    """A request that reached the server."""

    method: str
    path: str
    query: MultiMapping[str]
    headers: CIMultiDictProxy[str]


class PlexSimulator:
    """A Plex Media Server's butler, as far as it is known.

    Attributes are there to be changed while it runs; `requests` is what reached it,
    `busy` how many of them it has yet to answer.
    """

    def __init__(
        self,
        *,
        tasks: Iterable[SimulatedTask] | None = None,
        port: int = 0,
        ssl_context: SSLContext | None = None,
    ) -> None:
        """Take the tasks of the butler (the known 22), and a port (any that is free)."""
        self.machine_identifier = "53f4b5b6023d41182fe88a99b0e714ba10c36db7"
        self.friendly_name = "Tower"
        self.version = "1.43.3.10828-abcdef012"
        self.owner_token = OWNER_TOKEN
        self.guest_token = GUEST_TOKEN
        self.notifications = Notifications()
        self.activities = Activities(self.notifications.notify)
        self.display = ButlerDisplay(self.activities)
        self.butler = Butler(known_tasks() if tasks is None else tasks, self.display)
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

    async def start(self) -> None:
        """Listen; after a stop on the same port as before."""
        app = web.Application(middlewares=[self._record, self._fail, self._authorize])
        app.add_routes(
            [
                web.get("/", self._get_root),
                web.get("/identity", self._get_identity),
                web.get("/activities", self._get_activities),
                web.get(NOTIFICATIONS, self.notifications.serve),
                web.get("/butler", self._get_butler),
                web.post("/butler", self._start_all),
                web.delete("/butler", self._stop_all),
                web.post("/butler/{task}", self._start_task),
                web.delete("/butler/{task}", self._stop_task),
            ]
        )
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(
            self._runner, "127.0.0.1", self._port, ssl_context=self._ssl_context
        )
        await site.start()
        self._port = self._runner.addresses[0][1]
        self.display.rest()

    async def stop(self) -> None:
        """Close the port and every connection at once, as a server does that is killed."""
        if self._runner is not None:
            self.butler.forget()
            self.display.forget()
            self.activities.forget()
            # Who is about to connect is let in: asyncio stumbles over who comes later.
            for _ in range(TURNS):
                await asyncio.sleep(0)
            cleanup = asyncio.create_task(self._runner.cleanup())
            while not cleanup.done():
                await asyncio.sleep(0)
                self.notifications.cut_off()
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
        self.busy += request.path != NOTIFICATIONS
        try:
            response = await handler(request)
        except web.HTTPException as err:
            response = error(err.status)
        finally:
            self.busy -= request.path != NOTIFICATIONS
        LOGGER.info("%s %s: %s", request.method, request.path, response.status)
        return response

    @web.middleware
    async def _fail(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        for method in (request.method, None):
            for path in (request.path, None):
                if fault := self._faults.get((method, path)):
                    return await fault(request)
        return await handler(request)

    @web.middleware
    async def _authorize(
        self, request: web.Request, handler: Handler
    ) -> web.StreamResponse:
        token = request.headers.get("X-Plex-Token") or request.query.get("X-Plex-Token")
        if token == self.owner_token:
            return await handler(request)
        if request.path == "/identity" and _is_known_host(request.host):
            return await handler(request)
        if token != self.guest_token:
            return error(401)
        if request.path.startswith("/butler"):
            return error(403)
        return await handler(request)

    async def _get_root(self, request: web.Request) -> web.StreamResponse:
        return render(
            request,
            "MediaContainer",
            {
                "size": 2,
                "allowMediaDeletion": True,
                "friendlyName": self.friendly_name,
                "machineIdentifier": self.machine_identifier,
                "myPlexUsername": "owner@example.com",
                "platform": "Linux",
                "platformVersion": "12 (bookworm)",
                "version": self.version,
                "Directory": [
                    {"count": 1, "key": "activities", "title": "activities"},
                    {"count": 1, "key": "butler", "title": "butler"},
                ],
            },
        )

    async def _get_identity(self, request: web.Request) -> web.StreamResponse:
        return render(
            request,
            "MediaContainer",
            {
                "size": 0,
                "claimed": True,
                "machineIdentifier": self.machine_identifier,
                "version": self.version,
            },
        )

    async def _get_butler(self, request: web.Request) -> web.StreamResponse:
        tasks = []
        for task in self.butler.tasks.values():
            fields = {
                "name": task.name,
                "title": task.title,
                "description": task.description,
                "interval": task.interval,
                "scheduleRandomized": task.schedule_randomized,
                "enabled": task.enabled,
            }
            tasks.append(
                {key: value for key, value in fields.items() if value is not None}
            )
        return render(request, "ButlerTasks", {"ButlerTask": tasks})

    async def _get_activities(self, request: web.Request) -> web.StreamResponse:
        rows = [activity.fields() for activity in self.activities.current.values()]
        fields = {"size": len(rows)} | ({"Activity": rows} if rows else {})
        return render(request, "MediaContainer", fields)

    async def _start_all(self, request: web.Request) -> web.StreamResponse:
        self.butler.start_all()
        return _accepted(200)

    async def _stop_all(self, request: web.Request) -> web.StreamResponse:
        self.butler.stop_all()
        return _accepted(200)

    async def _start_task(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["task"]
        if name not in self.butler.tasks:
            return error(404)
        return _accepted(200 if self.butler.start(name) else 202)

    async def _stop_task(self, request: web.Request) -> web.StreamResponse:
        return (
            _accepted(200)
            if self.butler.stop(request.match_info["task"])
            else error(404)
        )


def _accepted(status: int) -> web.Response:
    return web.Response(status=status, content_type="text/html")


def _is_known_host(host: str) -> bool:
    """Tell whether a request for this host passes without a token: by IP address."""
    name = URL(f"http://{host}").host or ""
    try:
        ip_address(name)
    except ValueError:
        return name == "localhost"
    return True
