"""Quiet while watching, played through."""

from typing import Any, Final

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from homeassistant.const import ATTR_ENTITY_ID
from homeassistant.core import Context, HomeAssistant
from homeassistant.util import dt as dt_util

from ..common import Clock
from ..simulator import PlexSimulator, faults
from .common import Person

TV: Final = "media_player.tv"
TABLET: Final = "media_player.tablet"

BACKUP: Final = "/butler/BackupDatabase"
OPTIMIZE: Final = "/butler/OptimizeDatabase"
STOP_ALL: Final = ("DELETE", "/butler")


class Evening:
    """Someone who watches while the server works."""

    def __init__(
        self,
        hass: HomeAssistant,
        clock: Clock,
        simulator: PlexSimulator,
        person: Person,
        entry: MockConfigEntry,
    ) -> None:
        """Initialize with media players that are idle."""
        self._hass = hass
        self._clock = clock
        self._simulator = simulator
        self.person = person
        self.entry = entry
        for player in (TV, TABLET):
            hass.states.async_set(player, "idle")

    async def begin(self, **inputs: Any) -> None:
        """Make the automation, by default one that starts tasks again at any time."""
        server = self.person.entity_id(self.entry, "binary_sensor", "running")
        await self.person.make(
            "quiet_while_watching",
            server=server,
            media_players=[TV, TABLET],
            **{"start_again": "anytime", **inputs},
        )

    async def see(self, player: str, state: str, minutes: float = 0) -> None:
        """Let a media player change its state, and some minutes pass."""
        self._hass.states.async_set(player, state)
        await self.wait(minutes)

    async def wait(self, minutes: float) -> None:
        """Let some minutes pass, one after the other, and no less than some seconds."""
        await self._clock.tick(5)
        for _ in range(int(minutes)):
            await self._clock.tick(60)

    async def work(self, *tasks: str) -> None:
        """Let the server start tasks by itself."""
        for task in tasks:
            self._simulator.butler.start(task)
        await self._clock.tick(5)

    async def restart(self, state: str, minutes: float) -> None:
        """Restart Home Assistant; its media players come back, the TV in some state."""
        for player in (TV, TABLET):
            self._hass.states.async_remove(player)
        await self.person.restart(self.entry)
        self._hass.states.async_set(TABLET, "idle")
        await self.see(TV, state, minutes)

    def commands(self) -> list[tuple[str, str]]:
        """Return the commands that the server received since the last call."""
        commands = self._simulator.commands()
        self._simulator.requests.clear()
        return commands


@pytest.fixture
def evening(
    hass: HomeAssistant,
    clock: Clock,
    simulator: PlexSimulator,
    person: Person,
    setup_entry: MockConfigEntry,
) -> Evening:
    """Return an evening on which nobody watches yet."""
    return Evening(hass, clock, simulator, person, setup_entry)


async def test_stop_and_start_again(evening: Evening, simulator: PlexSimulator) -> None:
    """Everything is stopped at once, and started again after the time to wait."""
    await evening.begin()
    await evening.work("BackupDatabase", "OptimizeDatabase")
    await evening.see(TV, "playing", minutes=90)
    assert evening.commands() == [STOP_ALL]
    await evening.see(TV, "idle", minutes=9)
    assert evening.commands() == []
    await evening.wait(1)
    assert evening.commands() == [("POST", BACKUP), ("POST", OPTIMIZE)]
    assert simulator.butler.running == ["BackupDatabase", "OptimizeDatabase"]
    await evening.wait(60)
    assert evening.commands() == []


async def test_nothing_to_stop(evening: Evening) -> None:
    """While the server rests, watching sends nothing to it."""
    await evening.begin()
    await evening.see(TV, "playing", minutes=30)
    await evening.see(TV, "off", minutes=30)
    assert evening.commands() == []


async def test_pauses_and_second_player(evening: Evening) -> None:
    """Short pauses go on with it, and so does a second media player."""
    await evening.begin()
    await evening.work("BackupDatabase")
    await evening.see(TV, "playing", minutes=20)
    await evening.see(TV, "paused", minutes=8)
    await evening.see(TV, "buffering", minutes=1)
    await evening.see(TV, "playing", minutes=20)
    await evening.see(TABLET, "playing", minutes=1)
    await evening.see(TV, "idle", minutes=30)
    assert evening.commands() == [STOP_ALL]
    await evening.see(TABLET, "idle", minutes=5)
    await evening.see(TABLET, "off", minutes=4)
    assert evening.commands() == []
    await evening.wait(1)
    assert evening.commands() == [("POST", BACKUP)]


async def test_long_pause(evening: Evening) -> None:
    """After a long pause, tasks are started again, and stopped when it ends."""
    await evening.begin(quiet_time=5)
    await evening.work("BackupDatabase")
    await evening.see(TV, "playing")
    await evening.see(TV, "paused", minutes=5)
    await evening.see(TV, "playing")
    await evening.see(TV, "idle", minutes=5)
    assert evening.commands() == [
        STOP_ALL,
        ("POST", BACKUP),
        STOP_ALL,
        ("POST", BACKUP),
    ]


async def test_stopped_by_others(
    hass: HomeAssistant, evening: Evening, clock: Clock
) -> None:
    """What was stopped by hand isn't started, before watching and during it."""
    stop, start = (
        evening.person.entity_id(evening.entry, "button", key, task)
        for key, task in (("stop", "OptimizeDatabase"), ("start", "OptimizeDatabase"))
    )

    async def press(button: str) -> None:
        await hass.services.async_call("button", "press", {ATTR_ENTITY_ID: button})
        await clock.tick(5)

    await evening.begin(stop_new=False)
    await evening.work("BackupDatabase", "OptimizeDatabase")
    await press(stop)
    await evening.see(TV, "playing", minutes=5)
    await press(start)
    await press(stop)
    evening.commands()
    await evening.see(TV, "idle", minutes=10)
    assert evening.commands() == [("POST", BACKUP)]


async def test_started_meanwhile(evening: Evening, simulator: PlexSimulator) -> None:
    """What was started again meanwhile isn't started twice."""
    await evening.begin(stop_new=False)
    await evening.work("BackupDatabase", "OptimizeDatabase", "CleanOldBundles")
    await evening.see(TV, "playing", minutes=5)
    await evening.work("BackupDatabase", "CleanOldBundles")
    simulator.butler.finish("CleanOldBundles")
    evening.commands()
    await evening.see(TV, "idle", minutes=10)
    assert evening.commands() == [("POST", OPTIMIZE)]


async def test_maintenance_begins_while_watching(evening: Evening) -> None:
    """What the server starts while someone watches is stopped and started later."""
    await evening.begin()
    await evening.see(TV, "playing", minutes=30)
    await evening.work("BackupDatabase")
    assert evening.commands() == [STOP_ALL]
    await evening.wait(30)
    await evening.see(TV, "paused", minutes=2)
    await evening.work("OptimizeDatabase")
    await evening.work("BackupDatabase")
    assert evening.commands() == [STOP_ALL, STOP_ALL]
    await evening.see(TV, "playing", minutes=10)
    await evening.see(TV, "off", minutes=10)
    assert evening.commands() == [("POST", BACKUP), ("POST", OPTIMIZE)]


@pytest.mark.parametrize("is_stopping", [False, True])
async def test_start_by_person(
    hass: HomeAssistant, evening: Evening, clock: Clock, is_stopping: bool
) -> None:
    """What a person starts while someone watches goes on."""
    await evening.begin()
    if is_stopping:
        await evening.work("BackupDatabase")
    await evening.see(TV, "playing", minutes=1)
    evening.commands()
    user = await hass.auth.async_create_user("Someone", group_ids=["system-admin"])
    button = evening.person.entity_id(
        evening.entry, "button", "start", "OptimizeDatabase"
    )
    await hass.services.async_call(
        "button", "press", {ATTR_ENTITY_ID: button}, context=Context(user_id=user.id)
    )
    await evening.wait(30)
    assert evening.commands() == [("POST", OPTIMIZE)]


async def test_new_maintenance_left_alone(evening: Evening) -> None:
    """What starts later goes on if the person chose that."""
    await evening.begin(stop_new=False)
    await evening.see(TV, "playing", minutes=1)
    await evening.work("BackupDatabase")
    await evening.wait(10)
    assert evening.commands() == []


@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize("is_watching", [True, False])
async def test_restart(evening: Evening, times: int, is_watching: bool) -> None:
    """Restarts of Home Assistant, while someone watches or just after, change nothing."""
    await evening.begin()
    await evening.work("BackupDatabase")
    await evening.see(TV, "playing", minutes=5)
    await evening.work("OptimizeDatabase")
    await evening.wait(5)
    assert evening.commands() == [STOP_ALL, STOP_ALL]
    for _ in range(times):
        await evening.restart("playing" if is_watching else "idle", minutes=3)
    if is_watching:
        await evening.wait(30)
        await evening.see(TV, "idle", minutes=3)
    assert evening.commands() == []
    await evening.wait(9)
    assert evening.commands() == [("POST", BACKUP), ("POST", OPTIMIZE)]
    await evening.restart("idle", minutes=60)
    assert evening.commands() == []


async def test_restart_later(hass: HomeAssistant, evening: Evening) -> None:
    """A restart after the end of watching starts nothing that was stopped since."""
    await evening.begin()
    await evening.work("BackupDatabase")
    await evening.see(TV, "playing", minutes=5)
    await evening.see(TV, "idle", minutes=11)
    await hass.services.async_call(
        "plex_butler", "stop_task", {"task": "BackupDatabase"}, blocking=True
    )
    await evening.wait(1)
    assert [method for method, _ in evening.commands()] == ["DELETE", "POST", "DELETE"]
    await evening.restart("idle", minutes=60)
    assert evening.commands() == []


async def test_edited_while_watching(evening: Evening) -> None:
    """An automation that is saved while someone watches goes on with the new inputs."""
    await evening.begin()
    await evening.work("BackupDatabase")
    await evening.see(TV, "playing", minutes=5)
    await evening.begin(quiet_time=5)
    await evening.see(TV, "idle", minutes=4)
    assert evening.commands() == [STOP_ALL]
    await evening.wait(3)
    assert evening.commands() == [("POST", BACKUP)]


async def test_server_away(evening: Evening, simulator: PlexSimulator) -> None:
    """A server that is away when it's time is asked again until it's back."""
    await evening.begin()
    await evening.work("BackupDatabase")
    await evening.see(TV, "playing", minutes=5)
    evening.commands()
    simulator.inject(faults.cut_off())
    simulator.notifications.cut_off()
    await evening.see(TV, "idle", minutes=30)
    simulator.heal()
    await evening.wait(8)
    assert evening.commands() == [("POST", BACKUP)]


async def _wait_until(clock: Clock, hour: int, minute: int = 0) -> None:
    """Let time pass until the clock shows a time in Home Assistant's time zone."""
    now = dt_util.now()
    minutes = (hour - now.hour) * 60 + minute - now.minute
    await clock.tick(minutes % (24 * 60) * 60)
    await clock.next_poll()


@pytest.mark.parametrize(
    ("hour", "is_started"),
    [pytest.param(3, True, id="inside"), pytest.param(12, False, id="outside")],
)
async def test_only_in_window(
    evening: Evening, clock: Clock, hour: int, is_started: bool
) -> None:
    """By default, tasks are started again only in the maintenance window, 1 to 7."""
    await _wait_until(clock, hour)
    await evening.begin(start_again="window")
    await evening.work("BackupDatabase")
    await evening.see(TV, "playing", minutes=5)
    await evening.see(TV, "idle", minutes=10)
    assert (("POST", BACKUP) in evening.commands()) is is_started


async def test_not_started_later(evening: Evening, clock: Clock) -> None:
    """What wasn't started again outside the window isn't started by the next time."""
    await _wait_until(clock, 0, 10)
    await evening.begin(start_again="window")
    await evening.work("BackupDatabase")
    await evening.see(TV, "playing", minutes=5)
    await evening.see(TV, "idle", minutes=20)
    await _wait_until(clock, 3)
    await evening.work("OptimizeDatabase")
    await evening.see(TV, "playing", minutes=5)
    await evening.see(TV, "idle", minutes=20)
    assert evening.commands() == [STOP_ALL, STOP_ALL, ("POST", OPTIMIZE)]
