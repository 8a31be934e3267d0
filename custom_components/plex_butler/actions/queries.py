"""The actions that return what is known of tasks and of their runs."""

from datetime import UTC, datetime, timedelta
from typing import Final

from homeassistant.core import HomeAssistant, ServiceCall, ServiceResponse
from homeassistant.exceptions import ServiceValidationError
from homeassistant.util import dt as dt_util
from homeassistant.util.json import JsonObjectType

from ..butler.history import EndedRun
from ..butler.lookup import find_tasks
from ..butler.models import TaskEventType, TaskState
from ..coordinator import PlexButlerConfigEntry
from ..devices import async_task_titles
from ..errors import task_error, translated
from ..permissions import CallPermissions
from .selection import ATTR_TASK, async_called_server

ATTR_START: Final = "start"
ATTR_END: Final = "end"

DEFAULT_PERIOD: Final = timedelta(days=1)

_EVER: Final = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


async def async_get_tasks(call: ServiceCall) -> ServiceResponse:
    """Return all tasks that the caller may read, with what is known of each."""
    entry, permissions = await async_called_server(call)
    coordinator = entry.runtime_data
    coordinator.commands.require_server()
    return {
        "tasks": [
            _task_response(state, coordinator.commands.title(name))
            for name, state in coordinator.task_states.items()
            if permissions.may_read_task(name)
        ]
    }


async def async_get_runs(call: ServiceCall) -> ServiceResponse:
    """Return the ended runs of a period that the caller may read, oldest first."""
    entry, permissions = await async_called_server(call)
    start, end = _period(call)
    runs = [
        run
        for run in entry.runtime_data.runs_between(start, end)
        if permissions.may_read_task(run.task)
    ]
    if ATTR_TASK in call.data:
        titles = _known_titles(call.hass, entry, permissions)
        name = _find_task(titles, call.data[ATTR_TASK], entry.title)
        runs = [run for run in runs if run.task == name]
    return {
        "runs": [
            _run_response(
                run, async_task_titles(call.hass, entry, run.task, run.title)[0]
            )
            for run in runs
        ]
    }


def _known_titles(
    hass: HomeAssistant, entry: PlexButlerConfigEntry, permissions: CallPermissions
) -> dict[str, list[str]]:
    """Return the titles of the tasks that the server has, and of those with runs."""
    coordinator = entry.runtime_data
    known = {run.task: run.title for run in coordinator.runs_between(*_EVER)}
    known |= {name: state.task.title for name, state in coordinator.data.tasks.items()}
    return {
        name: async_task_titles(hass, entry, name, title)
        for name, title in known.items()
        if permissions.may_read_task(name)
    }


def _period(call: ServiceCall) -> tuple[datetime, datetime]:
    """Return the start and end that a call means, by default the last 24 hours."""
    start, end = call.data.get(ATTR_START), call.data.get(ATTR_END)
    last = end or dt_util.utcnow()
    start = start or last - DEFAULT_PERIOD
    if last < start:
        raise translated(ServiceValidationError, "end_before_start")
    # A period lasts until just before its end, so now would leave out what ends now.
    return start, end or _EVER[1]


def _find_task(titles: dict[str, list[str]], reference: str, server: str) -> str:
    match find_tasks(titles, reference):
        case [name]:
            return name
        case []:
            raise task_error("unknown_task", reference, server, titles)
        case several:
            raise task_error("ambiguous_task", reference, server, several)


def _task_response(state: TaskState, title: str) -> JsonObjectType:
    task, last_run = state.task, state.last_run
    return {
        "task": task.name,
        "title": title,
        "description": task.description,
        "enabled": task.enabled,
        "interval_days": task.interval_days,
        "schedule_randomized": task.schedule_randomized,
        "status": state.status.value,
        "evidence": state.evidence.value if state.evidence else None,
        "observed": last_run.observed,
        "progress": state.progress,
        "detail": state.detail,
        "last_started": _iso(last_run.started),
        "last_finished": _iso(last_run.finished),
        "last_duration": last_run.duration,
    }


def _run_response(run: EndedRun, title: str) -> JsonObjectType:
    """Return a run; nobody knows when one with an unconfirmed end has ended."""
    is_confirmed = run.outcome is not TaskEventType.UNCONFIRMED
    return {
        "task": run.task,
        "title": title,
        "started": _iso(run.started),
        "ended": _iso(run.ended) if is_confirmed else None,
        "duration": run.duration,
        "outcome": run.outcome.value,
        "evidence": run.evidence.value,
        "by": run.started_by.value,
    }


def _iso(time: datetime | None) -> str | None:
    return time.isoformat() if time else None
