"""Commands, against every fault."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, override

import pytest

from custom_components.plex_butler.const import DOMAIN
from homeassistant.components.switch import DOMAIN as SWITCH_DOMAIN
from homeassistant.const import ATTR_ENTITY_ID, SERVICE_TURN_OFF, STATE_UNAVAILABLE
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError

from ..common import SCHEDULED, START, START_ALL, STATUS, STOP, STOP_ALL, press
from ..simulator import PREFERENCES
from .table import FAULTS, Answer, Error, Fault, Post
from .world import World

ANSWERS: Final = [fault for fault in FAULTS if isinstance(fault, Answer)]


@dataclass(frozen=True, kw_only=True)
class Command:
    """Something that a server can be asked to do, and the request for it.

    `maybe` is the error that it isn't known whether the server did it.
    """

    id: str
    method: str
    path: str
    entity_id: str
    maybe: str

    @override
    def __str__(self) -> str:
        """Return the id, which names the test."""
        return self.id

    async def send(self, world: World) -> None:
        """Do what a person does to send it."""
        if self.entity_id == SCHEDULED:
            await world.hass.services.async_call(
                SWITCH_DOMAIN,
                SERVICE_TURN_OFF,
                {ATTR_ENTITY_ID: SCHEDULED},
                blocking=True,
            )
        else:
            await press(world.hass, self.entity_id)

    async def call(self, world: World) -> None:
        """Call the action, which doesn't need an available entity."""
        action = (
            f"{self.id.replace(' all', '')}_{'all_tasks' if ' ' in self.id else 'task'}"
        )
        data = {} if " " in self.id else {"task": "BackupDatabase"}
        await world.hass.services.async_call(DOMAIN, action, data, blocking=True)


CHANGE: Final = Command(
    id="settings write",
    method="PUT",
    path=PREFERENCES,
    entity_id=SCHEDULED,
    maybe="maybe_changed",
)

COMMANDS: Final = [
    Command(
        id="start",
        method="POST",
        path="/butler/BackupDatabase",
        entity_id=START,
        maybe="maybe_started",
    ),
    Command(
        id="stop",
        method="DELETE",
        path="/butler/BackupDatabase",
        entity_id=STOP,
        maybe="maybe_stopped",
    ),
    Command(
        id="start all",
        method="POST",
        path="/butler",
        entity_id=START_ALL,
        maybe="maybe_started_all",
    ),
    Command(
        id="stop all",
        method="DELETE",
        path="/butler",
        entity_id=STOP_ALL,
        maybe="maybe_stopped_all",
    ),
    CHANGE,
]

ACTIONS: Final = [command for command in COMMANDS if command is not CHANGE]

EXCEPTIONS: Final[Mapping[tuple[str, str], str | None]] = {
    ("start", "404"): "unknown_task",
    # The task wasn't running.
    ("stop", "404"): None,
    # A server may answer so to the change or to the reads after it (measured).
    ("settings write", "400"): "setting_refused",
}


def _error(command: Command, fault: Fault) -> str | None:
    """Return the translation key of a command's error, None if it succeeds."""
    if (command.id, fault.id) in EXCEPTIONS:
        return EXCEPTIONS[command.id, fault.id]
    match fault.post:
        case Post.FAILS:
            return fault.error
        case Post.UNANSWERED:
            return command.maybe
        case Post.ACCEPTED:
            # The server accepts the change, but doesn't apply it.
            return "setting_refused" if command is CHANGE else None


async def _send_to_fault(world: World, command: Command, fault: Answer) -> None:
    """Send a command that alone is answered with a fault, and then again without."""
    world.site.simulator.inject(fault.answer, method=command.method, path=command.path)
    error = _error(command, fault)
    if error is None:
        await world.clock.run(command.send(world))
    else:
        kind = ServiceValidationError if error == "unknown_task" else HomeAssistantError
        await world.fails(command.send(world), kind, error)
    is_started = command.id == "start" and error in (None, command.maybe)
    assert world.hass.states.is_state(STATUS, "running" if is_started else "idle")
    assert world.hass.states.is_state(SCHEDULED, "on")
    assert world.read_log() == []
    assert world.reauth_flows() == 0
    assert world.issues() == set()

    await fault.end(world.site)
    await world.clock.run(command.send(world))
    assert world.site.simulator.commands()[-1] == (command.method, command.path)


@pytest.mark.parametrize(
    "fault", [fault for fault in ANSWERS if fault.post is not Post.ACCEPTED], ids=str
)
@pytest.mark.parametrize("command", COMMANDS, ids=str)
async def test_answer(world: World, command: Command, fault: Answer) -> None:
    """An answer to a command is an error of its own, and makes nothing unavailable."""
    await world.setup()
    await _send_to_fault(world, command, fault)


@pytest.mark.parametrize(
    "fault", [fault for fault in ANSWERS if fault.post is Post.ACCEPTED], ids=str
)
async def test_body(world: World, fault: Answer) -> None:
    """What follows the status of an answer to a command doesn't matter."""
    await world.setup()
    for command in COMMANDS:
        await _send_to_fault(world, command, fault)
        await world.clock.run(press(world.hass, STOP_ALL))
        await world.clock.pass_time(30)


@pytest.mark.parametrize(
    "fault", [fault for fault in FAULTS if fault not in ANSWERS], ids=str
)
@pytest.mark.parametrize("command", ACTIONS, ids=str)
async def test_no_server(world: World, command: Command, fault: Fault) -> None:
    """An action isn't sent, says why, and can be sent once the server is back."""
    await world.setup()
    await fault.begin(world.site)
    await world.fails(command.call(world), HomeAssistantError, fault.error)
    assert world.hass.states.is_state(STATUS, STATE_UNAVAILABLE)
    assert len(world.read_log()) == 1
    assert world.site.simulator.commands() == []

    await fault.end(world.site)
    await world.clock.run(command.call(world))
    assert world.site.simulator.commands() == [(command.method, command.path)]


@pytest.mark.parametrize("fault", ANSWERS, ids=str)
async def test_read_back(world: World, fault: Answer) -> None:
    """A change that can't be read back says so, and is shown after the next poll."""
    await world.setup()
    world.site.simulator.inject(fault.answer, method="GET", path=PREFERENCES)
    await world.fails(CHANGE.send(world), HomeAssistantError, "setting_unconfirmed")
    assert world.hass.states.is_state(STATUS, "disabled")
    assert world.hass.states.is_state(SCHEDULED, "on")
    assert world.read_log() == []
    assert world.reauth_flows() == 0

    await fault.end(world.site)
    await world.clock.pass_time(360)
    assert world.hass.states.is_state(SCHEDULED, "off")
    assert world.site.simulator.commands() == [("PUT", PREFERENCES)]


@pytest.mark.parametrize(
    "fault",
    [fault for fault in ANSWERS if fault.error is not Error.AUTHENTICATION],
    ids=str,
)
async def test_parts_missing(world: World, fault: Answer) -> None:
    """Without activities and settings the tasks stay, and the last settings too."""
    await world.setup()
    for path in ("/activities", PREFERENCES):
        world.site.simulator.inject(fault.answer, path=path)
    await world.clock.pass_time(360)
    await world.clock.run(press(world.hass, START))
    await world.clock.pass_time(30)
    assert world.hass.states.is_state(STATUS, "running")
    assert world.hass.states.is_state(SCHEDULED, "on")
    paths = {request.path for request in world.site.simulator.requests}
    assert paths > {"/activities", PREFERENCES}
    assert world.read_log() == []

    world.site.simulator.settings["ButlerTaskBackupDatabase"] = False
    await fault.end(world.site)
    await world.clock.pass_time(360)
    assert world.hass.states.is_state(SCHEDULED, "off")
