"""Answers that break on the way, in addition to those of the simulator's `faults`."""

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from gzip import compress
from itertools import count, cycle
import json
from math import inf
from socket import SO_LINGER, SOL_SOCKET
import struct
from typing import Any, Final

from aiohttp import web

from ..simulator.faults import Handler

DRIP_INTERVAL: Final = 2
"""Seconds between two bytes of an answer that drips; the loop's clock is frozen."""

REDIRECTED: Final = "/redirected"
"""Path that nothing may request."""

HEAD: Final = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n"
)


def reset(head: bytes = b"") -> Handler:
    """Send the beginning of an answer, then reset the connection."""

    async def fault(request: web.Request) -> web.StreamResponse:
        transport = transport_of(request)
        if head:
            transport.write(head)
            await asyncio.sleep(0)
        reset_transport(transport)
        return web.Response()

    return fault


def cut(head: bytes) -> Handler:
    """Send the beginning of an answer, then close the connection."""

    async def fault(request: web.Request) -> web.StreamResponse:
        transport = transport_of(request)
        transport.write(head)
        transport.close()
        return web.Response()

    return fault


def drip(head: bytes = b"") -> Handler:
    """Send the beginning of an answer, and then one byte every two seconds."""

    async def fault(request: web.Request) -> web.StreamResponse:
        transport = transport_of(request)
        transport.write(head)
        for byte in _endless(HEAD if not head else b" "):
            if not await stays_open(transport, DRIP_INTERVAL):
                break
            transport.write(byte)
        return web.Response()

    return fault


def silence() -> Handler:
    """Never answer."""

    async def fault(request: web.Request) -> web.StreamResponse:
        await stays_open(transport_of(request))
        return web.Response()

    return fault


def endless_chunks() -> Handler:
    """Answer with chunks until the client closes the connection."""

    async def fault(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        response.enable_chunked_encoding()
        await response.prepare(request)
        with suppress(ConnectionError):
            while True:
                await response.write(b" " * 65536)
        return response

    return fault


def gzip_bomb(size: int) -> Handler:
    """Answer with a small body that decompresses to `size` bytes."""
    body = compress(b" " * size)

    async def fault(request: web.Request) -> web.StreamResponse:
        return web.Response(
            body=body,
            content_type="application/json",
            headers={"Content-Encoding": "gzip"},
        )

    return fault


def redirect(status: int) -> Handler:
    """Answer with a redirect to REDIRECTED on the same server."""

    async def fault(request: web.Request) -> web.StreamResponse:
        return web.Response(status=status, headers={"Location": REDIRECTED})

    return fault


def status(code: int) -> Handler:
    """Answer with a status and HTML."""

    async def fault(request: web.Request) -> web.StreamResponse:
        return web.Response(
            status=code, text="<html>trouble</html>", content_type="text/html"
        )

    return fault


def tasks(rows: list[dict[str, Any]]) -> Handler:
    """Answer with a list of butler tasks."""
    body = json.dumps({"ButlerTasks": {"ButlerTask": rows}}).encode()

    async def fault(request: web.Request) -> web.StreamResponse:
        return web.Response(body=body, content_type="application/json")

    return fault


def reset_transport(transport: asyncio.WriteTransport) -> None:
    """Close a connection with RST in place of FIN."""
    no_linger = struct.pack("ii", 1, 0)
    transport.get_extra_info("socket").setsockopt(SOL_SOCKET, SO_LINGER, no_linger)
    transport.abort()


def transport_of(request: web.Request) -> asyncio.Transport:
    """Return the connection of a request."""
    assert isinstance(request.transport, asyncio.Transport)
    return request.transport


async def stays_open(transport: asyncio.Transport, seconds: float = inf) -> bool:
    """Wait for some seconds, or until the connection is closed.

    A timer would delay the end of the server, in frozen time forever.
    """
    loop = asyncio.get_running_loop()
    until = loop.time() + seconds
    for _ in count():
        if loop.time() >= until or transport.is_closing():
            break
        await asyncio.sleep(0)
    return not transport.is_closing()


def _endless(content: bytes) -> Iterator[bytes]:
    for byte in cycle(content):
        yield bytes([byte])
