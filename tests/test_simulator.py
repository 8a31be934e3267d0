"""The simulator shows what its docstring says that it assumes of a server."""

from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager
from datetime import UTC, timedelta
from typing import Any

import aiohttp
from freezegun.api import FrozenDateTimeFactory
import pytest

from homeassistant.core import HomeAssistant

from .common import START, STATUS, Clock, press
from .simulator import NOTIFICATIONS, PlexSimulator

BACKUP = "BackupDatabase"
OPTIMIZATION = "OptimizeDatabase"
CREDITS = "ButlerTaskGenerateCreditsMarkers"
GUIDES = "RefreshEpgGuides"
OPTIMIZATION_STATUS = "sensor.tower_optimize_database"

RESTING = ("butler", "", 100)

type Row = tuple[str, str, float]


class Client:
    """A client of the simulator with the owner's token."""

    def __init__(
        self, session: aiohttp.ClientSession, simulator: PlexSimulator
    ) -> None:
        """Initialize the client."""
        self._session = session
        self._simulator = simulator
        self.token = simulator.owner_token

    async def status(self, method: str, path: str) -> int:
        """Return the status of a response."""
        async with self._request(method, path) as response:
            return response.status

    async def json(self, path: str) -> Any:
        """Return the JSON body of a response."""
        async with self._request("GET", path, Accept="application/json") as response:
            return await response.json()

    async def xml(self, path: str) -> bytes:
        """Return the body of a response to a request that doesn't ask for JSON."""
        async with self._request("GET", path) as response:
            return await response.read()

    async def rows(self) -> list[Row]:
        """Return the type, the subtitle and the progress of each activity."""
        container = (await self.json("/activities"))["MediaContainer"]
        return [
            (row["type"], row["subtitle"], row["progress"])
            for row in container.get("Activity", [])
        ]

    def _request(
        self, method: str, path: str, **headers: str
    ) -> AbstractAsyncContextManager[aiohttp.ClientResponse]:
        if self.token:
            headers["X-Plex-Token"] = self.token
        return self._session.request(
            method, self._simulator.url + path, headers=headers
        )


@pytest.fixture
async def client(simulator: PlexSimulator) -> AsyncGenerator[Client]:
    """Return a client of the simulator."""
    async with aiohttp.ClientSession() as session:
        yield Client(session, simulator)


@pytest.fixture
def open_window(simulator: PlexSimulator, freezer: FrozenDateTimeFactory) -> None:
    """Let it be 03:00 in a maintenance window from 02:00 to 05:00."""
    simulator.butler.time_zone = UTC
    simulator.settings["ButlerStartHour"] = 2
    simulator.settings["ButlerEndHour"] = 5
    now = freezer.time_to_freeze
    freezer.tick((now.replace(hour=3, minute=0) - now) % timedelta(days=1))


class Ticker:
    """Lets time pass."""

    def __init__(self, freezer: FrozenDateTimeFactory, client: Client) -> None:
        """Initialize."""
        self._freezer = freezer
        self._client = client

    async def __call__(self, seconds: float) -> list[Row]:
        """Let some seconds pass, and return the activities."""
        self._freezer.tick(timedelta(seconds=seconds))
        # A timer that is due runs before the answer to a request is read.
        await self._client.rows()
        return await self._client.rows()


@pytest.fixture
def tick(freezer: FrozenDateTimeFactory, client: Client) -> Ticker:
    """Return a function that lets time pass."""
    return Ticker(freezer, client)


async def test_overlapping_tasks_are_named_by_an_activity_each(
    simulator: PlexSimulator, client: Client
) -> None:
    """Each of two running tasks has an activity, until that task ends."""
    simulator.butler.start(BACKUP)
    simulator.butler.start(OPTIMIZATION)
    backup, optimization = await client.rows()
    assert backup == ("butler", "Backup Database", 0)
    assert optimization == ("butler", "Optimize Database", 0)
    simulator.butler.finish(BACKUP)
    assert await client.rows() == [RESTING, optimization]
    simulator.butler.finish(OPTIMIZATION)
    assert await client.rows() == [RESTING]


async def test_overlapping_tasks_without_a_permanent_activity(
    simulator: PlexSimulator, client: Client
) -> None:
    """On a server that shows nothing while it's idle, each activity ends with its task."""
    simulator.display.permanent = False
    simulator.display.rest()
    assert await client.rows() == []
    simulator.butler.start(BACKUP)
    simulator.butler.start(OPTIMIZATION)
    simulator.butler.finish(BACKUP)
    assert await client.rows() == [("butler", "Optimize Database", 0)]
    simulator.butler.finish(OPTIMIZATION)
    assert await client.rows() == []


async def test_overlapping_tasks_share_an_activity_without_a_name(
    simulator: PlexSimulator, client: Client
) -> None:
    """One activity that names no task goes on until the last task has ended."""
    simulator.display.names_task = False
    simulator.butler.start(BACKUP)
    simulator.butler.start(OPTIMIZATION)
    assert await client.rows() == [("butler", "", 0)]
    simulator.butler.finish(BACKUP)
    assert await client.rows() == [("butler", "", 0)]
    simulator.butler.finish(OPTIMIZATION)
    assert await client.rows() == [RESTING]


async def test_tasks_one_after_the_other_share_an_activity(
    simulator: PlexSimulator, client: Client
) -> None:
    """Between two tasks of start-all, the shared activity doesn't rest."""
    simulator.display.names_task = False
    simulator.butler.start_all()
    (first,) = simulator.butler.running
    simulator.butler.finish(first)
    assert len(simulator.butler.running) == 1
    assert ("butler", "", 0) in await client.rows()
    simulator.butler.stop_all()
    assert await client.rows() == [RESTING]


async def test_child_activities_name_the_tasks(
    simulator: PlexSimulator, client: Client
) -> None:
    """Activities of another type name the tasks beside one that names none."""
    simulator.display.named_type = "butler.task"
    simulator.butler.start(BACKUP)
    simulator.butler.start(OPTIMIZATION)
    simulator.butler.finish(BACKUP)
    assert await client.rows() == [
        ("butler", "", 0),
        ("butler.task", "Optimize Database", 0),
    ]
    simulator.butler.finish(OPTIMIZATION)
    assert await client.rows() == [RESTING]


async def test_nothing_is_shown(simulator: PlexSimulator, client: Client) -> None:
    """A server may show nothing of its tasks."""
    simulator.display.permanent = simulator.display.row = False
    simulator.display.children = False
    simulator.display.rest()
    simulator.butler.start(CREDITS)
    assert await client.rows() == []


async def test_gap(simulator: PlexSimulator, client: Client, tick: Ticker) -> None:
    """Nothing is shown of a task between two of its items."""
    simulator.display.row = False
    task = simulator.butler.tasks[CREDITS]
    task.duration, task.items, task.gap = 50, 3, 10
    item = "media.generate.credits"
    simulator.butler.start(CREDITS)
    assert await client.rows() == [RESTING, (item, "Item 1", 0)]
    assert await tick(9) == [RESTING, (item, "Item 1", 0)]
    assert await tick(2) == [RESTING]
    assert await tick(10) == [RESTING, (item, "Item 2", 0)]
    assert await tick(10) == [RESTING]
    assert simulator.butler.running == [CREDITS]
    assert await tick(10) == [RESTING, (item, "Item 3", 0)]
    assert await tick(10) == [RESTING]
    assert simulator.butler.running == []


async def test_wedged(simulator: PlexSimulator, client: Client, tick: Ticker) -> None:
    """A task stays at a fraction of a percent for hours, until it is stopped."""
    task = simulator.butler.tasks[BACKUP]
    task.duration, task.wedged_at = 10, 42.5
    simulator.butler.start(BACKUP)
    assert await tick(4.5) == [("butler", "Backup Database", 40)]
    assert await tick(1) == [("butler", "Backup Database", 42.5)]
    assert await tick(36000) == [("butler", "Backup Database", 42.5)]
    assert b'progress="42.5"' in await client.xml("/activities")
    assert await client.status("DELETE", f"/butler/{BACKUP}") == 200
    assert await client.rows() == [RESTING]


@pytest.mark.usefixtures("open_window")
async def test_queued(simulator: PlexSimulator, client: Client) -> None:
    """In the window, a task with a random start waits, and a DELETE takes it out."""
    assert await client.status("POST", f"/butler/{GUIDES}") == 200
    assert await client.status("POST", f"/butler/{GUIDES}") == 200
    assert (simulator.butler.running, simulator.butler.queue) == ([], [GUIDES])
    assert await client.rows() == [RESTING]
    assert await client.status("DELETE", f"/butler/{GUIDES}") == 200
    assert await client.status("DELETE", f"/butler/{GUIDES}") == 404
    assert await client.status("POST", f"/butler/{BACKUP}") == 200
    assert (simulator.butler.running, simulator.butler.queue) == ([BACKUP], [])


@pytest.mark.usefixtures("open_window")
async def test_queued_until_its_random_time(
    simulator: PlexSimulator, client: Client, tick: Ticker
) -> None:
    """A task with a random start runs when its time has come, if it still waits."""
    simulator.butler.random_delay = 600
    await client.status("POST", f"/butler/{GUIDES}")
    await tick(599)
    assert simulator.butler.running == []
    await tick(2)
    assert (simulator.butler.running, simulator.butler.queue) == ([GUIDES], [])
    simulator.butler.finish(GUIDES)
    await client.status("POST", f"/butler/{GUIDES}")
    await client.status("DELETE", f"/butler/{GUIDES}")
    await tick(601)
    assert simulator.butler.running == []


@pytest.mark.usefixtures("open_window")
async def test_single_starts_may_not_be_scheduled(
    simulator: PlexSimulator, client: Client
) -> None:
    """On a server that schedules only what start-all starts, a single start is immediate."""
    simulator.butler.schedules_single_starts = False
    await client.status("POST", f"/butler/{GUIDES}")
    assert simulator.butler.running == [GUIDES]


async def test_one_after_the_other(simulator: PlexSimulator, client: Client) -> None:
    """On a server that runs one task at a time, the next one waits for the end."""
    simulator.butler.parallel = False
    for task in (BACKUP, OPTIMIZATION):
        assert await client.status("POST", f"/butler/{task}") == 200
    assert simulator.butler.running == [BACKUP]
    simulator.butler.finish(BACKUP)
    assert simulator.butler.running == [OPTIMIZATION]


async def test_start_all_at_the_same_time(
    simulator: PlexSimulator, client: Client
) -> None:
    """A server may run all tasks of start-all at the same time."""
    simulator.butler.parallel_start_all = True
    simulator.butler.tasks[BACKUP].duration = 0
    await client.status("POST", "/butler")
    assert len(simulator.butler.running) > 10
    assert BACKUP not in simulator.butler.running


async def test_unclaimed(simulator: PlexSimulator, client: Client) -> None:
    """A server without an owner answers the same without a token as with the owner's."""
    client.token = ""
    assert (await client.json("/identity"))["MediaContainer"]["claimed"] is True
    assert await client.status("GET", "/butler") == 401
    simulator.claimed = False
    assert (await client.json("/identity"))["MediaContainer"]["claimed"] is False
    assert await client.status("GET", "/butler") == 200
    client.token = "wrong"
    assert await client.status("GET", "/butler") == 401


async def test_base_path(simulator: PlexSimulator, client: Client) -> None:
    """A server is found below the path at which a proxy serves it, and only there."""
    root = simulator.url
    simulator.base_path = "/media/plex"
    assert simulator.url == f"{root}/media/plex"
    for path in ("/", "/identity", "/activities", "/butler", "/:/prefs"):
        assert await client.status("GET", path) == 200
    assert await client.status("POST", f"/butler/{BACKUP}") == 200
    async with aiohttp.ClientSession() as session:
        for path in ("/", "/identity", "/butler", NOTIFICATIONS, "/media/identity"):
            async with session.get(root + path) as response:
                assert response.status == 404
        headers = {"X-Plex-Token": client.token}
        async with session.ws_connect(
            simulator.url + NOTIFICATIONS, headers=headers
        ) as websocket:
            simulator.butler.finish(BACKUP)
            frame = await websocket.receive_json()
    assert frame["NotificationContainer"]["type"] == "activity"


@pytest.mark.usefixtures("setup_entry")
async def test_overlapping_tasks_in_home_assistant(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """Of two tasks started 3 s apart, each is running until the server ends it."""
    await press(hass, START)
    await clock.tick(3)
    await press(hass, "button.tower_optimize_database_start")
    await clock.tick(2)
    assert simulator.butler.running == [BACKUP, OPTIMIZATION]
    assert _statuses(hass) == ["running", "running"]
    await clock.tick(120)
    assert _statuses(hass) == ["running", "running"]
    simulator.butler.finish(BACKUP)
    await clock.tick(2)
    assert _statuses(hass) == ["idle", "running"]
    simulator.butler.finish(OPTIMIZATION)
    await clock.tick(2)
    assert _statuses(hass) == ["idle", "idle"]


def _statuses(hass: HomeAssistant) -> list[str]:
    return [
        state.state
        for sensor in (STATUS, OPTIMIZATION_STATUS)
        if (state := hass.states.get(sensor))
    ]
