"""Tests of the client for a Plex Media Server."""

import asyncio
import gc
import json
import ssl
from typing import Final

from aiohttp import ClientSession, ClientTimeout
from freezegun.api import FrozenDateTimeFactory
import pytest

from custom_components.plex_butler.api import (
    ButlerTask,
    PlexAuthenticationError,
    PlexCertificateError,
    PlexClient,
    PlexConnectionError,
    PlexError,
    PlexNoAnswerError,
    PlexPermissionError,
    PlexResponseError,
    PlexServerError,
    PlexStartingError,
    PlexTaskNotFoundError,
    ServerIdentity,
    StartResult,
    StopResult,
    server_url,
)
from tests.simulator import PlexSimulator, SimulatedTask, faults, front

from .conftest import INFO, CreateClient


async def test_identity(create_client: CreateClient, simulator: PlexSimulator) -> None:
    """The identity has no name, and is requested without the token."""
    for token in ("wrong", simulator.owner_token, "two\r\nlines"):
        assert await create_client(token=token).identity() == ServerIdentity(
            machine_identifier=simulator.machine_identifier,
            version=simulator.version,
            friendly_name=None,
            claimed=True,
        )
    assert len(simulator.requests) == 3
    for request in simulator.requests:
        assert "X-Plex-Token" not in request.headers


@pytest.mark.parametrize(
    ("value", "claimed"),
    [(False, False), ("0", False), ("1", True), (None, None), ([True], None)],
)
async def test_claimed(
    client: PlexClient, simulator: PlexSimulator, value: object, claimed: bool | None
) -> None:
    """A server without an owner says so."""
    container = {"machineIdentifier": "a", "claimed": value}
    simulator.inject(faults.body(json.dumps({"MediaContainer": container}).encode()))
    assert (await client.identity()).claimed is claimed


@pytest.mark.parametrize("token", [None, ""])
async def test_without_token(
    simulator: PlexSimulator, session: ClientSession, token: str | None
) -> None:
    """Without a token, or with an empty one, no token is sent."""
    client = PlexClient(session, simulator.url, token, INFO)
    with pytest.raises(PlexAuthenticationError):
        await client.butler_tasks()
    assert "X-Plex-Token" not in simulator.requests[0].headers


async def test_server(client: PlexClient, simulator: PlexSimulator) -> None:
    """With a token, the server returns its name too."""
    assert await client.server() == ServerIdentity(
        machine_identifier=simulator.machine_identifier,
        version=simulator.version,
        friendly_name="Tower",
    )


async def test_equal_answers(client: PlexClient, simulator: PlexSimulator) -> None:
    """An answer that is the same as the last one isn't parsed again."""
    tasks = await client.butler_tasks()
    assert await client.butler_tasks() is tasks
    simulator.butler.tasks["BackupDatabase"].enabled = False
    changed = await client.butler_tasks()
    [different] = set(changed) - set(tasks)
    assert (different.name, different.enabled) == ("BackupDatabase", False)
    simulator.inject(faults.body(b"{}"))
    with pytest.raises(PlexResponseError):
        await client.butler_tasks()
    simulator.heal()
    assert await client.butler_tasks() == changed


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


@pytest.mark.parametrize(
    "name",
    ["", ".", "..", "...", "a\ud83d", "x" * 301, " a", "a\n"],
)
async def test_names_that_cannot_be_sent(
    client: PlexClient, simulator: PlexSimulator, name: str
) -> None:
    """A name that would address something else, or can't be sent, isn't sent."""
    row = {"name": name, "title": "A title"}
    body = {"ButlerTasks": {"ButlerTask": [row, {"name": "Good"}]}}
    simulator.inject(faults.body(json.dumps(body).encode()), path="/butler")
    assert [task.name for task in await client.butler_tasks()] == ["Good"]
    for call in (client.start_task(name), client.stop_task(name)):
        with pytest.raises(PlexTaskNotFoundError):
            await call
    assert simulator.commands() == []


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


def _rows(*rows: dict[str, object]) -> faults.Handler:
    return faults.body(json.dumps({"ButlerTasks": {"ButlerTask": rows}}).encode())


async def test_rows_in_other_places(
    client: PlexClient, simulator: PlexSimulator
) -> None:
    """A list is read right, whichever of its rows are new, changed, gone or invalid."""
    first = {"name": "First", "title": "First task", "enabled": True}
    second = {"name": "Second", "title": "Second task", "enabled": True}
    off = {**first, "enabled": False}
    for rows, expected in (
        ([first, second], [("First", True), ("Second", True)]),
        ([{"name": ".."}, first, second], [("First", True), ("Second", True)]),
        ([{"name": ".."}, off, second], [("First", False), ("Second", True)]),
        ([{}, second], [("Second", True)]),
        (
            [{}, second, off, first],
            [("Second", True), ("First", False), ("First", True)],
        ),
        ([first], [("First", True)]),
    ):
        simulator.inject(_rows(*rows), path="/butler")
        tasks = await client.butler_tasks()
        assert [(task.name, task.enabled) for task in tasks] == expected


async def test_session_ends_with_the_client(
    create_client: CreateClient, recwarn: pytest.WarningsRecorder
) -> None:
    """Nothing of a client is left that would have to be closed."""
    client = create_client()
    await client.identity()
    await client.identity()
    del client
    gc.collect()
    assert not [str(each.message) for each in recwarn]
    assert (await create_client().identity()).machine_identifier


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
        pytest.param(faults.cut_off(), PlexNoAnswerError, id="cut off"),
        pytest.param(faults.redirect("/"), PlexResponseError, id="redirect"),
        pytest.param(faults.status(304), PlexResponseError, id="304"),
        pytest.param(faults.body(b"", status=999), PlexResponseError, id="999"),
        *(
            pytest.param(faults.status(status), PlexServerError, id=str(status))
            for status in (400, 405, 408, 421, 429, 500, 502, 503, 504)
        ),
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
        if isinstance(raised.value, PlexServerError):
            assert str(raised.value.status) in str(raised.value)


async def test_404_without_a_task(client: PlexClient, simulator: PlexSimulator) -> None:
    """A 404 is an error for requests that aren't about a single task."""
    simulator.inject(faults.status(404))
    for call in (
        client.server(),
        client.butler_tasks(),
        client.start_all_tasks(),
        client.stop_all_tasks(),
    ):
        with pytest.raises(PlexServerError) as raised:
            await call
        assert raised.value.status == 404


STARTING: Final = b'{"code": 503, "title": "Maintenance", "status": "Starting."}'


@pytest.mark.parametrize(
    ("body", "error"),
    [
        pytest.param(STARTING, PlexStartingError, id="JSON"),
        pytest.param(
            b'<?xml version="1.0"?>'
            b'<Response code="503" title="Maintenance" status="Starting."/>',
            PlexStartingError,
            id="XML",
        ),
        pytest.param(b"", PlexServerError, id="empty"),
        pytest.param(b"<html><h1>503</h1></html>", PlexServerError, id="HTML"),
        pytest.param(b"upstream connect error", PlexServerError, id="text"),
        pytest.param(b"503", PlexServerError, id="number"),
        pytest.param(b'{"message": "no server"}', PlexServerError, id="other JSON"),
        pytest.param(b'{"title": "a", "code": 5}', PlexServerError, id="other code"),
        pytest.param(b'{"Response": {}}', PlexServerError, id="other shape"),
        pytest.param(STARTING + b" " * 5000, PlexServerError, id="large"),
    ],
)
@pytest.mark.parametrize("content_type", ["application/json", "text/html"])
async def test_503(
    client: PlexClient,
    simulator: PlexSimulator,
    body: bytes,
    error: type[PlexError],
    content_type: str,
) -> None:
    """A 503 with Plex's own body is a start of the server, any other is a proxy's."""
    simulator.inject(faults.body(body, content_type, status=503))
    with pytest.raises(error):
        await client.start_task("BackupDatabase")


async def test_503_that_breaks(client: PlexClient, simulator: PlexSimulator) -> None:
    """A 503 whose body breaks off is a proxy's."""
    simulator.inject(faults.cut_body(STARTING, status=503))
    with pytest.raises(PlexServerError):
        await client.butler_tasks()


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("30", 30),
        (" 30 ", 30),
        ("0", None),
        ("-5", None),
        ("100000", 300),
        ("9" * 5000, None),
        ("soon", None),
        ("", None),
        ("Sun, 01 Jan 2023 00:02:00 GMT", 120),
        ("Sun, 01 Jan 2023 00:02:00 -0000", 120),
        ("Sun, 01 Jan 2023 01:00:00 GMT", 300),
        ("Sat, 31 Dec 2022 00:00:00 GMT", None),
        ("Sun, 99 Jan 2023 00:02:00 GMT", None),
        ("Sun, 01 Jan 99999999999 00:02:00 GMT", None),
    ],
)
@pytest.mark.parametrize(
    ("body", "error"), [(STARTING, PlexStartingError), (b"", PlexServerError)]
)
async def test_retry_after(
    client: PlexClient,
    simulator: PlexSimulator,
    freezer: FrozenDateTimeFactory,
    value: str,
    seconds: float | None,
    body: bytes,
    error: type[PlexError],
) -> None:
    """Retry-After is in seconds or a date, at most five minutes; nonsense is ignored."""
    freezer.move_to("2023-01-01")
    simulator.inject(faults.body(body, status=503, headers={"Retry-After": value}))
    with pytest.raises(error) as raised:
        await client.identity()
    assert isinstance(raised.value, PlexStartingError | PlexServerError)
    assert raised.value.retry_after == seconds


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
        pytest.param(
            b'{"ButlerTasks": {"ButlerTask": [{"name": ".."}]}}', id="name of dots"
        ),
        pytest.param(b"[" + b"0," * 60_000 + b"0]", id="many values"),
        pytest.param(b"<a>" + b"<b/>" * 60_000 + b"</a>", id="many elements"),
        pytest.param(
            b"<a " + b" ".join(b'a%d=""' % number for number in range(60_000)) + b"/>",
            id="many attributes",
        ),
        pytest.param(b"[%b]" % (b"9" * 5000), id="huge number"),
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


@pytest.mark.parametrize(
    ("encoding", "wbits"),
    [("gzip", 31), ("x-gzip", 31), ("deflate", 15), ("deflate", -15), ("GZip", 31)],
)
async def test_compression(
    client: PlexClient, simulator: PlexSimulator, encoding: str, wbits: int
) -> None:
    """A compressed body is read, and not beyond the limit."""
    simulator.inject(faults.compressed(xml(), encoding, wbits))
    assert [task.name for task in await client.butler_tasks()] == ["A"]
    simulator.inject(faults.compressed(b" " * 100 * 1024 * 1024, encoding, wbits))
    with pytest.raises(PlexResponseError, match="larger than"):
        await client.butler_tasks()
    simulator.inject(faults.body(xml(), headers={"Content-Encoding": encoding}))
    with pytest.raises(PlexResponseError, match="decompressed|neither"):
        await client.butler_tasks()
    for request in simulator.requests:
        assert request.headers["Accept-Encoding"] == "identity"


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, gzip", "x"])
async def test_unknown_compression(
    client: PlexClient, simulator: PlexSimulator, encoding: str
) -> None:
    """A compression that the requests didn't ask for raises an error."""
    simulator.inject(faults.body(xml(), headers={"Content-Encoding": encoding}))
    with pytest.raises(PlexResponseError, match="compression"):
        await client.butler_tasks()
    simulator.inject(faults.body(b"", headers={"Content-Encoding": encoding}))
    with pytest.raises(PlexResponseError, match="neither"):
        await client.butler_tasks()


async def test_thousands_of_tasks(
    client: PlexClient, simulator: PlexSimulator, caplog: pytest.LogCaptureFixture
) -> None:
    """The first 1,000 tasks count, and the log has one line about it."""
    tasks = [{"name": f"Task{number}", "title": "A"} for number in range(5000)]
    body = json.dumps({"ButlerTasks": {"ButlerTask": tasks}}).encode()
    simulator.inject(faults.body(body))
    for _ in range(3):
        names = [task.name for task in await client.butler_tasks()]
        assert names == [f"Task{number}" for number in range(1000)]
    records = [record for record in caplog.records if "5000 tasks" in record.message]
    assert len(records) == 1


async def test_thousands_of_activities(
    client: PlexClient, simulator: PlexSimulator
) -> None:
    """The last 500 activities count."""
    rows = [{"uuid": str(number)} for number in range(2000)]
    body = json.dumps({"MediaContainer": {"Activity": rows}}).encode()
    simulator.inject(faults.body(body))
    uuids = [activity.uuid for activity in await client.activities()]
    assert uuids == [str(number) for number in range(1500, 2000)]


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
    """A server that isn't running can't have received a request."""
    await simulator.stop()
    for call in (client.identity(), client.start_task("BackupDatabase")):
        with pytest.raises(PlexConnectionError) as raised:
            await call
        assert raised.type is PlexConnectionError


async def test_server_goes_between_two_requests(
    client: PlexClient, simulator: PlexSimulator
) -> None:
    """A refused connection is one, also if there was another before."""
    await client.identity()
    await simulator.stop()
    # The client learns that its connection is closed.
    for _ in range(20):
        await asyncio.sleep(0)
    with pytest.raises(PlexConnectionError) as raised:
        await client.start_task("BackupDatabase")
    assert raised.type is PlexConnectionError


async def test_unknown_host(create_client: CreateClient) -> None:
    """A name without an address can't have received a request."""
    with pytest.raises(PlexConnectionError) as raised:
        await create_client("http://tower.invalid:32400").start_task("BackupDatabase")
    assert raised.type is PlexConnectionError


async def test_timeout(
    client: PlexClient, simulator: PlexSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A request without an answer raises its own error after the timeout."""
    monkeypatch.setattr(
        "custom_components.plex_butler.api.transport.CLIENT_TIMEOUT",
        ClientTimeout(total=0.05),
    )
    released = asyncio.Event()
    simulator.inject(faults.hang(released))
    for call in (client.identity(), client.start_task("BackupDatabase")):
        with pytest.raises(PlexNoAnswerError, match="no answer"):
            await call
    released.set()


@pytest.mark.usefixtures("socket_enabled")
async def test_timeout_of_the_connection(
    create_client: CreateClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A handshake that doesn't end is no sent request."""
    monkeypatch.setattr(
        "custom_components.plex_butler.api.transport.CLIENT_TIMEOUT",
        ClientTimeout(total=0.05),
    )
    async with faults.silent_port() as port:
        client = create_client(f"https://127.0.0.1:{port}")
        with pytest.raises(PlexConnectionError) as raised:
            await client.start_task("BackupDatabase")
        assert raised.type is PlexConnectionError


@pytest.mark.parametrize("name", ["stop_task", "stop_all_tasks", "change_setting"])
async def test_commands_are_sent_once(
    client: PlexClient, simulator: PlexSimulator, name: str
) -> None:
    """A command whose connection breaks isn't repeated: it may have been obeyed."""
    arguments: dict[str, tuple[str, ...]] = {
        "stop_task": ("BackupDatabase",),
        "stop_all_tasks": (),
        "change_setting": ("ButlerStartHour", "3"),
    }
    await client.identity()
    simulator.inject(faults.cut_off())
    with pytest.raises(PlexNoAnswerError):
        await getattr(client, name)(*arguments[name])
    assert len(simulator.requests) == 2


@pytest.mark.usefixtures("simulator")
async def test_closed_session(create_client: CreateClient) -> None:
    """A session that is closed raises a connection error."""
    client = create_client()
    async with ClientSession() as session:
        client = PlexClient(session, "http://127.0.0.1:1", "token", INFO)
    with pytest.raises(PlexConnectionError):
        await client.identity()


async def test_server_below_a_path(
    create_client: CreateClient, simulator: PlexSimulator
) -> None:
    """All requests and the websocket go below the path of the URL."""
    async with front.below("/my%20plex", simulator.port) as port:
        url = server_url(f"http://127.0.0.1:{port}/my%20plex/web/index.html#!/")
        client = create_client(url)
        assert (await client.identity()).version == simulator.version
        assert (await client.server()).friendly_name == "Tower"
        assert len(await client.butler_tasks()) == 22
        assert await client.start_task("BackupDatabase") is StartResult.STARTED
        await client.stop_all_tasks()
        await client.settings()
        async with client.notifications():
            assert simulator.notifications.listeners == 1
        with pytest.raises(PlexServerError):
            await create_client(f"http://127.0.0.1:{port}").butler_tasks()


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
            await create_client(f"http://127.0.0.1:{port}").butler_tasks()


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
