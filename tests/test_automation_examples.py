"""The examples in docs/automations.md, in a real Home Assistant."""

from collections.abc import AsyncGenerator
from pathlib import Path
import re
from typing import Any, Final

import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_mock_service,
)

from homeassistant.components.automation.config import async_validate_config_item
from homeassistant.components.persistent_notification import (
    UpdateType,
    async_register_callback,
)
from homeassistant.const import STATE_ON
from homeassistant.core import HomeAssistant, ServiceCall, callback
from homeassistant.setup import async_setup_component
from homeassistant.util.yaml import parse_yaml

from .common import Clock, press
from .simulator import PlexSimulator

PAGE: Final = Path(__file__).parents[1] / "docs/automations.md"


def _examples() -> dict[str, dict[str, Any]]:
    """Return the examples by their aliases."""
    text = PAGE.read_text(encoding="utf-8")
    blocks: list[str] = re.findall(r"```yaml\n(.+?)```", text, flags=re.DOTALL)
    examples: list[Any] = [parse_yaml(block) for block in blocks]
    return {example["alias"]: example for example in examples}


EXAMPLES: Final = _examples()

type Notification = tuple[str | None, str]


@pytest.fixture
def notifications(hass: HomeAssistant) -> list[Notification]:
    """Return the titles and messages of the notifications that are shown."""
    shown: list[Notification] = []

    @callback
    def note(_: UpdateType, changed: dict[str, Any]) -> None:
        shown.extend((each["title"], each["message"]) for each in changed.values())

    async_register_callback(hass, note)
    return shown


@pytest.fixture
async def examples(
    hass: HomeAssistant, setup_entry: MockConfigEntry
) -> AsyncGenerator[list[ServiceCall]]:
    """Set up all examples as automations; return the calls to restart the machine."""
    restarts = async_mock_service(hass, "script", "restart_machine")
    hass.states.async_set("media_player.living_room", "idle")
    assert await async_setup_component(hass, "persistent_notification", {})
    config = {"automation": list(EXAMPLES.values())}
    assert await async_setup_component(hass, "automation", config)
    await hass.async_block_till_done()
    yield restarts
    await hass.services.async_call(
        "automation", "turn_off", {"entity_id": "all"}, blocking=True
    )


async def _run(hass: HomeAssistant, alias: str, *, skip_condition: bool = True) -> None:
    """Run the actions of an automation, as *Run actions* does."""
    [entity_id] = [
        state.entity_id
        for state in hass.states.async_all("automation")
        if state.name == alias
    ]
    await hass.services.async_call(
        "automation",
        "trigger",
        {"entity_id": entity_id, "skip_condition": skip_condition},
        blocking=True,
    )


def test_form() -> None:
    """Every example is what the automation editor accepts, without `automation:`."""
    assert len(EXAMPLES) >= 7
    for example in EXAMPLES.values():
        assert example.keys() >= {"alias", "triggers", "actions"}
        assert example.keys() <= {"alias", "triggers", "conditions", "actions"}


@pytest.mark.parametrize("alias", EXAMPLES)
@pytest.mark.usefixtures("setup_entry")
async def test_editor_accepts(hass: HomeAssistant, alias: str) -> None:
    """The automation editor accepts and saves the example as it is."""
    assert await async_setup_component(hass, "automation", {})
    await async_validate_config_item(hass, "new", EXAMPLES[alias])


@pytest.mark.usefixtures("examples")
async def test_all_are_on(hass: HomeAssistant) -> None:
    """Every example is set up."""
    states = hass.states.async_all("automation")
    assert {state.name for state in states} == EXAMPLES.keys()
    assert {state.state for state in states} == {STATE_ON}


@pytest.mark.usefixtures("examples")
async def test_backup(
    hass: HomeAssistant,
    notifications: list[Notification],
    simulator: PlexSimulator,
    clock: Clock,
) -> None:
    """The backup is waited for, and the notification names task and server."""
    simulator.butler.tasks["BackupDatabase"].duration = 20
    task = hass.async_create_task(_run(hass, "Back up Plex"))
    for _ in range(15):
        await clock.tick(2)
    await task
    assert simulator.commands() == [("POST", "/butler/BackupDatabase")]
    assert notifications == [("Backup database on Tower", "Finished after 20 seconds.")]


@pytest.mark.usefixtures("examples")
async def test_quick_backup(
    hass: HomeAssistant,
    notifications: list[Notification],
    simulator: PlexSimulator,
    clock: Clock,
) -> None:
    """A backup of which the server shows nothing has no confirmed end."""
    simulator.display.row = False
    task = hass.async_create_task(_run(hass, "Back up Plex"))
    for _ in range(35):
        await clock.tick(2)
    await task
    assert notifications == [
        ("Backup database on Tower", "Started. The outcome is: unconfirmed.")
    ]


@pytest.mark.usefixtures("examples")
async def test_intros(
    hass: HomeAssistant,
    notifications: list[Notification],
    simulator: PlexSimulator,
    clock: Clock,
) -> None:
    """The end of a run that the server started is notified, but no stop."""
    name = "ButlerTaskGenerateIntroMarkers"
    simulator.butler.start(name)
    await clock.tick(2)
    assert notifications == []
    simulator.butler.finish(name)
    await clock.tick(2)
    assert notifications == [("Generate intro markers on Tower", "Finished.")]
    simulator.butler.start(name)
    await clock.tick(2)
    await press(hass, "button.tower_generate_intro_markers_stop")
    await clock.tick(2)
    assert simulator.butler.running == []
    assert len(notifications) == 1


@pytest.mark.usefixtures("examples")
async def test_scan(
    hass: HomeAssistant,
    notifications: list[Notification],
    simulator: PlexSimulator,
    clock: Clock,
) -> None:
    """A download starts a scan; a second one finds it running."""
    for _ in range(2):
        hass.bus.async_fire("transmission_downloaded_torrent")
        await clock.tick(2)
    assert simulator.butler.running == ["RefreshLibraries"]
    assert notifications == [(None, "Refresh libraries is already running on Tower.")]


@pytest.mark.usefixtures("examples")
async def test_movies(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """A movie stops maintenance, and sends nothing if there is none."""
    hass.states.async_set("media_player.living_room", "playing")
    await clock.tick(2)
    assert simulator.commands() == []
    hass.states.async_set("media_player.living_room", "idle")
    simulator.butler.start("BackupDatabase")
    await clock.tick(2)
    hass.states.async_set("media_player.living_room", "playing")
    await clock.tick(2)
    assert simulator.commands() == [("DELETE", "/butler")]


@pytest.mark.parametrize(
    ("day", "hours"),
    [
        pytest.param("2026-12-03", (2, 5), id="Thursday"),
        pytest.param("2026-12-04", (10, 16), id="Friday"),
        pytest.param("2026-12-05", (10, 16), id="Saturday"),
        pytest.param("2026-12-06", (2, 5), id="Sunday"),
    ],
)
@pytest.mark.usefixtures("examples")
async def test_window(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    freezer: Any,
    day: str,
    hours: tuple[int, int],
) -> None:
    """The maintenance window depends on the day."""
    freezer.move_to(f"{day} 20:00:00+00:00")
    await _run(hass, "Maintenance in the daytime on weekends")
    settings = simulator.settings
    assert (settings["ButlerStartHour"], settings["ButlerEndHour"]) == hours


@pytest.mark.usefixtures("examples")
async def test_switched_off(
    hass: HomeAssistant, notifications: list[Notification]
) -> None:
    """Tasks that are switched off are named by their titles."""
    await _run(hass, "Plex tasks that are switched off")
    assert notifications == [
        (
            "Plex tasks that are switched off",
            "Automatic updates, Generate media index files",
        )
    ]


async def test_restart(
    hass: HomeAssistant,
    examples: list[ServiceCall],
    simulator: PlexSimulator,
    clock: Clock,
) -> None:
    """The machine isn't restarted while the backup is running."""
    simulator.butler.start("BackupDatabase")
    await clock.tick(2)
    await _run(hass, "Restart the server's machine", skip_condition=False)
    assert examples == []
    simulator.butler.finish("BackupDatabase")
    await clock.tick(2)
    await _run(hass, "Restart the server's machine", skip_condition=False)
    assert len(examples) == 1
