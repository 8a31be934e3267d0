"""The faults, as data."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
import json
from typing import Final, override

from ..simulator import PlexSimulator, faults
from ..simulator.faults import Handler
from . import answers
from .site import IP_ADDRESS, NAME, Certificates, Peer, Site

MACHINE_IDENTIFIER: Final = PlexSimulator().machine_identifier


class Error(StrEnum):
    """An error of the client, as the translation key of what a person reads.

    The classes of the client's errors, one to one.
    """

    AUTHENTICATION = "invalid_auth"
    PERMISSION = "not_owner"
    STARTING = "starting_up"
    CERTIFICATE = "ssl_error"
    CONNECTION = "cannot_connect"
    SERVER = "server_trouble"
    RESPONSE = "not_plex"
    WRONG_SERVER = "wrong_server"


class Post(StrEnum):
    """What a command comes to, whose answer has no body that is read."""

    FAILS = "fails"
    """It fails with the error of the fault."""
    UNANSWERED = "unanswered"
    """It was sent, and whether it was accepted isn't known."""
    ACCEPTED = "accepted"
    """It was accepted, since only the status counts."""


@dataclass(frozen=True, kw_only=True)
class Fault:
    """A way in which a server can fail.

    `host` is what the config entry knows the server by, `is_secure` whether by https.
    `restarts`: the server is first unreachable for a moment.
    """

    id: str
    error: Error
    post: Post = Post.FAILS
    host: str = IP_ADDRESS
    is_secure: bool = False
    restarts: bool = True

    @override
    def __str__(self) -> str:
        """Return the id, which names the test."""
        return self.id

    async def begin(self, site: Site) -> None:
        """Break the server."""
        raise NotImplementedError

    async def end(self, site: Site) -> None:
        """Repair the server."""
        raise NotImplementedError


@dataclass(frozen=True, kw_only=True)
class Answer(Fault):
    """The server answers, but not as it should."""

    answer: Handler = field(repr=False)
    restarts: bool = False

    @override
    async def begin(self, site: Site) -> None:
        site.simulator.inject(self.answer)

    @override
    async def end(self, site: Site) -> None:
        site.simulator.heal()


@dataclass(frozen=True, kw_only=True)
class Closed(Fault):
    """The port is closed."""

    @override
    async def begin(self, site: Site) -> None:
        await site.simulator.stop()

    @override
    async def end(self, site: Site) -> None:
        await site.simulator.start()


@dataclass(frozen=True, kw_only=True)
class Unknown(Fault):
    """The name of the server can't be resolved."""

    @override
    async def begin(self, site: Site) -> None:
        site.names.works = False
        await site.restart()

    @override
    async def end(self, site: Site) -> None:
        site.names.works = True


@dataclass(frozen=True, kw_only=True)
class Replaced(Fault):
    """Another program uses the port."""

    peer: Peer = field(repr=False)

    @override
    async def begin(self, site: Site) -> None:
        await site.replace(self.peer)

    @override
    async def end(self, site: Site) -> None:
        await site.restore()


@dataclass(frozen=True, kw_only=True)
class Another(Fault):
    """Another Plex server answers at the address."""

    @override
    async def begin(self, site: Site) -> None:
        await site.simulator.stop()
        site.simulator.machine_identifier = "another"
        site.first_foreign_request = len(site.simulator.requests)
        await site.simulator.start()

    @override
    async def end(self, site: Site) -> None:
        await site.simulator.stop()
        site.simulator.machine_identifier = MACHINE_IDENTIFIER
        site.note_foreign_requests()
        await site.simulator.start()


@dataclass(frozen=True, kw_only=True)
class Uncertified(Fault):
    """The server shows a certificate that isn't valid for it."""

    show: Callable[[Certificates], None] = field(repr=False)
    error: Error = Error.CERTIFICATE
    is_secure: bool = True

    @override
    async def begin(self, site: Site) -> None:
        assert site.certificates is not None
        self.show(site.certificates)
        await site.restart()

    @override
    async def end(self, site: Site) -> None:
        assert site.certificates is not None
        site.certificates.show_valid()
        await site.restart()


async def _reset(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    answers.reset_transport(writer.transport)


async def _no_tls(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(1)
    writer.write(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
    writer.close()


def _json(content: object) -> Handler:
    return faults.body(json.dumps(content).encode())


CONNECTIONS: Final[list[Fault]] = [
    Closed(id="refused", error=Error.CONNECTION),
    Unknown(id="DNS", error=Error.CONNECTION, host=NAME),
    Replaced(id="reset on connecting", error=Error.CONNECTION, peer=_reset),
    *(
        Answer(id=name, error=Error.CONNECTION, post=Post.UNANSWERED, answer=answer)
        for name, answer in (
            ("reset before the answer", answers.reset()),
            ("reset in the head", answers.reset(answers.HEAD[:20])),
            ("closed without an answer", faults.cut_off()),
            ("cut in the head", answers.cut(answers.HEAD[:20])),
            ("time-out", answers.silence()),
            ("one byte every 2 s", answers.drip()),
        )
    ),
    *(
        Answer(id=name, error=Error.CONNECTION, post=Post.ACCEPTED, answer=answer)
        for name, answer in (
            ("reset in the body", answers.reset(answers.HEAD + b"{")),
            ("cut in the body", answers.cut(answers.HEAD + b"{")),
            ("one byte of the body every 2 s", answers.drip(answers.HEAD)),
        )
    ),
]

CERTIFICATES: Final[list[Fault]] = [
    Uncertified(id="expired certificate", show=Certificates.show_expired),
    Uncertified(id="self-signed certificate", show=Certificates.show_self_signed),
    Uncertified(id="unknown authority", show=Certificates.show_of_unknown_authority),
    Uncertified(id="certificate of another name", show=Certificates.show_other_name),
    Replaced(id="no TLS", error=Error.CERTIFICATE, is_secure=True, peer=_no_tls),
]

STATUSES: Final[list[Fault]] = [
    Answer(id="starting up", error=Error.STARTING, answer=faults.starting_up()),
    Answer(id="401", error=Error.AUTHENTICATION, answer=answers.status(401)),
    Answer(id="403", error=Error.PERMISSION, answer=answers.status(403)),
    *(
        Answer(id=str(status), error=Error.SERVER, answer=answers.status(status))
        for status in (400, 404, 405, 408, 421, 429, 500, 501, 502, 503, 504)
    ),
]

REDIRECTS: Final[list[Fault]] = [
    Answer(
        id=f"redirect {status}",
        error=Error.RESPONSE,
        answer=answers.redirect(status),
    )
    for status in (301, 302, 303, 307, 308)
]

BODIES: Final[list[Fault]] = [
    Answer(id=name, error=Error.RESPONSE, post=Post.ACCEPTED, answer=answer)
    for name, answer in (
        ("empty", faults.body(b"")),
        ("HTML", faults.body(b"<html><body>Login</body></html>", "text/html")),
        ("JSON without the root", _json({"code": 200})),
        ("JSON of another shape", _json({"MediaContainer": [], "ButlerTasks": "x"})),
        ("a list", _json([])),
        ("null", _json(None)),
        ("null as the root's value", _json({"MediaContainer": None, "ButlerTasks": 0})),
        ("JSON cut off", faults.body(b'{"MediaContainer": {"Setting": [{"id"')),
        ("larger than allowed", faults.body(b" " * 2 * 1024 * 1024)),
        ("gzip bomb", answers.gzip_bomb(50 * 1024 * 1024)),
        ("endless chunks", answers.endless_chunks()),
        ("deep JSON", faults.body(b"[" * 500_000)),
        ("deep JSON in the root", faults.body(b'{"ButlerTasks": ' + b"[" * 500_000)),
        ("deep XML", faults.body(b"<a>" * 100_000)),
        ("DOCTYPE", faults.body(b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')),
        ("bad UTF-8", faults.body(b'{"ButlerTasks": {"ButlerTask": [{"name": "\xff"')),
        ("binary", faults.body(bytes(range(256)), "application/octet-stream")),
    )
]

NOT_HTTP: Final = Answer(id="not HTTP", error=Error.RESPONSE, answer=faults.garbage())

OTHER_SERVER: Final = Another(id="another server", error=Error.WRONG_SERVER)

FAULTS: Final[list[Fault]] = [
    *CONNECTIONS,
    *CERTIFICATES,
    *STATUSES,
    *REDIRECTS,
    *BODIES,
    NOT_HTTP,
    OTHER_SERVER,
]
