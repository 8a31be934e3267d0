"""A person who makes automations and scripts from the blueprints, and what they see."""

from dataclasses import dataclass
import json
from pathlib import Path
from shutil import copytree
from typing import Any, Final

from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.plex_butler.const import DOMAIN
from homeassistant.const import CONF_TOKEN, CONF_URL, SERVICE_RELOAD
from homeassistant.core import CoreState, HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.setup import async_setup_component

from ..simulator import PlexSimulator

BLUEPRINTS: Final = Path(__file__).parents[2] / "blueprints"
FILES: Final = sorted(BLUEPRINTS.rglob("*.yaml"))

PHONE: Final = "notify.phone"
"""An entity that notifications are sent to."""


@dataclass(frozen=True, kw_only=True)
class Notification:
    """A notification; `to` are the notify entities, none if Home Assistant shows it."""

    title: str | None
    message: str
    to: tuple[str, ...] = ()


async def add_namesake(
    hass: HomeAssistant, server: PlexSimulator, entry: MockConfigEntry
) -> None:
    """Set up another server, which has the name of the one with an entry."""
    server.friendly_name = entry.title
    data = {**entry.data, CONF_URL: server.url, CONF_TOKEN: server.owner_token}
    namesake = MockConfigEntry(
        domain=DOMAIN,
        title=entry.title,
        unique_id=server.machine_identifier,
        data=data,
    )
    namesake.add_to_hass(hass)
    assert await hass.config_entries.async_setup(namesake.entry_id)


class Person:
    """Makes automations and scripts from the blueprints, by their forms' inputs.

    They are read from a real configuration.yaml in a directory of the test's own, which
    has the blueprints where Home Assistant's importer puts them.
    """

    def __init__(self, hass: HomeAssistant) -> None:
        """Initialize without automations and scripts."""
        self._hass = hass
        self._made: dict[str, dict[str, Any]] = {"automation": {}, "script": {}}

    async def make(self, blueprint: str, **inputs: Any) -> str:
        """Make an automation or script, and return its entity id.

        It is named like the file of the blueprint, and replaces one with that name.
        """
        [file] = [file for file in FILES if file.stem == blueprint]
        domain = file.relative_to(BLUEPRINTS).parts[0]
        path = file.relative_to(BLUEPRINTS / domain)
        self._made[domain][blueprint] = {
            "alias": blueprint,
            "use_blueprint": {"path": str(path), "input": inputs},
        }
        await self._load(domain, self._made[domain])
        entity_id = f"{domain}.{blueprint}"
        state = self._hass.states.get(entity_id)
        assert state and state.state != "unavailable", "the blueprint is invalid"
        return entity_id

    async def remove_all(self) -> None:
        """Remove all automations and scripts, which ends what they are doing."""
        for domain, made in self._made.items():
            if made:
                await self._load(domain, {})

    async def restart(self, *entries: MockConfigEntry) -> None:
        """Restart Home Assistant as far as automations, scripts and entries notice.

        What runs ends, entities are restored, and triggers are armed at the start.
        """
        hass = self._hass
        await self.remove_all()
        for entry in entries:
            assert await hass.config_entries.async_unload(entry.entry_id)
            for entity in er.async_entries_for_config_entry(
                er.async_get(hass), entry.entry_id
            ):
                hass.states.async_remove(entity.entity_id)
        hass.set_state(CoreState.not_running)
        for entry in entries:
            await hass.config_entries.async_setup(entry.entry_id)
        for domain, made in self._made.items():
            if made:
                await self._load(domain, made)
        await hass.async_start()

    def device_id(self, entry: MockConfigEntry, task: str | None = None) -> str:
        """Return the device of a task, by Plex's name of it, or of its server."""
        devices = dr.async_get(self._hass)
        name = str(entry.unique_id)
        device: dr.AnyDeviceEntry | None
        if task:
            device = devices.async_get_child_device_by_identifier(
                (DOMAIN, f"{name}_{task}"), entry.entry_id
            )
        else:
            device = devices.async_get_device_by_identifier(
                (DOMAIN, name), entry.entry_id
            )
        assert device
        return device.id

    def entity_id(
        self, entry: MockConfigEntry, platform: str, key: str, task: str | None = None
    ) -> str:
        """Return an entity of a task, by Plex's name of it, or of its server."""
        unique_id = "_".join(filter(None, (entry.unique_id, task, key)))
        entity_id = er.async_get(self._hass).async_get_entity_id(
            platform, DOMAIN, unique_id
        )
        assert entity_id
        return entity_id

    async def _load(self, domain: str, made: dict[str, Any]) -> None:
        """Load all automations or scripts."""
        config = {domain: list(made.values()) if domain == "automation" else made}
        await self._hass.async_add_executor_job(self._write, config)
        if domain in self._hass.config.components:
            await self._hass.services.async_call(domain, SERVICE_RELOAD, blocking=True)
        else:
            assert await async_setup_component(self._hass, domain, config)

    def _write(self, config: dict[str, Any]) -> None:
        """Write the files of Home Assistant's configuration."""
        copytree(BLUEPRINTS, self._hass.config.path("blueprints"), dirs_exist_ok=True)
        # JSON is YAML.
        Path(self._hass.config.path("configuration.yaml")).write_text(
            json.dumps(config), encoding="utf-8"
        )
