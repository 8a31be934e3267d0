"""The automations in docs/assist.md, in a real Home Assistant."""

from pathlib import Path
import re
from typing import Any, Final

import pytest

from homeassistant.components.automation.const import DOMAIN as AUTOMATION_DOMAIN
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from homeassistant.util.yaml import parse_yaml

from .common import Clock
from .simulator import PlexSimulator, faults

TEXT: Final = (Path(__file__).parents[1] / "docs/assist.md").read_text(encoding="utf-8")
EXAMPLES: Final = re.findall(r"```yaml\n(.+?)```", TEXT, re.DOTALL)

FAILED: Final = "Sorry, the backup of Plex couldn't be started."


@pytest.fixture(autouse=True)
async def _automations(hass: HomeAssistant, setup_entry: object) -> None:
    """Set up the examples as a person does who pastes them into the editor."""
    for domain in ("homeassistant", "conversation"):
        assert await async_setup_component(hass, domain, {})
    config = {AUTOMATION_DOMAIN: [parse_yaml(example) for example in EXAMPLES]}
    assert await async_setup_component(hass, AUTOMATION_DOMAIN, config)
    await hass.async_block_till_done()
    assert len(hass.states.async_all(AUTOMATION_DOMAIN)) == 2


async def _say(hass: HomeAssistant, text: str) -> Any:
    """Say a sentence to Home Assistant's own agent, and return the answer."""
    result: Any = await hass.services.async_call(
        "conversation", "process", {"text": text}, blocking=True, return_response=True
    )
    return result["response"]["speech"]["plain"]["speech"]


async def test_back_up_plex(hass: HomeAssistant, simulator: PlexSimulator) -> None:
    """The sentence starts a backup, and the answer says so."""
    assert await _say(hass, "Back up Plex!") == "The backup of Plex has started."
    assert simulator.commands() == [("POST", "/butler/BackupDatabase")]
    assert simulator.butler.running == ["BackupDatabase"]
    answer = await _say(hass, "make a backup of plex")
    assert answer == "Plex is already being backed up."


async def test_back_up_plex_in_vain(
    hass: HomeAssistant, simulator: PlexSimulator
) -> None:
    """The answer says that the backup wasn't started."""
    simulator.inject(faults.status(500))
    assert await _say(hass, "back up Plex") == FAILED


async def test_is_plex_busy(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """The answer names what is running."""
    assert await _say(hass, "Is Plex busy?") == "Plex isn't busy."
    simulator.butler.start("BackupDatabase")
    await clock.tick(2)
    answer = await _say(hass, "What is Plex doing?")
    assert answer == "Plex is busy: Backup database."
    simulator.butler.finish("BackupDatabase")
    simulator.display.names_task = False
    simulator.butler.start("OptimizeDatabase")
    await clock.tick(2)
    answer = await _say(hass, "is Plex busy")
    assert answer == "Plex is busy with other maintenance."
    simulator.inject(faults.cut_off())
    await clock.next_poll()
    assert await _say(hass, "is Plex busy") == "Sorry, Plex doesn't respond."
    assert simulator.commands() == []
