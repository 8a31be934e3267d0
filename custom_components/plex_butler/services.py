"""Actions of Plex Butler."""

from datetime import datetime, timedelta
from typing import Final

import voluptuous as vol

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import ATTR_CONFIG_ENTRY_ID
from homeassistant.core import (
    HomeAssistant,
    ServiceCall,
    ServiceResponse,
    SupportsResponse,
    callback,
)
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv
from homeassistant.util.json import JsonObjectType

from .api import ButlerTask
from .butler.evidence import Evidence
from .butler.models import TaskState
from .const import DOMAIN
from .coordinator import PlexButlerConfigEntry, PlexButlerCoordinator
from .errors import not_loaded_error, translated
from .permissions import CallPermissions, async_call_permissions

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
    coordinator, task = await _async_controllable_task(call)
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
    coordinator, task = await _async_controllable_task(call)
    result = await coordinator.commands.async_stop_task(task.name)
    return {"task": task.name, "title": task.title, "result": result.value}


async def _async_start_all(call: ServiceCall) -> None:
    """Start every task that is due."""
    coordinator, permissions = await _async_server(call)
    permissions.require_control_of_all()
    await coordinator.commands.async_start_all_tasks()


async def _async_stop_all(call: ServiceCall) -> None:
    """Stop every task."""
    coordinator, permissions = await _async_server(call)
    permissions.require_control_of_all()
    await coordinator.commands.async_stop_all_tasks()


async def _async_get_tasks(call: ServiceCall) -> ServiceResponse:
    """Return all tasks that the caller may read, with what is known of each."""
    coordinator, permissions = await _async_server(call)
    coordinator.commands.require_server()
    return {
        "tasks": [
            _as_response(state)
            for name, state in coordinator.task_states.items()
            if permissions.may_read_task(name)
        ]
    }


async def _async_server(
    call: ServiceCall,
) -> tuple[PlexButlerCoordinator, CallPermissions]:
    """Return the server that is meant, and what the caller may do with it."""
    entry: PlexButlerConfigEntry = _loaded_entry(
        call.hass, call.data.get(ATTR_CONFIG_ENTRY_ID)
    )
    coordinator = entry.runtime_data
    machine_identifier = coordinator.data.server.machine_identifier
    return coordinator, await async_call_permissions(call, machine_identifier)


async def _async_controllable_task(
    call: ServiceCall,
) -> tuple[PlexButlerCoordinator, ButlerTask]:
    """Return the task that is meant, which the caller may control, and its server."""
    coordinator, permissions = await _async_server(call)
    task = coordinator.commands.find_task(
        call.data[ATTR_TASK], permissions.may_read_task
    )
    permissions.require_control_of_task(task.name)
    return coordinator, task


def _loaded_entry(hass: HomeAssistant, entry_id: str | None) -> PlexButlerConfigEntry:
    """Return the entry with an id, by default the only one; raises if it isn't loaded."""
    entries: list[PlexButlerConfigEntry] = hass.config_entries.async_entries(
        DOMAIN, include_ignore=False
    )
    enabled = [entry for entry in entries if not entry.disabled_by]
    if entry_id is not None:
        found = [entry for entry in entries if entry.entry_id == entry_id]
    else:
        found = enabled or entries
    match found:
        case [entry]:
            if entry.state is not ConfigEntryState.LOADED:
                raise not_loaded_error(entry)
            return entry
        case _ if not entries:
            raise translated(ServiceValidationError, "no_server")
    servers = ", ".join(
        sorted(f"{entry.title} ({entry.entry_id})" for entry in enabled or entries)
    )
    if entry_id is None:
        raise translated(ServiceValidationError, "several_servers", servers=servers)
    raise translated(
        ServiceValidationError, "unknown_server", server=entry_id, servers=servers
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
