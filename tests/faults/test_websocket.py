"""Everything but notifications, against every fault of the websocket."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
import json
from typing import Final, override

from aiohttp import web
import pytest

from ..common import STATUS
from ..simulator import NOTIFICATIONS, faults
from ..simulator.faults import Handler
from . import answers
from .table import Error, Fault
from .world import World

type Talk = Callable[[web.WebSocketResponse, asyncio.Transport], Awaitable[None]]

NOTHING: Final = Fault(id="", error=Error.RESPONSE)
"""The server is set up as usual."""

MAX_ATTEMPTS: Final = 60
"""Attempts to connect in an hour: 9 until the longest pause, then one in 2.5 to 5 min.

aiohttp repeats an attempt for which it used an open connection.
"""


@dataclass(kw_only=True)
class Broken:
    """A websocket that doesn't work.

    `answer` is in place of one, `talk` is what the server does once it's connected.
    `stays` says that this ends no connection.
    """

    id: str
    answer: Handler | None = None
    talk: Talk | None = None
    stays: bool = False
    open: set[asyncio.Transport] = field(default_factory=set)

    @override
    def __str__(self) -> str:
        """Return the id, which names the test."""
        return self.id

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Answer a request for a websocket."""
        if self.answer is not None:
            return await self.answer(request)
        assert self.talk is not None
        transport = answers.transport_of(request)
        websocket = web.WebSocketResponse(autoping=False, timeout=0.1)
        await websocket.prepare(request)
        self.open.add(transport)
        with suppress(ConnectionError):
            await self.talk(websocket, transport)
        await answers.stays_open(transport)
        self.open.discard(transport)
        return websocket

    def cut_off(self) -> None:
        """Abort all connections."""
        for transport in self.open:
            transport.abort()


async def _nothing(_: web.WebSocketResponse, __: asyncio.Transport) -> None:
    """Say nothing, and answer no ping."""


async def _close(_: web.WebSocketResponse, transport: asyncio.Transport) -> None:
    # A close frame with the code 1000.
    transport.write(b"\x88\x02\x03\xe8")
    transport.close()


async def _reset(_: web.WebSocketResponse, transport: asyncio.Transport) -> None:
    answers.reset_transport(transport)


async def _bytes(_: web.WebSocketResponse, transport: asyncio.Transport) -> None:
    transport.write(b"\xff" * 1000)


async def _flood(websocket: web.WebSocketResponse, _: asyncio.Transport) -> None:
    """Send 5,000 activities that never end."""
    for number in range(5000):
        row = {"uuid": str(number), "type": "library.refresh.items", "progress": 1}
        notification = {"event": "started", "uuid": str(number), "Activity": row}
        container = {"ActivityNotification": [notification]}
        await websocket.send_str(json.dumps({"NotificationContainer": container}))


async def _garbage(websocket: web.WebSocketResponse, _: asyncio.Transport) -> None:
    """Send frames of which none is a notification."""
    for content in (
        "",
        "null",
        "[]",
        "{",
        "[" * 100_000,
        '{"NotificationContainer": null}',
        '{"NotificationContainer": {"ActivityNotification": 7}}',
        '{"NotificationContainer": {"ActivityNotification": [null, 1, {}, []]}}',
        '{"NotificationContainer": {"ActivityNotification": {"event": "exploded"}}}',
        '{"NotificationContainer": {"ActivityNotification": {"event": "started"}}}',
        (
            '{"NotificationContainer": {"ActivityNotification": {"event": "started",'
            '"uuid": "\\ud83d", "Activity": {"title": "\\ud83d", "progress": 1e999}}}}'
        ),
    ):
        await websocket.send_str(content)
    await websocket.send_bytes(bytes(range(256)))


async def _huge_frame(websocket: web.WebSocketResponse, _: asyncio.Transport) -> None:
    await websocket.send_str(" " * 2 * 1024 * 1024)


async def _never_read(
    websocket: web.WebSocketResponse, transport: asyncio.Transport
) -> None:
    """Send pings until the client has gone, and read no answer."""
    transport.pause_reading()
    while not transport.is_closing():
        for _ in range(50):
            await websocket.ping(b"x" * 125)
        await asyncio.sleep(0)


BROKEN: Final = [
    *(
        Broken(id=f"refused with {status}", answer=answers.status(status))
        for status in (400, 401, 403, 404, 426, 429, 500, 502, 503)
    ),
    Broken(id="refused while starting up", answer=faults.starting_up()),
    Broken(id="redirected", answer=answers.redirect(307)),
    Broken(id="answered like a page", answer=faults.body(b"<html/>", "text/html")),
    Broken(id="reset instead of an upgrade", answer=answers.reset()),
    Broken(id="never answered", answer=answers.silence()),
    Broken(id="not HTTP", answer=faults.garbage()),
    Broken(id="closed at once", talk=_close),
    Broken(id="reset at once", talk=_reset),
    Broken(id="not frames", talk=_bytes),
    Broken(id="huge frame", talk=_huge_frame),
    Broken(id="flooding", talk=_flood, stays=True),
    Broken(id="garbage", talk=_garbage, stays=True),
    Broken(id="never reading", talk=_never_read),
    Broken(id="silent", talk=_nothing, stays=True),
]


@pytest.mark.parametrize("fault", [NOTHING], ids=[""])
@pytest.mark.parametrize("broken", BROKEN, ids=str)
async def test_broken_websocket(world: World, broken: Broken) -> None:
    """Polls go on, attempts become rarer, and notifications come back by themselves.

    Nothing is logged, since nothing is missing that people notice.
    """
    simulator = world.site.simulator
    simulator.inject(broken.serve, path=NOTIFICATIONS)
    setup = world.hass.config_entries.async_setup(world.entry.entry_id)
    assert await world.clock.run(setup)
    await world.clock.pass_time(60)
    assert world.hass.states.is_state(STATUS, "idle")
    simulator.settings["ButlerTaskBackupDatabase"] = False
    await world.clock.pass_time(360)
    assert world.hass.states.is_state(STATUS, "disabled")
    await world.clock.pass_time(3600)
    attempts = [each for each in simulator.requests if each.path == NOTIFICATIONS]
    assert 1 <= len(attempts) <= (1 if broken.stays else MAX_ATTEMPTS)
    assert world.read_log() == []
    assert world.reauth_flows() == 0

    simulator.heal()
    broken.cut_off()
    await world.clock.pass_time(360)
    assert simulator.notifications.listeners == 1
    assert world.hass.states.is_state(STATUS, "disabled")
    assert world.read_log() == []
