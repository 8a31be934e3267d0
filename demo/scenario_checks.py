"""Checks of what the integration tells about the tasks of the demo's scenario."""

from asyncio.subprocess import Process
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, override

import aiohttp

from tests.simulator.display import CHILDREN
from tests.simulator.server import OWNER_TOKEN

from .client import HomeAssistantClient
from .clock import MOVE_MINUTES, move_clock
from .exceptions import DemoError
from .processes import wait_until
from .report import report, require
from .scenario import (
    FIRST,
    PAUSING,
    SECOND,
    STALLED_PROGRESS,
    STALLING,
    START_INTERVAL,
    WAITING,
    start_tasks,
)

ITEM_TYPE: Final = CHILDREN[PAUSING][0]
TIMEOUT: Final = 60
TOLERANCE: Final = 3
"""Seconds, since machines of CI are slow."""

type State = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Task:
    """A task as it was seen in Home Assistant; `recorded` are all states since then.

    Its entities are the sensor of its status, and the event of its runs.
    """

    name: str
    entity_id: str
    event_id: str
    recorded: list[State]

    @property
    def states(self) -> list[State]:
        """Return the states of the task's sensor, the oldest first."""
        return [
            state for state in self.recorded if state["entity_id"] == self.entity_id
        ]

    @property
    def statuses(self) -> list[str]:
        """Return the statuses one after the other, without repetitions."""
        statuses: list[str] = []
        for state in self.states:
            if statuses[-1:] != [state["state"]]:
                statuses.append(state["state"])
        return statuses

    @property
    def events(self) -> list[State]:
        """Return the attributes of the task's events, the oldest first."""
        return [
            state["attributes"]
            for state in self.recorded
            if state["entity_id"] == self.event_id
        ]

    @property
    def event_types(self) -> list[str]:
        """Return the types of the task's events, the oldest first."""
        return [event["event_type"] for event in self.events]

    async def wait_for(self, condition: Callable[[State], bool], error: str) -> State:
        """Wait for the first state that meets a condition, and return it.

        Raises DemoError if there is none in time.
        """

        def found() -> list[State]:
            return list(filter(condition, self.states))

        await self._wait_until(lambda: bool(found()), error)
        return found()[0]

    async def wait_for_events(self, *types: str) -> None:
        """Wait until there are as many events, and check their types."""
        await self._wait_until(
            lambda: len(self.events) >= len(types), f"hasn't had the events {types}"
        )
        self.require(self.event_types == list(types), f"has other events than {types}")

    def require(self, condition: bool, error: str) -> None:
        """Raise DemoError unless a condition is true."""
        require(condition, f"{self.name} {error}; it was {self}")

    async def _wait_until(self, condition: Callable[[], bool], error: str) -> None:
        async def is_met() -> bool:
            return condition()

        try:
            await wait_until(is_met, error, TIMEOUT)
        except DemoError:
            self.require(False, error)

    @override
    def __str__(self) -> str:
        """Return the statuses and events that were seen."""
        return f"{', '.join(self.statuses)} (events: {', '.join(self.event_types)})"


async def check_scenario(
    client: HomeAssistantClient, process: Process, plex_url: str
) -> None:
    """Start the tasks of the scenario, and check them.

    Moves the clock of the Home Assistant process. Raises DemoError if something is wrong.
    """
    async with client.record_states() as recorded:
        tasks = {
            name: Task(
                name=name,
                entity_id=await client.find_entity(f"_{name}_status"),
                event_id=await client.find_entity(f"_{name}_run"),
                recorded=recorded,
            )
            for name in (FIRST, SECOND, PAUSING, WAITING, STALLING)
        }
        await start_tasks(client)
        await check_waiting(tasks[WAITING])
        await check_gap(client, tasks[PAUSING], plex_url)
        await check_overlap(tasks[FIRST], tasks[SECOND])
        await check_turn(tasks[WAITING])
        await check_stalled(client, process, tasks[STALLING])
        await check_end_of_gaps(tasks[PAUSING])


async def check_waiting(task: Task) -> None:
    """Check that a task with a random start is queued, and hasn't started."""
    await task.wait_for(lambda state: state["state"] == "queued", "isn't queued")
    task.require(task.event_types == [], "has events while it's queued")
    report(f"{task.name} waits for its turn in the maintenance window")


async def check_gap(client: HomeAssistantClient, task: Task, plex_url: str) -> None:
    """Check that a task goes on while the server shows nothing of it."""
    await task.wait_for(lambda state: state["state"] == "running", "isn't running")
    for is_shown in (False, True):
        await wait_for_items(plex_url, is_shown=is_shown)
        status = (await client.get(f"/api/states/{task.entity_id}"))["state"]
        task.require(status == "running", f"is {status} between two items")
    task.require(task.event_types == ["started"], "has more than one start")
    report(f"{task.name} goes on between two items")


async def wait_for_items(plex_url: str, *, is_shown: bool) -> None:
    """Wait until the server shows the items that a task works on, or doesn't."""

    async def is_reached() -> bool:
        async with (
            aiohttp.ClientSession() as session,
            session.get(
                f"{plex_url}/activities",
                headers={"X-Plex-Token": OWNER_TOKEN, "Accept": "application/json"},
            ) as response,
        ):
            container = (await response.json())["MediaContainer"]
        types = {activity["type"] for activity in container.get("Activity", ())}
        return (ITEM_TYPE in types) is is_shown

    await wait_until(is_reached, "the simulated server shows no gap", TIMEOUT)


async def check_overlap(first: Task, second: Task) -> None:
    """Check that two tasks ran at the same time, and that each ended by itself."""
    for task in (first, second):
        await task.wait_for_events("started", "finished")
    recorded = first.recorded
    starts = [
        next(index for index, state in enumerate(recorded) if is_named(task, state))
        for task in (first, second)
    ]
    ends = [
        next(index for index, state in enumerate(recorded) if is_end(task, state))
        for task in (first, second)
    ]
    first.require(max(starts) < min(ends), "didn't run at the same time as the other")
    first.require(ends[0] < ends[1], "ended after the other, which began later")
    durations = [task.events[-1]["duration"] for task in (first, second)]
    first.require(
        abs(durations[0] - durations[1]) < TOLERANCE
        and min(durations) > START_INTERVAL + TOLERANCE,
        f"and the other have the durations {durations}",
    )
    report(f"{first.name} and {second.name} ran at the same time, each to its own end")


def is_named(task: Task, state: State) -> bool:
    """Return whether a state shows that a task is running and named by the server."""
    status, evidence = state["state"], state["attributes"].get("evidence")
    return state in task.states and (status, evidence) == ("running", "named")


def is_end(task: Task, state: State) -> bool:
    """Return whether a state is the event that a task finished."""
    if state["entity_id"] != task.event_id:
        return False
    return bool(state["attributes"]["event_type"] == "finished")


async def check_turn(task: Task) -> None:
    """Check that a task which was queued ran when its turn came."""
    await task.wait_for_events("started", "finished")
    statuses = task.statuses
    task.require(statuses[:2] == ["queued", "running"], "wasn't queued, then running")
    report(f"{task.name} ran when its turn came")


async def check_stalled(
    client: HomeAssistantClient, process: Process, task: Task
) -> None:
    """Check that a task which makes no progress says since when, after half an hour."""
    state = await task.wait_for(
        lambda state: state["attributes"].get("progress") == STALLED_PROGRESS,
        f"didn't reach {STALLED_PROGRESS} %",
    )
    task.require(not is_stalled(state), "is stalled too soon")
    await move_clock(process)
    state = await task.wait_for(
        is_stalled, f"isn't stalled after {MOVE_MINUTES} minutes"
    )
    since = datetime.fromisoformat(str(state["attributes"]["stalled_since"]))
    task.require(since < datetime.now(UTC), f"is stalled since {since}")
    task.require(state["state"] == "running", "is stalled, but not running")
    button = await client.find_entity(f"{task.name}_stop")
    await client.call_action("button.press", entity_id=button)
    await task.wait_for_events("started", "stopped")
    report(f"{task.name} says since when it makes no progress")


def is_stalled(state: State) -> bool:
    """Return whether a state says since when a task makes no progress."""
    return state["attributes"].get("stalled_since") is not None


async def check_end_of_gaps(task: Task) -> None:
    """Check that the end of a task with gaps is that of its last item."""
    await task.wait_for_events("started", "finished")
    duration = task.events[-1]["duration"]
    # The clock was moved before the end was sure, long after the last item.
    task.require(duration < TIMEOUT, f"has a duration of {duration} seconds")
    report(f"{task.name} ended with its last item")
