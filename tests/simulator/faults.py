"""Faults: each function returns a handler for `SimulatedSite.inject`."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
import zlib

from aiohttp import web

from . import rendering

type Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def status(code: int) -> Handler:
    """Answer with a status and HTML."""

    async def fault(request: web.Request) -> web.StreamResponse:
        return rendering.error(code)

    return fault


def starting_up() -> Handler:
    """Answer like a server that is starting up (captured)."""

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


def body(
    content: bytes,
    content_type: str = "application/json",
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Handler:
    """Answer with a body, by default 200."""

    async def fault(request: web.Request) -> web.StreamResponse:
        return web.Response(
            body=content, content_type=content_type, status=status, headers=headers
        )

    return fault


def compressed(content: bytes, encoding: str, wbits: int) -> Handler:
    """Answer 200 with a body that is compressed whatever the request accepts."""
    compressor = zlib.compressobj(9, zlib.DEFLATED, wbits)
    content = compressor.compress(content) + compressor.flush()
    return body(content, headers={"Content-Encoding": encoding})


def cut_body(content: bytes, *, status: int = 200) -> Handler:
    """Close the connection before the end of the body."""

    async def fault(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(status=status)
        response.content_length = len(content) + 1
        await response.prepare(request)
        await response.write(content)
        assert request.transport is not None
        request.transport.close()
        return response

    return fault


def flood(size: int) -> Handler:
    """Answer 200 with a body of `size` bytes and no Content-Length."""

    async def fault(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        chunk = b" " * 65536
        for _ in range(size // len(chunk)):
            await response.write(chunk)
        return response

    return fault


def redirect(location: str) -> Handler:
    """Answer with a redirect."""

    async def fault(request: web.Request) -> web.StreamResponse:
        return web.Response(status=307, headers={"Location": location})

    return fault


def cut_off() -> Handler:
    """Close the connection without an answer."""

    async def fault(request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.close()
        return web.Response()

    return fault


def delay(until: asyncio.Event) -> Handler:
    """Answer 200 once the event is set, without passing the request on."""

    async def fault(request: web.Request) -> web.StreamResponse:
        await until.wait()
        return web.Response()

    return fault


def garbage() -> Handler:
    """Answer with something other than HTTP."""

    async def fault(request: web.Request) -> web.StreamResponse:
        assert isinstance(request.transport, asyncio.Transport)
        request.transport.write(b"SSH-2.0-OpenSSH_9.9\r\n\r\n")
        request.transport.close()
        return web.Response()

    return fault


def raw_upgrade(headers: bytes) -> Handler:
    """Accept a websocket with the wrong headers."""

    async def fault(request: web.Request) -> web.StreamResponse:
        assert isinstance(request.transport, asyncio.Transport)
        request.transport.write(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\nConnection: Upgrade\r\n" + headers + b"\r\n"
        )
        request.transport.close()
        return web.Response()

    return fault


def hang(until: asyncio.Event) -> Handler:
    """Don't answer until the event is set, then answer 500."""

    async def fault(request: web.Request) -> web.StreamResponse:
        await until.wait()
        return rendering.error(500)

    return fault


@asynccontextmanager
async def silent_port() -> AsyncGenerator[int]:
    """Accept connections without ever sending anything; yield the port."""
    writers: list[asyncio.StreamWriter] = []

    async def accept(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for writer in writers:
            writer.transport.abort()
