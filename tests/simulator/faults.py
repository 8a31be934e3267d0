"""Ways to fail: each returns a handler to `PlexSimulator.inject`."""

import asyncio
from collections.abc import Awaitable, Callable

from aiohttp import web

from . import rendering

type Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def status(code: int) -> Handler:
    """Answer with a status, and HTML."""

    async def fault(request: web.Request) -> web.StreamResponse:
        return rendering.error(code)

    return fault


def starting_up() -> Handler:
    """Answer as a server that is busy with its start, as captured from a real one."""

    async def fault(request: web.Request) -> web.StreamResponse:
        return web.json_response(
            {
                "code": 503,
                "title": "Maintenance",
                "status": "Plex Media Server is currently running startup maintenance tasks.",
            },
            status=503,
        )

    return fault


def body(content: bytes, content_type: str = "application/json") -> Handler:
    """Answer 200 with a body of one's choice."""

    async def fault(request: web.Request) -> web.StreamResponse:
        return web.Response(body=content, content_type=content_type)

    return fault


def flood(size: int) -> Handler:
    """Answer 200 with a body of this many bytes, without a word of its length."""

    async def fault(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        chunk = b" " * 65536
        for _ in range(size // len(chunk)):
            await response.write(chunk)
        return response

    return fault


def redirect(location: str) -> Handler:
    """Send the client elsewhere."""

    async def fault(request: web.Request) -> web.StreamResponse:
        return web.Response(status=307, headers={"Location": location})

    return fault


def cut_off() -> Handler:
    """Close the connection in place of an answer."""

    async def fault(request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.close()
        return web.Response()

    return fault


def delay(until: asyncio.Event) -> Handler:
    """Accept a start, but say so only when told to."""

    async def fault(request: web.Request) -> web.StreamResponse:
        await until.wait()
        return web.Response()

    return fault


def garbage() -> Handler:
    """Answer with what isn't HTTP."""

    async def fault(request: web.Request) -> web.StreamResponse:
        assert isinstance(request.transport, asyncio.Transport)
        request.transport.write(b"SSH-2.0-OpenSSH_9.9\r\n\r\n")
        request.transport.close()
        return web.Response()

    return fault


def hang(until: asyncio.Event) -> Handler:
    """Say nothing until told to."""

    async def fault(request: web.Request) -> web.StreamResponse:
        await until.wait()
        return rendering.error(500)

    return fault
