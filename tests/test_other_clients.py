"""The simulator works with two clients that others wrote for real servers.

They would fail where the simulator and our own client share a mistake.
"""

import asyncio
from typing import Any

from plex_api_client import PlexAPI
from plex_api_client.models.components import Accepts
from plex_api_client.models.errors import SDKError
from plex_api_client.models.operations import (
    ButlerTask as StopButlerTask,
    PathParamButlerTask as ButlerTask,
    StartTaskRequestTypedDict,
    StopTaskRequestTypedDict,
)
from plexapi.exceptions import BadRequest, Unauthorized
from plexapi.server import PlexServer
import pytest

from .simulator import PlexSimulator


async def test_plexapi(simulator: PlexSimulator) -> None:
    """python-plexapi connects, lists the tasks, and starts one."""
    server = await asyncio.to_thread(PlexServer, simulator.url, simulator.owner_token)
    assert server.friendlyName == "Tower"
    assert server.machineIdentifier == simulator.machine_identifier
    assert server.version == simulator.version

    tasks = {task.name: task for task in await asyncio.to_thread(server.butlerTasks)}
    assert tasks.keys() == simulator.butler.tasks.keys()
    backup = tasks["BackupDatabase"]
    assert backup.title == "Backup Database"
    assert backup.interval == 3
    assert backup.enabled is True
    assert backup.scheduleRandomized is False
    assert tasks["AutomaticUpdates"].enabled is False

    await asyncio.to_thread(server.runButlerTask, "BackupDatabase")
    assert simulator.butler.running == ["BackupDatabase"]
    # It is known to raise an error for a 202.
    with pytest.raises(BadRequest, match="202"):
        await asyncio.to_thread(server.runButlerTask, "BackupDatabase")


async def test_plexapi_activities(simulator: PlexSimulator) -> None:
    """python-plexapi lists the activities, and its AlertListener reports changes."""
    server = await asyncio.to_thread(PlexServer, simulator.url, simulator.owner_token)
    simulator.butler.start("ButlerTaskGenerateCreditsMarkers")
    activities = await asyncio.to_thread(lambda: server.activities)
    assert [
        (activity.type, activity.title, activity.subtitle, activity.progress)
        for activity in activities
    ] == [
        ("butler", "Butler tasks", "Generate Credits Markers", 0),
        ("media.generate.credits", "Detecting Credits", "Item 1", 0),
    ]

    alerts: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    loop = asyncio.get_running_loop()
    listener = await asyncio.to_thread(
        server.startAlertListener,
        lambda alert: loop.call_soon_threadsafe(alerts.put_nowait, alert),
    )
    while not simulator.notifications.listeners:
        await asyncio.to_thread(server.identity)
    simulator.butler.finish("ButlerTaskGenerateCreditsMarkers")
    ended = await alerts.get()
    updated = await alerts.get()
    await asyncio.to_thread(listener.stop)
    await asyncio.to_thread(listener.join)
    assert ended["type"] == updated["type"] == "activity"
    (notification,) = ended["ActivityNotification"]
    assert notification["event"] == "ended"
    assert notification["Activity"]["type"] == "media.generate.credits"
    (notification,) = updated["ActivityNotification"]
    assert notification["event"] == "updated"
    assert notification["Activity"]["progress"] == 100


async def test_plexapi_invalid_token(simulator: PlexSimulator) -> None:
    """python-plexapi raises Unauthorized for an invalid token."""
    with pytest.raises(Unauthorized):
        await asyncio.to_thread(PlexServer, simulator.url, "wrong")


async def test_plex_api_client(simulator: PlexSimulator) -> None:
    """The five butler operations of plex-api-client work."""
    butler = simulator.butler
    async with PlexAPI(
        token=simulator.owner_token,
        accepts=Accepts.APPLICATION_JSON,
        server_url=simulator.url,
    ) as plex:
        response = (await plex.butler.get_tasks_async()).object
        assert response and response.butler_tasks and response.butler_tasks.butler_task
        tasks = {task.name: task for task in response.butler_tasks.butler_task}
        assert tasks.keys() == butler.tasks.keys()
        assert tasks["BackupDatabase"].interval == 3
        assert tasks["BackupDatabase"].enabled is True

        start: StartTaskRequestTypedDict = {"butler_task": ButlerTask.BACKUP_DATABASE}
        stop: StopTaskRequestTypedDict = {"butler_task": StopButlerTask.BACKUP_DATABASE}
        for expected in (200, 202):
            started = await plex.butler.start_task_async(request=start)
            assert started.status_code == expected
        assert butler.running == ["BackupDatabase"]
        stopped = await plex.butler.stop_task_async(request=stop)
        assert stopped.status_code == 200
        assert butler.running == []
        with pytest.raises(SDKError) as raised:
            await plex.butler.stop_task_async(request=stop)
        assert raised.value.status_code == 404

        await plex.butler.start_tasks_async()
        assert butler.running
        await plex.butler.stop_tasks_async()
        assert not butler.running
