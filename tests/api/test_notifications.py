"""Tests of the notification websocket."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Callable
import json

import pytest

from custom_components.plex_butler.api import (
    Activity,
    ActivityChange,
    ActivityNotification,
    ActivityStream,
    PlexAuthenticationError,
    PlexClient,
    PlexConnectionError,
    PlexError,
    PlexNoAnswerError,
    PlexPermissionError,
    PlexResponseError,
    PlexServerError,
    PlexStartingError,
    notifications as stream_module,
    websocket as websocket_module,
)
from tests.simulator import NOTIFICATIONS, PlexSimulator, faults

from .conftest import CreateClient


class Listener:
    """A stream, with a record of its notifications and connection changes."""

    def __init__(self, client: PlexClient) -> None:
        """Initialize the stream of a client."""
        self.received: list[ActivityNotification] = []
        self.connections: list[bool] = []
        self.stream = ActivityStream(
            client,
            self.received.append,
            lambda: self.connections.append(self.stream.connected),
        )

    async def until_connected(self) -> None:
        """Wait until the stream is connected."""
        await until(lambda: self.stream.connected)

    async def until_received(self, count: int) -> None:
        """Wait until a number of notifications is received."""
        await until(lambda: len(self.received) == count)


async def until(condition: Callable[[], bool]) -> None:
    """Wait until a condition is true.

    Both ends of every connection are in this event loop, so it only has to go on. There
    is no timeout but that of pytest: how long it takes depends on the machine's load.
    """
    while True:
        if condition():
            return
        await asyncio.sleep(0)


@pytest.fixture
async def listener(
    client: PlexClient, monkeypatch: pytest.MonkeyPatch
) -> AsyncGenerator[Listener]:
    """Return a running stream that reconnects quickly."""
    monkeypatch.setattr(stream_module, "MIN_BACKOFF", 0.01)
    running_listener = Listener(client)
    task = asyncio.create_task(running_listener.stream.run())
    yield running_listener
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not running_listener.stream.connected


async def test_activities(client: PlexClient, simulator: PlexSimulator) -> None:
    """Activities have the values that the server sends."""
    (butler,) = await client.activities()
    assert (butler.type, butler.progress) == ("butler", 100)
    activity = simulator.activities.begin(
        "media.generate.credits", "Detecting Credits", "Show E S01 E21", -1
    )
    assert (await client.activities())[1] == Activity(
        uuid=activity.uuid,
        type="media.generate.credits",
        title="Detecting Credits",
        subtitle="Show E S01 E21",
        progress=-1,
    )


@pytest.mark.parametrize(
    ("container", "expected"),
    [
        ({"size": 0}, []),
        ({"Activity": {"uuid": "a"}}, [("a", "", None)]),
        (
            {"Activity": [{"uuid": "a", "type": "new", "progress": "7"}, {}, 5]},
            [("a", "new", 7)],
        ),
        ({"Activity": [{"uuid": "a", "progress": 700}]}, [("a", "", None)]),
        ({"Activity": [{"uuid": 5}, {"uuid": "a"}]}, [("a", "", None)]),
    ],
)
async def test_liberal_activities(
    client: PlexClient,
    simulator: PlexSimulator,
    container: dict[str, object],
    expected: list[tuple[str, str, int | None]],
) -> None:
    """No activity, a single object, unknown types and missing fields are accepted."""
    simulator.inject(faults.body(json.dumps({"MediaContainer": container}).encode()))
    assert [
        (activity.uuid, activity.type, activity.progress)
        for activity in await client.activities()
    ] == expected


async def test_notifications(listener: Listener, simulator: PlexSimulator) -> None:
    """The start, update and end of an activity are received as notifications."""
    await listener.until_connected()
    activity = simulator.activities.begin("library.update.section", "Scanning")
    simulator.activities.update(activity, subtitle="Films", progress=50)
    simulator.activities.end(activity)
    await listener.until_received(3)
    assert [
        (notification.change, notification.activity.progress)
        for notification in listener.received
    ] == [
        (ActivityChange.STARTED, 0),
        (ActivityChange.UPDATED, 50),
        (ActivityChange.ENDED, 50),
    ]
    request = simulator.requests[-1]
    assert request.path == NOTIFICATIONS
    assert dict(request.query) == {"filters": "activity"}
    assert request.headers["X-Plex-Token"] == simulator.owner_token


async def test_invalid_frames(listener: Listener, simulator: PlexSimulator) -> None:
    """Invalid frames are ignored, and the connection stays open."""
    await listener.until_connected()
    good = {"event": "updated", "uuid": "a", "Activity": {"type": "butler"}}
    for item in (
        "no JSON",
        b"no text",
        "[" * 100_000,
        "5",
        "[]",
        "{}",
        {"NotificationContainer": 5},
        {"NotificationContainer": {"ActivityNotification": 5}},
        {"NotificationContainer": {"ActivityNotification": [{}, {"event": "new"}]}},
        {"NotificationContainer": {"ActivityNotification": {"event": "ended"}}},
        {"NotificationContainer": {"ActivityNotification": good}},
    ):
        simulator.notifications.send(
            item if isinstance(item, (str, bytes)) else json.dumps(item)
        )
    await listener.until_received(1)
    (notification,) = listener.received
    assert notification.activity.uuid == "a"
    assert notification.activity.type == "butler"
    assert listener.connections == [True]


@pytest.mark.parametrize("cause", ["close", "abort", "restart", "huge frame"])
async def test_reconnect(
    listener: Listener, simulator: PlexSimulator, cause: str
) -> None:
    """The stream reconnects after a connection has ended, whatever the cause."""
    await listener.until_connected()
    match cause:
        case "close":
            await simulator.notifications.close()
        case "abort":
            simulator.notifications.cut_off()
        case "huge frame":
            simulator.notifications.send("x" * 2 * 1024 * 1024)
        case "restart":
            await simulator.stop()
            await until(lambda: not listener.stream.connected)
            await simulator.start()
    await until(lambda: listener.connections == [True, False, True])
    simulator.activities.begin("butler", "Butler")
    await listener.until_received(1)


@pytest.mark.usefixtures("simulator")
async def test_disconnect(listener: Listener) -> None:
    """The stream reconnects after disconnect is called."""
    await listener.until_connected()
    await listener.stream.disconnect()
    await until(lambda: listener.connections == [True, False, True])


async def test_disconnect_without_connection(client: PlexClient) -> None:
    """Without a connection, disconnect has no effect."""
    listener = Listener(client)
    await listener.stream.disconnect()
    assert listener.connections == []


async def test_pings_are_answered(listener: Listener, simulator: PlexSimulator) -> None:
    """The client answers the pings of the server."""
    await listener.until_connected()
    await simulator.notifications.ping()
    await until(lambda: simulator.notifications.pongs == 1)


async def test_server_never_answers_pings(
    listener: Listener, simulator: PlexSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Missed pings don't end the connection if the server never answered one."""
    monkeypatch.setattr(stream_module, "PING_INTERVAL", 0.001)
    simulator.notifications.answers_pings = False
    await listener.until_connected()
    for count in range(1, 50):
        simulator.activities.begin("butler", "Butler")
        await listener.until_received(count)
    pings = simulator.notifications.pings
    await until(lambda: simulator.notifications.pings > pings + 10)
    assert listener.connections == [True]


async def test_missed_pings(
    listener: Listener, simulator: PlexSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Missed pings end the connection if the server answered one before."""
    # Long enough for an answer on a busy machine.
    monkeypatch.setattr(stream_module, "PING_INTERVAL", 0.1)
    await listener.until_connected()
    await until(lambda: bool(simulator.notifications.pings))
    simulator.notifications.mute = True
    await until(lambda: listener.connections == [True, False, True])
    simulator.notifications.mute = False
    simulator.activities.begin("butler", "Butler")
    await listener.until_received(1)


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(faults.status(404), id="404"),
        pytest.param(faults.status(401), id="401"),
        pytest.param(faults.redirect("/"), id="redirect"),
        pytest.param(faults.body(b"{}"), id="no upgrade"),
    ],
)
async def test_upgrade_is_refused(
    listener: Listener, simulator: PlexSimulator, fault: faults.Handler
) -> None:
    """The stream keeps trying after a refused upgrade, and then connects."""
    simulator.inject(fault, path=NOTIFICATIONS)
    await simulator.notifications.close()
    await until(lambda: len(simulator.requests) >= 3)
    assert {request.path for request in simulator.requests} == {NOTIFICATIONS}
    simulator.heal()
    await listener.until_connected()


@pytest.mark.parametrize(
    ("fault", "lost", "woken"),
    [
        pytest.param(faults.cut_off(), True, True, id="cut off"),
        pytest.param(faults.starting_up(), True, True, id="starting up"),
        pytest.param(faults.status(502), True, True, id="502"),
        pytest.param(faults.status(404), True, False, id="404"),
        pytest.param(faults.status(429), True, False, id="429"),
        pytest.param(faults.status(401), True, False, id="401"),
        pytest.param(faults.status(403), True, False, id="403"),
        pytest.param(faults.redirect("/"), True, False, id="redirect"),
        pytest.param(faults.starting_up(), False, False, id="not lost"),
        pytest.param(faults.status(502), False, False, id="502, not lost"),
    ],
)
async def test_wake(
    client: PlexClient,
    simulator: PlexSimulator,
    monkeypatch: pytest.MonkeyPatch,
    fault: faults.Handler,
    lost: bool,
    woken: bool,
) -> None:
    """A call of wake ends the pause after a lost server, but not after a refusal."""
    monkeypatch.setattr(stream_module, "MIN_BACKOFF", 100)
    simulator.inject(fault, path=NOTIFICATIONS)
    listener = Listener(client)
    if lost:
        await listener.stream.disconnect()
    task = asyncio.create_task(listener.stream.run())
    await until(lambda: len(simulator.requests) > 0 and not simulator.busy)
    simulator.heal()
    attempts = 0
    # The pause may begin only after the first calls of wake.
    while not listener.stream.connected and (woken or attempts < 20):
        await client.identity()
        listener.stream.wake()
        attempts += 1
    assert listener.stream.connected is woken
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        pytest.param(faults.cut_off(), PlexNoAnswerError, id="cut off"),
        pytest.param(faults.starting_up(), PlexStartingError, id="starting up"),
        pytest.param(faults.status(503), PlexServerError, id="503 of a proxy"),
        pytest.param(faults.status(400), PlexServerError, id="400"),
        pytest.param(faults.status(404), PlexServerError, id="404"),
        pytest.param(faults.status(502), PlexServerError, id="502"),
        pytest.param(faults.status(401), PlexAuthenticationError, id="401"),
        pytest.param(faults.status(403), PlexPermissionError, id="403"),
        pytest.param(faults.redirect("/"), PlexResponseError, id="redirect"),
        pytest.param(faults.body(b"{}"), PlexResponseError, id="no upgrade"),
        pytest.param(faults.garbage(), PlexResponseError, id="not HTTP"),
        pytest.param(
            faults.raw_upgrade(b"Sec-WebSocket-Accept: x\r\n"),
            PlexResponseError,
            id="wrong upgrade",
        ),
    ],
)
async def test_errors_of_the_upgrade(
    client: PlexClient,
    simulator: PlexSimulator,
    fault: faults.Handler,
    error: type[PlexError],
) -> None:
    """A failed upgrade raises the same errors as any other request."""
    simulator.inject(fault, path=NOTIFICATIONS)
    with pytest.raises(error) as raised:
        async with client.notifications():
            pass
    assert raised.type is error


async def test_upgrade_of_a_stopped_server(
    client: PlexClient, simulator: PlexSimulator
) -> None:
    """An upgrade that can't be sent raises a connection error."""
    await simulator.stop()
    with pytest.raises(PlexConnectionError) as raised:
        async with client.notifications():
            pass
    assert raised.type is PlexConnectionError


@pytest.fixture
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shorten the waits for a peer that doesn't read."""
    monkeypatch.setattr(websocket_module, "SEND_TIMEOUT", 0.05)
    monkeypatch.setattr(websocket_module, "CLOSE_TIMEOUT", 0.05)


@pytest.fixture
async def unread_pings(
    listener: Listener, simulator: PlexSimulator
) -> AsyncGenerator[asyncio.Task[None]]:
    """Let the peer send pings, and read no answer."""
    await listener.until_connected()
    task = asyncio.create_task(simulator.notifications.ping_without_reading())
    yield task
    task.cancel()
    await asyncio.wait([task])


@pytest.mark.usefixtures("short_waits")
async def test_peer_that_pings_and_does_not_read(
    listener: Listener, unread_pings: asyncio.Task[None]
) -> None:
    """A peer that doesn't read is given up, and its connection aborted."""
    await unread_pings
    await until(lambda: listener.connections == [True, False, True])


@pytest.mark.usefixtures("unread_pings")
async def test_disconnect_from_a_peer_that_does_not_read(listener: Listener) -> None:
    """A disconnect doesn't wait for the peer, whether its answers are stuck or not."""
    for _ in range(2000):
        await asyncio.sleep(0)
    disconnect = asyncio.create_task(listener.stream.disconnect())
    await asyncio.sleep(0)
    assert disconnect.done()
    await until(lambda: listener.connections == [True, False, True])


@pytest.mark.usefixtures("short_waits", "unread_pings")
async def test_end_with_a_peer_that_does_not_read(client: PlexClient) -> None:
    """A canceled stream ends, also if the peer's answers are stuck."""
    listener = Listener(client)
    task = asyncio.create_task(listener.stream.run())
    await listener.until_connected()
    for _ in range(2000):
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert listener.connections == [True, False]


@pytest.mark.usefixtures("short_waits")
async def test_peer_that_never_answers_a_close(
    client: PlexClient, simulator: PlexSimulator
) -> None:
    """A peer that goes on sending instead of closing is given up too."""
    flood: asyncio.Task[None]
    async with client.notifications():
        flood = asyncio.create_task(simulator.notifications.ping_without_reading())
        await asyncio.sleep(0)
    await flood


async def test_long_frame(listener: Listener, simulator: PlexSimulator) -> None:
    """Of the notifications in a frame, the last 500 count."""
    await listener.until_connected()
    simulator.notifications.send(
        json.dumps(
            {
                "NotificationContainer": {
                    "ActivityNotification": [
                        {"event": "ended", "uuid": str(number)}
                        for number in range(2000)
                    ]
                }
            }
        )
    )
    await listener.until_received(500)
    assert listener.received[0].activity.uuid == "1500"
    assert listener.received[-1].activity.uuid == "1999"


async def test_texts_of_notifications(
    listener: Listener, simulator: PlexSimulator
) -> None:
    """Texts and numbers of a notification are mended and limited too."""
    await listener.until_connected()
    activity = {"title": "a\ud83d", "subtitle": "x" * 500, "progress": 42.5}
    item = {"event": "updated", "uuid": "a", "Activity": activity}
    unusable = {"event": "updated", "uuid": "a\ud83d"}
    content = {"NotificationContainer": {"ActivityNotification": [unusable, item]}}
    simulator.notifications.send(json.dumps(content))
    await listener.until_received(1)
    assert listener.received[0].activity == Activity(
        uuid="a", type="", title="a\ufffd", subtitle="x" * 300, progress=42.5
    )


def _frame(event: str) -> str:
    """Return a frame with a notification of an event."""
    item = {"event": event, "uuid": "a"}
    return json.dumps({"NotificationContainer": {"ActivityNotification": item}})


async def test_flood(client: PlexClient, simulator: PlexSimulator) -> None:
    """Between messages that have arrived already, everything else has its turn."""
    turn = 0
    turns: Counter[int] = Counter()
    stream = ActivityStream(client, lambda _: turns.update([turn]), lambda: None)
    task = asyncio.create_task(stream.run())
    await until(lambda: stream.connected)
    for number in range(5000):
        item = {"event": "ended", "uuid": str(number)}
        content = {"NotificationContainer": {"ActivityNotification": item}}
        simulator.notifications.send(json.dumps(content))
    while turns.total() < 5000:
        turn += 1
        await asyncio.sleep(0)
    assert max(turns.values()) <= 100
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


@pytest.mark.parametrize(
    "frame", ["", "{}", pytest.param(_frame("exploded"), id="unknown event")]
)
async def test_flood_without_notifications(
    client: PlexClient, simulator: PlexSimulator, frame: str
) -> None:
    """Messages that report nothing take turns with everything else too."""
    turn = 0
    received_at: list[int] = []
    stream = ActivityStream(client, lambda _: received_at.append(turn), lambda: None)
    task = asyncio.create_task(stream.run())
    await until(lambda: stream.connected)
    for content in (_frame("ended"), *[frame] * 5000, _frame("ended")):
        simulator.notifications.send(content)
    while len(received_at) < 2:
        turn += 1
        await asyncio.sleep(0)
    first, last = received_at
    assert last - first >= 5000 / 200
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_timeout_of_the_upgrade(
    create_client: CreateClient,
    simulator: PlexSimulator,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An upgrade without an answer raises a connection error after the timeout."""
    monkeypatch.setattr(
        "custom_components.plex_butler.api.transport.REQUEST_TIMEOUT", 0.05
    )
    released = asyncio.Event()
    simulator.inject(faults.hang(released), path=NOTIFICATIONS)
    with pytest.raises(PlexConnectionError, match="no answer"):
        async with create_client().notifications():
            pass
    released.set()


async def test_redirect_of_the_upgrade_is_not_followed(
    client: PlexClient, simulator: PlexSimulator
) -> None:
    """A redirected upgrade raises an error, and the token isn't sent on."""
    async with PlexSimulator() as other:
        simulator.inject(faults.redirect(f"{other.url}{NOTIFICATIONS}"))
        with pytest.raises(PlexResponseError):
            async with client.notifications():
                pass
        assert other.requests == []
