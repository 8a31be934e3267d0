"""What a fault can break: the server, its port, its name, and its certificate."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from socket import AF_INET
from ssl import PROTOCOL_TLS_SERVER, SSLContext
from typing import Final

from aiohttp.abc import ResolveResult
import trustme

from ..simulator import PlexSimulator, RecordedRequest

IP_ADDRESS: Final = "127.0.0.1"
NAME: Final = "127-0-0-1.tower.plex.direct"

type Peer = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Names:
    """The DNS, which knows only one name, and not always."""

    works: bool = True

    async def resolve(
        self, host: str, port: int = 0, family: int = 0
    ) -> list[ResolveResult]:
        """Resolve a name as aiohttp's resolver does."""
        if host != NAME or not self.works:
            raise OSError("no such name")
        return [
            ResolveResult(
                hostname=host,
                host=IP_ADDRESS,
                port=port,
                family=AF_INET,
                proto=0,
                flags=0,
            )
        ]


class Certificates:
    """The certificate that the server shows, by default a valid one.

    OpenSSL compares validity with the real time, which isn't frozen.
    """

    def __init__(self, authority: trustme.CA) -> None:
        """Initialize with the authority that clients trust."""
        self.context = SSLContext(PROTOCOL_TLS_SERVER)
        self._authority = authority
        self.show_valid()

    def show_valid(self) -> None:
        """Show a valid certificate on new connections."""
        self._authority.issue_cert(IP_ADDRESS).configure_cert(self.context)

    def show_expired(self) -> None:
        """Show a certificate that was valid until 2020."""
        self._authority.issue_cert(
            IP_ADDRESS, not_after=datetime(2020, 1, 1, tzinfo=UTC)
        ).configure_cert(self.context)

    def show_self_signed(self) -> None:
        """Show a certificate that signs itself."""
        own = trustme.CA()
        with (
            own.cert_pem.tempfile() as certificate,
            own.private_key_pem.tempfile() as key,
        ):
            self.context.load_cert_chain(certificate, key)

    def show_of_unknown_authority(self) -> None:
        """Show a certificate by an authority that clients don't trust."""
        trustme.CA().issue_cert(IP_ADDRESS).configure_cert(self.context)

    def show_other_name(self) -> None:
        """Show a certificate that is valid for another name, as Plex's are."""
        self._authority.issue_cert("*.hash.plex.direct").configure_cert(self.context)


@dataclass
class Site:
    """The server, and what is between it and a client.

    `foreign_requests` are those that another server got.
    """

    simulator: PlexSimulator
    names: Names
    certificates: Certificates | None
    first_foreign_request: int = 0
    foreign_requests: list[RecordedRequest] = field(default_factory=list)
    _peer: asyncio.Server | None = field(default=None, init=False)

    def note_foreign_requests(self) -> None:
        """Note which requests another server got."""
        self.foreign_requests += self.simulator.requests[self.first_foreign_request :]

    async def restart(self) -> None:
        """Restart the server, which closes all connections."""
        await self.simulator.stop()
        await self.simulator.start()

    async def replace(self, peer: Peer) -> None:
        """Stop the server, and let another program use its port."""
        await self.simulator.stop()
        self._peer = await asyncio.start_server(
            peer, IP_ADDRESS, self.simulator.port, reuse_address=True
        )

    async def restore(self) -> None:
        """Start the server in place of the other program."""
        await self.release()
        await self.simulator.start()

    async def release(self) -> None:
        """Stop the other program."""
        if self._peer is not None:
            self._peer.close()
            self._peer.abort_clients()
            await self._peer.wait_closed()
            self._peer = None
