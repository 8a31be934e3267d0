"""The actions, for automations and scripts."""

from typing import Final

import voluptuous as vol

from homeassistant.const import ATTR_CONFIG_ENTRY_ID
from homeassistant.core import (
    HomeAssistant,
    ServiceCall,
    ServiceResponse,
    SupportsResponse,
    callback,
)
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.service import async_get_config_entry
from homeassistant.util.json import JsonObjectType

from .api import ButlerTask
from .const import DOMAIN
from .coordinator import PlexButlerConfigEntry, PlexButlerCoordinator
from .tracker import task_status

ATTR_TASK: Final = "task"

SERVER_SCHEMA: Final = vol.Schema({vol.Optional(ATTR_CONFIG_ENTRY_ID): cv.string})
TASK_SCHEMA: Final = SERVER_SCHEMA.extend({vol.Required(ATTR_TASK): cv.string})


@callback
def async_setup_services(hass: HomeAssistant) -> None:
    """Register the actions."""
    for name, action, schema, response in (
        ("start_task", _async_start_task, TASK_SCHEMA, SupportsResponse.OPTIONAL),
        ("stop_task", _async_stop_task, TASK_SCHEMA, SupportsResponse.OPTIONAL),
        ("start_all_tasks", _async_start_all, SERVER_SCHEMA, SupportsResponse.NONE),
        ("stop_all_tasks", _async_stop_all, SERVER_SCHEMA, SupportsResponse.NONE),
        ("get_tasks", _async_get_tasks, SERVER_SCHEMA, SupportsResponse.ONLY),
    ):
        hass.services.async_register(
            DOMAIN, name, action, schema, supports_response=response
        )


async def _async_start_task(call: ServiceCall) -> ServiceResponse:
    """Start a task, and tell whether it ran already."""
    coordinator = _coordinator(call)
    task = coordinator.find_task(call.data[ATTR_TASK])
    result = await coordinator.async_start_task(task.name)
    return {"task": task.name, "title": task.title, "result": result.value}


async def _async_stop_task(call: ServiceCall) -> ServiceResponse:
    """Stop a task, and tell whether it ran."""
    coordinator = _coordinator(call)
    task = coordinator.find_task(call.data[ATTR_TASK])
    result = await coordinator.async_stop_task(task.name)
    return {"task": task.name, "title": task.title, "result": result.value}


async def _async_start_all(call: ServiceCall) -> None:
    """Start every task that is due."""
    await _coordinator(call).async_start_all_tasks()


async def _async_stop_all(call: ServiceCall) -> None:
    """Stop every task."""
    await _coordinator(call).async_stop_all_tasks()


async def _async_get_tasks(call: ServiceCall) -> ServiceResponse:
    """Tell what tasks there are, and of each what is known."""
    tasks = _coordinator(call).data.tasks.values()
    return {"tasks": [_as_response(task) for task in tasks]}


def _coordinator(call: ServiceCall) -> PlexButlerCoordinator:
    entry: PlexButlerConfigEntry = async_get_config_entry(
        call.hass, DOMAIN, call.data.get(ATTR_CONFIG_ENTRY_ID)
    )
    return entry.runtime_data


def _as_response(task: ButlerTask) -> JsonObjectType:
    return {
        "task": task.name,
        "title": task.title,
        "description": task.description,
        "enabled": task.enabled,
        "interval_days": task.interval_days,
        "schedule_randomized": task.schedule_randomized,
        "status": task_status(task).value,
        # Nothing tells yet which task runs, and when one ran.
        "evidence": None,
        "progress": None,
        "last_started": None,
        "last_finished": None,
    }
