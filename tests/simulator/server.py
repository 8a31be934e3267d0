"""The simulated Plex Media Server."""

from collections.abc import Iterable
from ipaddress import ip_address
from ssl import SSLContext
from typing import Final, override

from aiohttp import web
from aiohttp.typedefs import Middleware
from yarl import URL

from .activities import Activities
from .butler import Butler
from .display import ButlerDisplay
from .faults import Handler
from .notifications import Notifications
from .rendering import error, render
from .settings import Settings
from .site import SimulatedSite
from .tasks import SimulatedTask, known_tasks

OWNER_TOKEN: Final = "owner-token-of-the-simulator"
GUEST_TOKEN: Final = "guest-token-of-the-simulator"

NOTIFICATIONS: Final = "/:/websockets/notifications"
PREFERENCES: Final = "/:/prefs"


class PlexSimulator(SimulatedSite):
    """A Plex Media Server with a butler, as far as its behavior is known.

    Tests may change its attributes while it runs. A server that isn't `claimed` has no
    owner, and answers requests without a token as if they were the owner's. `base_path`
    is a path such as "/plex" below which everything is served, as by a proxy.
    """

    def __init__(
        self,
        *,
        tasks: Iterable[SimulatedTask] | None = None,
        port: int = 0,
        ssl_context: SSLContext | None = None,
    ) -> None:
        """Initialize the server, by default with the known tasks and any free port."""
        super().__init__(port=port, ssl_context=ssl_context)
        self.machine_identifier = "53f4b5b6023d41182fe88a99b0e714ba10c36db7"
        self.friendly_name = "Tower"
        self.version = "1.43.3.10828-abcdef012"
        self.claimed = True
        self.base_path = ""
        self.owner_token = OWNER_TOKEN
        self.guest_token = GUEST_TOKEN
        self.notifications = Notifications()
        self.activities = Activities(self.notifications.notify)
        self.display = ButlerDisplay(self.activities)
        self.settings = Settings()
        self.butler = Butler(
            known_tasks() if tasks is None else tasks, self.settings, self.display
        )

    @property
    @override
    def url(self) -> str:
        """Return the root URL, with the base path; the port is known after the start."""
        return super().url + self.base_path

    @override
    def routes(self) -> Iterable[web.AbstractRouteDef]:
        # The base path may change after the start, so that `_authorize` checks it.
        for base in ("", "/{base:.+}"):
            yield web.get(f"{base}/", self._get_root)
            yield web.get(f"{base}/identity", self._get_identity)
            yield web.get(f"{base}/activities", self._get_activities)
            yield web.get(base + NOTIFICATIONS, self.notifications.serve)
            yield web.get(base + PREFERENCES, self._get_settings)
            yield web.put(base + PREFERENCES, self._change_settings)
            yield web.get(f"{base}/butler", self._get_butler)
            yield web.post(f"{base}/butler", self._start_all)
            yield web.delete(f"{base}/butler", self._stop_all)
            yield web.post(base + "/butler/{task}", self._start_task)
            yield web.delete(base + "/butler/{task}", self._stop_task)

    @override
    def middlewares(self) -> Iterable[Middleware]:
        return (self._authorize,)

    @override
    def cut_off(self) -> None:
        self.notifications.cut_off()

    @override
    async def start(self) -> None:
        await super().start()
        self.display.rest()

    @override
    async def stop(self) -> None:
        self.butler.forget()
        self.display.forget()
        self.activities.forget()
        self.settings.forget()
        await super().stop()

    @web.middleware
    async def _authorize(
        self, request: web.Request, handler: Handler
    ) -> web.StreamResponse:
        base = request.match_info.get("base", "")
        if base != self.base_path.strip("/"):
            return error(404)
        path = request.path.removeprefix(self.base_path)
        token = request.headers.get("X-Plex-Token") or request.query.get("X-Plex-Token")
        if token == self.owner_token or not (token or self.claimed):
            return await handler(request)
        if path == "/identity" and _is_known_host(request.host):
            return await handler(request)
        if token != self.guest_token:
            return error(401)
        if path.startswith(("/butler", PREFERENCES)):
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
                "claimed": self.claimed,
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
                "enabled": self.butler.is_enabled(task),
            }
            tasks.append(
                {key: value for key, value in fields.items() if value is not None}
            )
        return render(request, "ButlerTasks", {"ButlerTask": tasks})

    async def _get_activities(self, request: web.Request) -> web.StreamResponse:
        rows = [activity.fields() for activity in self.activities.current.values()]
        fields = {"size": len(rows)} | ({"Activity": rows} if rows else {})
        return render(request, "MediaContainer", fields)

    async def _get_settings(self, request: web.Request) -> web.StreamResponse:
        if not self.settings.ready:
            self.settings.count_unready_read()
            return error(400)
        rows = [setting.fields() for setting in self.settings.all.values()]
        return render(request, "MediaContainer", {"size": len(rows), "Setting": rows})

    async def _change_settings(self, request: web.Request) -> web.StreamResponse:
        self.settings.change(dict(request.query))
        return _accepted(200)

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
        return _accepted(200 if self.butler.request_start(name) else 202)

    async def _stop_task(self, request: web.Request) -> web.StreamResponse:
        return (
            _accepted(200)
            if self.butler.stop(request.match_info["task"])
            else error(404)
        )


def _accepted(status: int) -> web.Response:
    return web.Response(status=status, content_type="text/html")


def _is_known_host(host: str) -> bool:
    """Return whether a request with this Host header is answered without a token.

    It is with an IP address (measured); that it is with a name on plex.direct, which is
    on Plex's certificate, is assumed.
    """
    name = URL(f"http://{host}").host or ""
    try:
        ip_address(name)
    except ValueError:
        return name == "localhost" or name.endswith(".plex.direct")
    return True
