"""Fronts of a server: secure connections that are "Required", and a proxy's path."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Final

HANDSHAKE: Final = b"\x16"
"""The first byte that a TLS client sends."""


@asynccontextmanager
async def secure_only(port: int) -> AsyncGenerator[int]:
    """Forward TLS to a port and close all other connections; yield the port to use."""
    pumps: set[asyncio.Task[None]] = set()

    async def accept(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        if (first := await reader.read(65536)).startswith(HANDSHAKE):
            server_reader, server_writer = await asyncio.open_connection(
                "127.0.0.1", port
            )
            server_writer.write(first)
            pumps.add(asyncio.create_task(_pump(reader, server_writer)))
            pumps.add(asyncio.create_task(_pump(server_reader, writer)))
        else:
            writer.close()

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for pump in pumps:
            pump.cancel()
        await asyncio.gather(*pumps, return_exceptions=True)


@asynccontextmanager
async def below(path: str, port: int) -> AsyncGenerator[int]:
    """Serve a port below an encoded path, and nothing else; yield the port to use."""
    pumps: set[asyncio.Task[None]] = set()

    async def accept(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        server_reader, server_writer = await asyncio.open_connection("127.0.0.1", port)
        pumps.add(asyncio.create_task(_pump(server_reader, writer)))
        try:
            # Every request of the client arrives as a whole.
            while data := await reader.read(65536):
                server_writer.write(_without_path(data, path.encode()))
        finally:
            server_writer.close()

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for pump in pumps:
            pump.cancel()
        await asyncio.gather(*pumps, return_exceptions=True)


def _without_path(data: bytes, path: bytes) -> bytes:
    """Return a request for what is below a path, or for what doesn't exist."""
    method, space, rest = data.partition(b" ")
    if not method.isupper() or not space:
        return data
    found = rest.removeprefix(path) if rest.startswith(path + b"/") else b"/-" + rest
    return method + b" " + found


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    finally:
        writer.close()
