"""What tests share: a clock, a user's ways to act, and the faults of a server."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from socket import AF_INET
from typing import Any, Final

from aiohttp.abc import ResolveResult
from aiohttp.resolver import AsyncResolver
from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)

from custom_components.plex_butler.const import DOMAIN
from homeassistant.components.button.const import DOMAIN as BUTTON_DOMAIN, SERVICE_PRESS
from homeassistant.config_entries import SOURCE_USER, ConfigEntry, ConfigFlowResult
from homeassistant.const import ATTR_ENTITY_ID, CONF_TOKEN
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import (
    device_registry as dr,
    entity_registry as er,
    issue_registry as ir,
)

from .simulator import PlexSimulator, faults

STATUS: Final = "sensor.tower_backup_database"
SCHEDULED: Final = "switch.tower_backup_database_scheduled"
START: Final = "button.tower_backup_database_start"
STOP: Final = "button.tower_backup_database_stop"
RUN: Final = "event.tower_backup_database_run"
RUNNING: Final = "binary_sensor.tower_maintenance_running"
CURRENT_TASK: Final = "sensor.tower_current_task"
START_ALL: Final = "button.tower_start_all_due_tasks"
STOP_ALL: Final = "button.tower_stop_all_tasks"

FAULTS: Final = [
    pytest.param(faults.starting_up(), {"base": "starting_up"}, id="starting up"),
    pytest.param(faults.cut_off(), {"base": "cannot_connect"}, id="cut off"),
    pytest.param(faults.status(401), {CONF_TOKEN: "invalid_auth"}, id="401"),
    pytest.param(faults.status(403), {CONF_TOKEN: "not_owner"}, id="403"),
    pytest.param(faults.status(404), {"base": "server_trouble"}, id="404"),
    pytest.param(faults.redirect("/"), {"base": "not_plex"}, id="redirect"),
    pytest.param(faults.body(b"<html/>"), {"base": "not_plex"}, id="web page"),
    pytest.param(faults.body(b"{}"), {"base": "not_plex"}, id="wrong shape"),
    pytest.param(faults.flood(2 * 1024 * 1024), {"base": "not_plex"}, id="too large"),
]
"""Faults of a server, each with the errors that a form of the config flow shows for it."""


class Clock:
    """The frozen time, which only a test moves."""

    def __init__(
        self,
        hass: HomeAssistant,
        freezer: FrozenDateTimeFactory,
        simulator: PlexSimulator,
    ) -> None:
        """Initialize the clock."""
        self._hass = hass
        self._freezer = freezer
        self._simulator = simulator

    async def settle(self) -> None:
        """Wait until nothing more is sent over the sockets.

        While time is frozen, whatever is in progress comes to rest. Both ends of every
        connection are in this event loop, so a few of its iterations are enough.
        """
        quiet = iterations = 0
        while quiet < 50 and iterations < 5000:
            requests = len(self._simulator.requests)
            await asyncio.sleep(0)
            iterations += 1
            busy = self._simulator.busy or self._simulator.notifications.busy
            is_quiet = requests == len(self._simulator.requests) and not busy
            quiet = quiet + 1 if is_quiet else 0

    async def tick(self, seconds: float) -> None:
        """Let some seconds pass, and everything happen that is due then."""
        await self.settle()
        self._freezer.tick(timedelta(seconds=seconds))
        async_fire_time_changed(self._hass)
        await self.settle()

    async def next_poll(self) -> None:
        """Let time pass until the next poll is done."""
        await self.tick(301)
        # A poll too soon after another is delayed by a second.
        await self.tick(2)


async def press(hass: HomeAssistant, entity_id: str) -> None:
    """Press a button, and wait for the result."""
    await hass.services.async_call(
        BUTTON_DOMAIN, SERVICE_PRESS, {ATTR_ENTITY_ID: entity_id}, blocking=True
    )


async def submit(
    hass: HomeAssistant, flow: ConfigFlowResult, data: dict[str, Any]
) -> ConfigFlowResult:
    """Submit a step of a config flow, and wait for the result."""
    result = await hass.config_entries.flow.async_configure(flow["flow_id"], data)
    await hass.async_block_till_done()
    return result


async def open_user_menu(hass: HomeAssistant) -> ConfigFlowResult:
    """Start a config flow as a user does, and return its menu."""
    menu = await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_USER}
    )
    assert menu["type"] is FlowResultType.MENU
    return menu


async def choose_option(
    hass: HomeAssistant, menu: ConfigFlowResult, option: str
) -> ConfigFlowResult:
    """Choose an option of a menu, and return the next step."""
    return await submit(hass, menu, {"next_step_id": option})


async def wait_for_sign_in(
    hass: HomeAssistant, clock: Clock, progress: ConfigFlowResult
) -> ConfigFlowResult:
    """Give the sign-in time to go on, and return the current step of its flow."""
    for _ in range(5):
        await clock.tick(2)
    return await hass.config_entries.flow.async_configure(progress["flow_id"])


def form_error_without_field(errors: dict[str, str]) -> dict[str, str]:
    """Return an error of `FAULTS` as a form without a field for it shows it."""
    return {"base": next(iter(errors.values()))}


def was_sent_token(server: PlexSimulator) -> bool:
    """Return whether a server received a token in a header."""
    return any("X-Plex-Token" in request.headers for request in server.requests)


def redirect_hosts(
    monkeypatch: pytest.MonkeyPatch, ports: Mapping[tuple[str, int], int]
) -> None:
    """Resolve host names to ports of this machine, and no others."""

    async def resolve(
        _: AsyncResolver, host: str, port: int = 0, family: int = 0
    ) -> list[ResolveResult]:
        if (host, port) not in ports:
            raise OSError("no such name")
        result = ResolveResult(
            hostname=host,
            host="127.0.0.1",
            port=ports[host, port],
            family=AF_INET,
            proto=0,
            flags=0,
        )
        return [result]

    monkeypatch.setattr(AsyncResolver, "resolve", resolve)


def shown_issues(hass: HomeAssistant) -> dict[str | None, ir.IssueEntry]:
    """Return the issues that the Repairs page shows, by their translation keys."""
    return {
        issue.translation_key: issue
        for issue in ir.async_get(hass).issues.values()
        if issue.domain == DOMAIN and issue.active and not issue.dismissed_version
    }


def plex_entry_data(server: PlexSimulator, **config: Any) -> dict[str, Any]:
    """Return the data of a server's entry in Home Assistant's own Plex integration.

    The shape is that of Home Assistant 2026.10; `config` changes the server's config.
    """
    return {
        "server": server.friendly_name,
        "server_id": server.machine_identifier,
        "server_config": {
            "url": server.url,
            "token": server.owner_token,
            "client_id": "client-of-home-assistant",
            **config,
        },
    }


def add_plex_entry(hass: HomeAssistant, data: dict[str, Any], **entry: Any) -> None:
    """Add an entry of Home Assistant's own Plex integration, without setting it up."""
    MockConfigEntry(domain="plex", title="A title", data=data, **entry).add_to_hass(
        hass
    )


def entities_by_unique_id(
    hass: HomeAssistant, entry: ConfigEntry, domain: str
) -> dict[str, Any]:
    """Return what users see of a config entry's entities in a domain, in plain values."""
    devices = dr.async_get(hass)
    entities = {}
    for entity in er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id):
        if entity.domain != domain:
            continue
        assert entity.device_id is not None
        device = devices.async_get(entity.device_id)
        state = hass.states.get(entity.entity_id)
        assert device is not None
        entities[entity.unique_id] = {
            "device": device.name,
            "category": entity.entity_category and entity.entity_category.value,
            "disabled": entity.disabled,
            "state": state and state.state,
            "attributes": state
            and {str(key): value for key, value in state.attributes.items()},
        }
    return entities
