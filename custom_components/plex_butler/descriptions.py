"""What a model is told of servers and tasks."""

from datetime import datetime
from typing import Final

from homeassistant.config_entries import ConfigEntryState
from homeassistant.exceptions import HomeAssistantError
from homeassistant.util import dt as dt_util
from homeassistant.util.json import JsonObjectType, JsonValueType

from .butler.evidence import Evidence
from .butler.models import LastRun, TaskStatus
from .coordinator import PlexButlerConfigEntry
from .errors import not_loaded_error
from .exposure import ExposedTask

EVIDENCE_WORDS: Final = {
    Evidence.NAMED: "reported by the server",
    Evidence.TYPED: "inferred from server activity",
    Evidence.COMMAND: "started from Home Assistant, not yet seen on the server",
}


def unavailable_reason(entry: PlexButlerConfigEntry) -> str | None:
    """Return why nothing is known of a server at the moment, None if it's available."""
    if entry.state is not ConfigEntryState.LOADED:
        return str(not_loaded_error(entry))
    try:
        entry.runtime_data.commands.require_server()
    except HomeAssistantError as err:
        return str(err)
    return None


def describe_server(tasks: list[ExposedTask], problem: str | None) -> JsonObjectType:
    """Return what a model is told of a server, by its exposed tasks."""
    server: JsonObjectType = {"server": tasks[0].server}
    if problem:
        return server | {"unavailable": problem}
    statuses = [task.state.status for task in tasks if task.state]
    is_running = TaskStatus.RUNNING in statuses
    is_busy = is_running or tasks[0].entry.runtime_data.running
    if is_busy and not is_running:
        # Plex doesn't say with what, or it's a task that isn't exposed.
        return server | {"busy": True, "busy_with": "other maintenance"}
    return server | {"busy": is_busy}


def describe_task(task: ExposedTask, *, is_known: bool) -> JsonObjectType:
    """Return what a model is told of a task; what isn't known is left out.

    The item that the task is working on is left out as well: it may be the title of
    private media, and the model often runs on somebody else's computer.
    """
    state = task.state if is_known else None
    last_run = task.state.last_run if task.state else LastRun()
    known: dict[str, JsonValueType] = {
        "task": task.name,
        "title": task.title,
        "server": task.server,
        "status": state.status.value if state else "unavailable",
        "evidence": EVIDENCE_WORDS[state.evidence]
        if state and state.evidence
        else None,
        "progress": state.progress if state else None,
        "stalled_since": _local_time(state.stalled_since if state else None),
        "last_started": _local_time(last_run.started),
        "last_finished": _local_time(last_run.finished),
    }
    return {key: value for key, value in known.items() if value is not None}


def _local_time(time: datetime | None) -> str | None:
    """Return a time in Home Assistant's time zone, in which a model gets the current one."""
    return dt_util.as_local(time).isoformat(timespec="minutes") if time else None
