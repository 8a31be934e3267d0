"""The simulator, as seen by two clients that others wrote for real servers.

What they understand of it is right in so far as they are; where the simulator and our
own client shared a mistake, these would stumble.
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
    """python-plexapi connects, lists the tasks and runs one."""
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
    # It takes a 202 for an error, which is known of it.
    with pytest.raises(BadRequest, match="202"):
        await asyncio.to_thread(server.runButlerTask, "BackupDatabase")


async def test_plexapi_activities(simulator: PlexSimulator) -> None:
    """python-plexapi sees what goes on, and is told of changes by its AlertListener."""
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
    rested = await alerts.get()
    await asyncio.to_thread(listener.stop)
    await asyncio.to_thread(listener.join)
    assert ended["type"] == rested["type"] == "activity"
    (notification,) = ended["ActivityNotification"]
    assert notification["event"] == "ended"
    assert notification["Activity"]["type"] == "media.generate.credits"
    (notification,) = rested["ActivityNotification"]
    assert notification["event"] == "updated"
    assert notification["Activity"]["progress"] == 100


async def test_plexapi_is_refused(simulator: PlexSimulator) -> None:
    """python-plexapi takes our 401 for what it is."""
    with pytest.raises(Unauthorized):
        await asyncio.to_thread(PlexServer, simulator.url, "wrong")


async def test_plex_api_client(simulator: PlexSimulator) -> None:
    """plex-api-client's five butler operations do what they say."""
    butler = simulator.butler
    async with PlexAPI(
        token=simulator.owner_token,
        accepts=Accepts.APPLICATION_JSON,
        server_url=simulator.url,
    ) as plex:
        found = (await plex.butler.get_tasks_async()).object
        assert found and found.butler_tasks and found.butler_tasks.butler_task
        tasks = {task.name: task for task in found.butler_tasks.butler_task}
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
