"""The websocket of notifications, against the simulated server."""

import asyncio
from collections.abc import AsyncGenerator, Callable
import json

import pytest

from custom_components.plex_butler.api import (
    Activity,
    ActivityChange,
    ActivityNotification,
    ActivityStream,
    PlexClient,
    PlexConnectionError,
    PlexResponseError,
    notifications as stream_module,
)
from tests.simulator import NOTIFICATIONS, PlexSimulator, faults

from .conftest import CreateClient


class Listener:
    """A stream that runs, and all that came of it."""

    def __init__(self, client: PlexClient) -> None:
        """Listen through the client."""
        self.received: list[ActivityNotification] = []
        self.stream = ActivityStream(client, self._received, self._changed)
        self.connections: list[bool] = []
        self._news = asyncio.Event()

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until something is so."""
        async with asyncio.timeout(5):
            while not condition():
                self._news.clear()
                try:
                    async with asyncio.timeout(0.005):
                        await self._news.wait()
                except TimeoutError:
                    continue

    async def until_connected(self) -> None:
        """Wait until the connection stands."""
        await self.until(lambda: self.stream.connected)

    def _received(self, notification: ActivityNotification) -> None:
        self.received.append(notification)
        self._news.set()

    def _changed(self) -> None:
        self.connections.append(self.stream.connected)
        self._news.set()


@pytest.fixture
async def listener(
    client: PlexClient, monkeypatch: pytest.MonkeyPatch
) -> AsyncGenerator[Listener]:
    """Listen to the simulated server, in a hurry."""
    monkeypatch.setattr(stream_module, "MIN_BACKOFF", 0.01)
    listening = Listener(client)
    task = asyncio.create_task(listening.stream.run())
    yield listening
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not listening.stream.connected


async def test_activities(client: PlexClient, simulator: PlexSimulator) -> None:
    """The list of activities, with one that stands for good while the server is idle."""
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
    """None, one alone, unknown types and missing fields are all taken."""
    simulator.inject(faults.body(json.dumps({"MediaContainer": container}).encode()))
    assert [
        (activity.uuid, activity.type, activity.progress)
        for activity in await client.activities()
    ] == expected


async def test_notifications(listener: Listener, simulator: PlexSimulator) -> None:
    """What the server does is told as it happens."""
    await listener.until_connected()
    activity = simulator.activities.begin("library.update.section", "Scanning")
    simulator.activities.update(activity, subtitle="Films", progress=50)
    simulator.activities.end(activity)
    await listener.until(lambda: len(listener.received) == 3)
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


async def test_odd_frames(listener: Listener, simulator: PlexSimulator) -> None:
    """What can't be understood is left out, and what comes after it is not."""
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
    await listener.until(lambda: bool(listener.received))
    (notification,) = listener.received
    assert notification.activity.uuid == "a"
    assert notification.activity.type == "butler"
    assert listener.connections == [True]


@pytest.mark.parametrize("goodbye", ["close", "cut off", "restart", "too much"])
async def test_connects_again(
    listener: Listener, simulator: PlexSimulator, goodbye: str
) -> None:
    """A connection that ends, in whatever way, is made anew."""
    await listener.until_connected()
    match goodbye:
        case "close":
            await simulator.notifications.close()
        case "cut off":
            simulator.notifications.cut_off()
        case "too much":
            simulator.notifications.send("x" * 2 * 1024 * 1024)
        case "restart":
            await simulator.stop()
            await listener.until(lambda: not listener.stream.connected)
            await simulator.start()
    await listener.until(lambda: listener.connections == [True, False, True])
    simulator.activities.begin("butler", "Butler")
    await listener.until(lambda: bool(listener.received))


async def test_dropped(listener: Listener, simulator: PlexSimulator) -> None:
    """A connection is given up by those who know better, and made anew."""
    await listener.until_connected()
    await listener.stream.disconnect()
    await listener.until(lambda: listener.connections == [True, False, True])


async def test_drop_without_connection(client: PlexClient) -> None:
    """Where there is none, none is given up."""
    listener = Listener(client)
    await listener.stream.disconnect()
    assert listener.connections == []


async def test_pings_are_answered(listener: Listener, simulator: PlexSimulator) -> None:
    """A server that asks whether we are there is told so."""
    await listener.until_connected()
    await simulator.notifications.ping()
    await listener.until(lambda: simulator.notifications.pongs == 1)


async def test_server_never_answers_pings(
    listener: Listener, simulator: PlexSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Silence from a server that never answered a ping says nothing."""
    monkeypatch.setattr(stream_module, "PING_INTERVAL", 0.001)
    simulator.notifications.answers_pings = False
    await listener.until_connected()
    for told in range(1, 50):
        simulator.activities.begin("butler", "Butler")
        while len(listener.received) < told:
            await listener.until(lambda: bool(listener.received))
            await asyncio.sleep(0)
    await listener.until(lambda: simulator.notifications.pings > 10)
    assert listener.connections == [True]


async def test_connection_dies_without_a_word(
    listener: Listener, simulator: PlexSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A connection on which pings were answered, and are no more, is dead."""
    monkeypatch.setattr(stream_module, "PING_INTERVAL", 0.01)
    await listener.until_connected()
    await listener.until(lambda: bool(simulator.notifications.pings))
    simulator.notifications.mute = True
    await listener.until(lambda: listener.connections == [True, False, True])
    simulator.notifications.mute = False
    simulator.activities.begin("butler", "Butler")
    await listener.until(lambda: bool(listener.received))


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
    """A proxy that lets no websocket through is asked ever more seldom."""
    simulator.inject(fault, path=NOTIFICATIONS)
    await simulator.notifications.close()
    await listener.until(lambda: len(simulator.requests) >= 3)
    assert {request.path for request in simulator.requests} == {NOTIFICATIONS}
    simulator.heal()
    await listener.until_connected()


@pytest.mark.parametrize(
    ("fault", "refused"),
    [
        pytest.param(faults.cut_off(), False, id="cut off"),
        pytest.param(faults.starting_up(), False, id="starting up"),
        pytest.param(faults.status(502), False, id="502"),
        pytest.param(faults.status(404), True, id="404"),
        pytest.param(faults.status(401), True, id="401"),
        pytest.param(faults.status(403), True, id="403"),
    ],
)
async def test_server_is_seen_to_answer(
    client: PlexClient,
    simulator: PlexSimulator,
    monkeypatch: pytest.MonkeyPatch,
    fault: faults.Handler,
    refused: bool,
) -> None:
    """A server that was away is asked at once when it is back, one that refused isn't."""
    monkeypatch.setattr(stream_module, "MIN_BACKOFF", 100)
    simulator.inject(fault, path=NOTIFICATIONS)
    listener = Listener(client)
    task = asyncio.create_task(listener.stream.run())
    await listener.until(lambda: len(simulator.requests) == 1 and not simulator.busy)
    simulator.heal()
    # By the second time at the latest, the pause has begun.
    for _ in range(5):
        await client.identity()
        listener.stream.wake()
    if refused:
        await client.identity()
        assert not listener.stream.connected
    else:
        await listener.until_connected()
    task.cancel()


async def test_no_answer_to_the_upgrade(
    create_client: CreateClient,
    simulator: PlexSimulator,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A server that says nothing to the upgrade is given up."""
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
    """The token goes nowhere but to the server, by this way neither."""
    async with PlexSimulator() as other:
        simulator.inject(faults.redirect(f"{other.url}{NOTIFICATIONS}"))
        with pytest.raises(PlexResponseError):
            async with client.notifications():
                pass
        assert other.requests == []
