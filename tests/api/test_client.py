"""Tests of the client for a Plex Media Server."""

import asyncio
import json
import ssl

from aiohttp import ClientSession
import pytest

from custom_components.plex_butler.api import (
    ButlerTask,
    PlexAuthenticationError,
    PlexCertificateError,
    PlexClient,
    PlexConnectionError,
    PlexError,
    PlexPermissionError,
    PlexResponseError,
    PlexStartingError,
    PlexTaskNotFoundError,
    ServerIdentity,
    StartResult,
    StopResult,
)
from tests.simulator import PlexSimulator, SimulatedTask, faults

from .conftest import CreateClient


async def test_identity(create_client: CreateClient, simulator: PlexSimulator) -> None:
    """The identity needs no valid token, and has no name."""
    assert await create_client(token="wrong").identity() == ServerIdentity(
        machine_identifier=simulator.machine_identifier,
        version=simulator.version,
        friendly_name=None,
    )


async def test_server(client: PlexClient, simulator: PlexSimulator) -> None:
    """With a token, the server returns its name too."""
    assert await client.server() == ServerIdentity(
        machine_identifier=simulator.machine_identifier,
        version=simulator.version,
        friendly_name="Tower",
    )


async def test_butler_tasks(client: PlexClient) -> None:
    """Tasks have the values that the server sends."""
    tasks = {task.name: task for task in await client.butler_tasks()}
    assert len(tasks) == 22
    assert tasks["BackupDatabase"] == ButlerTask(
        name="BackupDatabase",
        title="Backup Database",
        description=(
            "Create a backup copy of the server's database in the configured "
            "backup directory"
        ),
        enabled=True,
        interval_days=3,
        schedule_randomized=False,
    )
    assert tasks["ProcessAssets"].title == "Process assets"
    assert tasks["ProcessAssets"].description is None
    assert tasks["RefreshEpgGuides"].schedule_randomized
    assert not tasks["AutomaticUpdates"].enabled


async def test_start_and_stop(client: PlexClient, simulator: PlexSimulator) -> None:
    """A start and a stop each return one of two results."""
    assert await client.stop_task("BackupDatabase") is StopResult.NOT_RUNNING
    assert await client.start_task("BackupDatabase") is StartResult.STARTED
    assert simulator.butler.running == ["BackupDatabase"]
    assert await client.start_task("BackupDatabase") is StartResult.ALREADY_RUNNING
    assert await client.stop_task("BackupDatabase") is StopResult.STOPPED
    assert simulator.butler.running == []


async def test_start_and_stop_all(client: PlexClient, simulator: PlexSimulator) -> None:
    """Start-all starts or queues the enabled tasks, stop-all stops every task."""
    await client.start_all_tasks()
    butler = simulator.butler
    assert len(butler.running) + len(butler.queue) == 20
    await client.stop_all_tasks()
    assert (butler.running, butler.queue) == ([], [])


async def test_start_unknown_task(client: PlexClient) -> None:
    """A 404 on a start means that the server has no such task."""
    with pytest.raises(PlexTaskNotFoundError):
        await client.start_task("MakeCoffee")


async def test_task_name_is_quoted(
    client: PlexClient, simulator: PlexSimulator
) -> None:
    """A task name with special characters stays a single path segment."""
    name = "../Odd/Name?x=1#ü"
    simulator.butler.tasks[name] = SimulatedTask(name=name)
    assert await client.start_task(name) is StartResult.STARTED
    assert simulator.butler.running == [name]
    assert simulator.commands() == [
        ("POST", "/butler/..%2FOdd%2FName%3Fx%3D1%23%C3%BC")
    ]


async def test_headers(client: PlexClient, simulator: PlexSimulator) -> None:
    """The token and the client's identity are sent in headers only."""
    await client.butler_tasks()
    await client.start_all_tasks()
    for request in simulator.requests:
        assert not request.query
        assert request.headers["Accept"] == "application/json"
        assert request.headers["X-Plex-Token"] == simulator.owner_token
        assert request.headers["X-Plex-Client-Identifier"] == "identifier-of-the-tests"
        assert request.headers["X-Plex-Product"] == "Plex Butler"
        assert request.headers["X-Plex-Version"] == "1.2.3"
        assert request.headers["X-Plex-Device-Name"] == "Home Assistant"


@pytest.mark.parametrize("token", ["wrong", "", "two\r\nX-Lines: 1", "schlüssel"])
async def test_bad_token(create_client: CreateClient, token: str) -> None:
    """A wrong token, or one that isn't valid in a header, raises an error."""
    with pytest.raises(PlexAuthenticationError):
        await create_client(token=token).butler_tasks()


async def test_guest_token(
    create_client: CreateClient, simulator: PlexSimulator
) -> None:
    """The token of a user the server is shared with can't control the butler."""
    client = create_client(token=simulator.guest_token)
    assert (await client.server()).friendly_name == "Tower"
    with pytest.raises(PlexPermissionError):
        await client.butler_tasks()
    with pytest.raises(PlexPermissionError):
        await client.start_task("BackupDatabase")


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        pytest.param(faults.starting_up(), PlexStartingError, id="starting up"),
        pytest.param(faults.cut_off(), PlexConnectionError, id="cut off"),
        pytest.param(faults.redirect("/"), PlexResponseError, id="redirect"),
        pytest.param(faults.status(400), PlexResponseError, id="400"),
        pytest.param(faults.status(500), PlexResponseError, id="500"),
    ],
)
async def test_failed_requests(
    client: PlexClient,
    simulator: PlexSimulator,
    fault: faults.Handler,
    error: type[PlexError],
) -> None:
    """Each fault raises its own error, whatever the request."""
    simulator.inject(fault)
    for call in (
        client.identity(),
        client.server(),
        client.butler_tasks(),
        client.start_task("BackupDatabase"),
        client.stop_task("BackupDatabase"),
        client.start_all_tasks(),
        client.stop_all_tasks(),
    ):
        with pytest.raises(error) as raised:
            await call
        assert raised.type is error


async def test_404_without_a_task(client: PlexClient, simulator: PlexSimulator) -> None:
    """A 404 is an error for requests that aren't about a single task."""
    simulator.inject(faults.status(404))
    for call in (
        client.server(),
        client.butler_tasks(),
        client.start_all_tasks(),
        client.stop_all_tasks(),
    ):
        with pytest.raises(PlexResponseError):
            await call


def xml(declaration: bytes = b"", text: bytes = b"", name: bytes = b"A") -> bytes:
    """Return a list of one task as XML, after a declaration."""
    task = b'<ButlerTask name="%b">%b</ButlerTask>' % (name, text)
    return declaration + b"<ButlerTasks>" + task + b"</ButlerTasks>"


def doctype(*declarations: bytes) -> bytes:
    """Return a DOCTYPE with declarations."""
    return b"<!DOCTYPE ButlerTasks [%b]>" % b"".join(declarations)


async def test_smallest_xml(client: PlexClient, simulator: PlexSimulator) -> None:
    """The XML that the unusable bodies are made from is a list of one task."""
    simulator.inject(faults.body(xml()))
    assert [task.name for task in await client.butler_tasks()] == ["A"]


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"\xff\xfe", id="bytes"),
        pytest.param(b"<html><body>Router</body></html>", id="web page"),
        pytest.param(b"<ButlerTasks", id="cut XML"),
        pytest.param(b"[" * 500_000, id="deep JSON"),
        pytest.param(
            xml(text=b"<a>" * 30_000 + b"</a>" * 30_000),
            id="deep XML",
        ),
        pytest.param(xml(b"<!DOCTYPE ButlerTasks>"), id="DOCTYPE"),
        pytest.param(
            xml(b'<!DOCTYPE ButlerTasks SYSTEM "http://127.0.0.1/x.dtd">'),
            id="external DTD",
        ),
        pytest.param(
            xml(doctype(b'<!ENTITY e "text">'), name=b"&e;"), id="internal entity"
        ),
        pytest.param(
            xml(doctype(b'<!ENTITY e SYSTEM "file:///etc/passwd">'), text=b"&e;"),
            id="external entity",
        ),
        pytest.param(
            xml(doctype(b"<!ENTITY % p \"<!ENTITY e 'text'>\"> %p;"), text=b"&e;"),
            id="parameter entity",
        ),
        pytest.param(
            xml(
                doctype(
                    b'<!ENTITY e0 "lol">',
                    *(
                        b'<!ENTITY e%d "%b">' % (level + 1, b"&e%d;" % level * 10)
                        for level in range(5)
                    ),
                ),
                name=b"&e5;",
            ),
            id="billion laughs",
        ),
        pytest.param(
            xml(doctype(b'<!ENTITY e "%b">' % (b"x" * 1000)), name=b"&e;" * 1000),
            id="quadratic blowup",
        ),
        pytest.param(
            xml(doctype(b'<!ENTITY e "text">'), name=b"&e;")
            .decode()
            .encode("utf-16-le"),
            id="internal entity in UTF-16",
        ),
        pytest.param(
            xml(b'<?xml version="1.0" encoding="x-user-defined"?>'),
            id="unknown encoding",
        ),
        pytest.param(
            xml(b'<?xml version="1.0" encoding="shift_jis"?>'),
            id="multi-byte encoding",
        ),
        pytest.param(b"null", id="null"),
        pytest.param(b"[]", id="list"),
        pytest.param(b'{"MediaContainer": {}}', id="another root"),
        pytest.param(b'{"ButlerTasks": []}', id="root of another shape"),
        pytest.param(b'{"ButlerTasks": {"ButlerTask": [1, 2]}}', id="no tasks"),
        pytest.param(b'{"ButlerTasks": {"ButlerTask": [{}]}}', id="no names"),
        pytest.param(b'{"ButlerTasks": {"ButlerTask": [{"name": 5}]}}', id="no text"),
    ],
)
async def test_unusable_bodies(
    client: PlexClient, simulator: PlexSimulator, body: bytes
) -> None:
    """A body that isn't a list of butler tasks raises an error."""
    simulator.inject(faults.body(body))
    with pytest.raises(PlexResponseError):
        await client.butler_tasks()


async def test_server_without_identifier(
    client: PlexClient, simulator: PlexSimulator
) -> None:
    """An identity without a machine identifier raises an error."""
    simulator.inject(faults.body(b'{"MediaContainer": {"size": 0}}'))
    with pytest.raises(PlexResponseError):
        await client.identity()


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, []),
        ({"ButlerTask": []}, []),
        ({"ButlerTask": {"name": "Alone"}}, ["Alone"]),
        ({"ButlerTask": [{"name": "A"}, {}, {"name": "B", "new": [1]}]}, ["A", "B"]),
    ],
)
async def test_liberal_lists(
    client: PlexClient,
    simulator: PlexSimulator,
    body: dict[str, object],
    expected: list[str],
) -> None:
    """No task, a single object, missing names and unknown fields are accepted."""
    simulator.inject(faults.body(json.dumps({"ButlerTasks": body}).encode()))
    assert [task.name for task in await client.butler_tasks()] == expected


@pytest.mark.parametrize("content_type", ["text/xml", "application/json"])
async def test_xml(
    client: PlexClient, simulator: PlexSimulator, content_type: str
) -> None:
    """Tasks in XML are the same as in JSON, whatever the content type."""
    expected = await client.butler_tasks()
    async with (
        ClientSession() as session,
        session.get(
            f"{simulator.url}/butler", headers={"X-Plex-Token": simulator.owner_token}
        ) as response,
    ):
        assert response.content_type == "text/xml"
        xml = await response.read()
    simulator.inject(faults.body(xml, content_type))
    assert await client.butler_tasks() == expected


async def test_huge_body(client: PlexClient, simulator: PlexSimulator) -> None:
    """A body isn't read beyond the limit, and not at all where it isn't needed."""
    simulator.inject(faults.flood(300 * 1024 * 1024))
    with pytest.raises(PlexResponseError, match="larger than"):
        await client.butler_tasks()
    assert await client.start_task("BackupDatabase") is StartResult.STARTED


async def test_redirect_is_not_followed(
    client: PlexClient, simulator: PlexSimulator
) -> None:
    """A redirect raises an error, and the token isn't sent on."""
    async with PlexSimulator() as other:
        simulator.inject(faults.redirect(f"{other.url}/butler"))
        with pytest.raises(PlexResponseError):
            await client.butler_tasks()
        assert other.requests == []


async def test_connection_refused(client: PlexClient, simulator: PlexSimulator) -> None:
    """A server that isn't running raises a connection error."""
    await simulator.stop()
    with pytest.raises(PlexConnectionError):
        await client.identity()


async def test_timeout(
    client: PlexClient, simulator: PlexSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A request without an answer raises a connection error after the timeout."""
    monkeypatch.setattr(
        "custom_components.plex_butler.api.transport.REQUEST_TIMEOUT", 0.05
    )
    released = asyncio.Event()
    simulator.inject(faults.hang(released))
    with pytest.raises(PlexConnectionError, match="no answer"):
        await client.identity()
    released.set()


@pytest.mark.usefixtures("socket_enabled")
async def test_not_http(create_client: CreateClient) -> None:
    """An answer that isn't HTTP raises an error."""

    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        writer.write(b"SSH-2.0-OpenSSH_9.9\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(greet, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(PlexResponseError):
            await create_client(f"http://127.0.0.1:{port}").identity()


async def test_invalid_certificate(
    create_client: CreateClient, server_ssl_context: ssl.SSLContext
) -> None:
    """A certificate that can't be verified raises an error before any request."""
    async with PlexSimulator(ssl_context=server_ssl_context) as simulator:
        with pytest.raises(PlexCertificateError):
            await create_client(simulator.url).identity()
        assert simulator.requests == []


async def test_server_without_tls(
    create_client: CreateClient, simulator: PlexSimulator
) -> None:
    """An https URL of a server without TLS raises a certificate error."""
    with pytest.raises(PlexCertificateError):
        await create_client(simulator.url.replace("http:", "https:")).identity()


async def test_errors_without_token(
    create_client: CreateClient, simulator: PlexSimulator
) -> None:
    """The token isn't in the text of an error or its causes, nor in a repr."""
    client = create_client(token="a-secret-token")
    assert "a-secret-token" not in repr(client)

    async def listen() -> None:
        async with client.notifications():
            pass

    for fault, call in (
        (None, client.butler_tasks),
        (faults.cut_off(), client.butler_tasks),
        (faults.redirect("/"), client.butler_tasks),
        (faults.body(b""), client.butler_tasks),
        (faults.garbage(), client.butler_tasks),
        (faults.status(404), listen),
        (faults.garbage(), listen),
    ):
        if fault:
            simulator.inject(fault)
        error: BaseException | None = None
        try:
            await call()
        except PlexError as err:
            error = err
        assert error is not None
        while error is not None:
            assert "a-secret-token" not in f"{error!r} {error}"
            error = error.__cause__
