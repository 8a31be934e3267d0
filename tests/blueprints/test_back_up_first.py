"""Back up first, played through."""

from asyncio import Task
from typing import Any, Final

import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_mock_service,
)

from homeassistant.core import HomeAssistant, ServiceCall

from ..common import Clock
from ..simulator import PlexSimulator, faults
from .common import PHONE, Notification, Person

BACKUP: Final = ("POST", "/butler/BackupDatabase")
ACTIONS: Final = [{"action": "backup.create_automatic"}]


@pytest.fixture
def done(hass: HomeAssistant) -> list[ServiceCall]:
    """Return the actions that were done after the backup."""
    return async_mock_service(hass, "backup", "create_automatic")


class Script:
    """The script, which a person runs."""

    def __init__(
        self, hass: HomeAssistant, clock: Clock, person: Person, entry: MockConfigEntry
    ) -> None:
        """Initialize without a script."""
        self._hass = hass
        self._clock = clock
        self._person = person
        self._entry = entry

    async def run(self, minutes: int, **inputs: Any) -> Task[Any]:
        """Make the script, run it, and let some minutes pass."""
        await self._person.make(
            "back_up_first",
            server=self._entry.entry_id,
            actions=ACTIONS,
            **{"notify_devices": [PHONE], **inputs},
        )
        run = self._hass.async_create_task(
            self._hass.services.async_call("script", "back_up_first", blocking=True)
        )
        await self._clock.tick(5)
        for _ in range(minutes):
            await self._clock.tick(60)
        return run


@pytest.fixture
def script(
    hass: HomeAssistant, clock: Clock, person: Person, setup_entry: MockConfigEntry
) -> Script:
    """Return the script, which is still to be made."""
    return Script(hass, clock, person, setup_entry)


async def test_backup_finished(
    script: Script,
    clock: Clock,
    simulator: PlexSimulator,
    done: list[ServiceCall],
    notifications: list[Notification],
) -> None:
    """The actions are done when the backup has finished, and not before."""
    simulator.butler.tasks["BackupDatabase"].duration = 150
    run = await script.run(2)
    assert simulator.commands() == [BACKUP]
    assert not done
    await clock.tick(60)
    assert run.done()
    assert len(done) == 1
    assert notifications == []


async def test_backup_of_a_second(
    script: Script,
    simulator: PlexSimulator,
    done: list[ServiceCall],
    notifications: list[Notification],
) -> None:
    """By default, the actions are done after a backup that nobody saw."""
    simulator.butler.tasks["BackupDatabase"].duration = 0
    simulator.display.row = simulator.display.children = False
    run = await script.run(5)
    assert run.done()
    assert simulator.commands() == [BACKUP]
    assert len(done) == 1
    assert notifications == []


REASONS: Final = {
    "unconfirmed": "The end of the database backup wasn't confirmed.",
    "stopped": "The database backup was stopped.",
    "timeout": "The database backup didn't finish in time.",
}


@pytest.mark.parametrize("outcome", REASONS)
@pytest.mark.parametrize("goes_on", [True, False])
async def test_other_outcomes(
    hass: HomeAssistant,
    script: Script,
    clock: Clock,
    simulator: PlexSimulator,
    done: list[ServiceCall],
    notifications: list[Notification],
    caplog: pytest.LogCaptureFixture,
    outcome: str,
    goes_on: bool,
) -> None:
    """Whether the actions are done in the other cases is for the person to choose."""
    if outcome == "unconfirmed":
        simulator.butler.tasks["BackupDatabase"].duration = 0
        simulator.display.row = simulator.display.children = False
    go_on = {outcome} if goes_on else REASONS.keys() - {outcome}
    run = await script.run(1, timeout={"minutes": 10}, go_on=sorted(go_on))
    if outcome == "stopped":
        await hass.services.async_call(
            "plex_butler", "stop_task", {"task": "BackupDatabase"}, blocking=True
        )
    for _ in range(10):
        await clock.tick(60)
    assert run.done()
    assert len(done) == goes_on
    if goes_on:
        assert notifications == []
        return
    assert notifications == [
        Notification(
            title="Tower: no backup",
            message=f'{REASONS[outcome]}\n"back_up_first" didn\'t go on.',
            to=(PHONE,),
        )
    ]
    assert "Error script sequence: The database of the Plex server" in caplog.text
    caplog.clear()


async def test_server_away(
    script: Script,
    simulator: PlexSimulator,
    done: list[ServiceCall],
    notifications: list[Notification],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """If the backup can't be started, Home Assistant shows it, and nothing is done."""
    simulator.inject(faults.status(500))
    run = await script.run(1, notify_devices=[], go_on=[*REASONS])
    assert run.done()
    assert not done
    [notification] = notifications
    assert notification.title == "Tower: no backup"
    assert notification.to == ()
    assert "couldn't be started" in notification.message
    caplog.clear()
