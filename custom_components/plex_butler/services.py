"""Actions of Plex Butler."""

from datetime import datetime, timedelta
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
from .butler.evidence import Evidence
from .butler.models import TaskState
from .const import DOMAIN
from .coordinator import PlexButlerConfigEntry, PlexButlerCoordinator
from .errors import unavailable_error, unknown_task_error

ATTR_TASK: Final = "task"
ATTR_TIMEOUT: Final = "timeout"
ATTR_WAIT: Final = "wait"

SERVER_SCHEMA: Final = vol.Schema({vol.Optional(ATTR_CONFIG_ENTRY_ID): cv.string})
TASK_SCHEMA: Final = SERVER_SCHEMA.extend({vol.Required(ATTR_TASK): cv.string})
START_SCHEMA: Final = TASK_SCHEMA.extend(
    {
        vol.Optional(ATTR_WAIT, default=False): cv.boolean,
        vol.Optional(ATTR_TIMEOUT, default=timedelta(hours=1)): cv.positive_time_period,
    }
)


@callback
def async_setup_services(hass: HomeAssistant) -> None:
    """Register the actions."""
    for name, action, schema, response in (
        ("start_task", _async_start_task, START_SCHEMA, SupportsResponse.OPTIONAL),
        ("stop_task", _async_stop_task, TASK_SCHEMA, SupportsResponse.OPTIONAL),
        ("start_all_tasks", _async_start_all, SERVER_SCHEMA, SupportsResponse.NONE),
        ("stop_all_tasks", _async_stop_all, SERVER_SCHEMA, SupportsResponse.NONE),
        ("get_tasks", _async_get_tasks, SERVER_SCHEMA, SupportsResponse.ONLY),
    ):
        hass.services.async_register(
            DOMAIN, name, action, schema, supports_response=response
        )


async def _async_start_task(call: ServiceCall) -> ServiceResponse:
    """Start a task, and wait for the end of its run if requested."""
    coordinator = _coordinator(call)
    task = _find_task(coordinator, call.data[ATTR_TASK])
    response: JsonObjectType = {"task": task.name, "title": task.title}
    if not call.data[ATTR_WAIT]:
        result = await coordinator.commands.async_start_task(task.name)
        return response | {"result": result.value}
    result, end = await coordinator.commands.async_run_task(
        task.name, call.data[ATTR_TIMEOUT]
    )
    known = end or coordinator.task_states.get(task.name)
    return response | {
        "result": result.value,
        "outcome": end.type.value if end else "timeout",
        "duration": end.duration if end else None,
        "evidence": _value(known.evidence if known else None),
    }


async def _async_stop_task(call: ServiceCall) -> ServiceResponse:
    """Stop a task."""
    coordinator = _coordinator(call)
    task = _find_task(coordinator, call.data[ATTR_TASK])
    result = await coordinator.commands.async_stop_task(task.name)
    return {"task": task.name, "title": task.title, "result": result.value}


async def _async_start_all(call: ServiceCall) -> None:
    """Start every task that is due."""
    await _coordinator(call).commands.async_start_all_tasks()


async def _async_stop_all(call: ServiceCall) -> None:
    """Stop every task."""
    await _coordinator(call).commands.async_stop_all_tasks()


async def _async_get_tasks(call: ServiceCall) -> ServiceResponse:
    """Return all tasks, with what is known of each."""
    coordinator = _coordinator(call)
    if not coordinator.last_update_success:
        raise unavailable_error(
            coordinator.last_exception, coordinator.config_entry.title
        )
    return {
        "tasks": [_as_response(state) for state in coordinator.task_states.values()]
    }


def _coordinator(call: ServiceCall) -> PlexButlerCoordinator:
    entry: PlexButlerConfigEntry = async_get_config_entry(
        call.hass, DOMAIN, call.data.get(ATTR_CONFIG_ENTRY_ID)
    )
    return entry.runtime_data


def _find_task(coordinator: PlexButlerCoordinator, reference: str) -> ButlerTask:
    """Return the task with a name or a title, in any case; names come first."""
    wanted = reference.strip().casefold()
    tasks = coordinator.data.butler_tasks
    for candidate in (
        *(task for task in tasks if task.name.casefold() == wanted),
        *(task for task in tasks if task.title.casefold() == wanted),
    ):
        return candidate
    raise unknown_task_error(
        reference, coordinator.config_entry.title, coordinator.data.tasks
    )


def _as_response(state: TaskState) -> JsonObjectType:
    task, last_run = state.task, state.last_run
    return {
        "task": task.name,
        "title": task.title,
        "description": task.description,
        "enabled": task.enabled,
        "interval_days": task.interval_days,
        "schedule_randomized": task.schedule_randomized,
        "status": state.status.value,
        "evidence": _value(state.evidence),
        "progress": state.progress,
        "last_started": _iso(last_run.started),
        "last_finished": _iso(last_run.finished),
    }


def _value(evidence: Evidence | None) -> str | None:
    return evidence.value if evidence else None


def _iso(time: datetime | None) -> str | None:
    return time.isoformat() if time else None
