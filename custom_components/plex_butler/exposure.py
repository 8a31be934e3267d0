"""Which tasks are exposed to an assistant, and which of them a model asks for."""

from collections.abc import Callable, Iterable
from itertools import groupby
from typing import NamedTuple

from homeassistant.auth.permissions.const import POLICY_READ
from homeassistant.components.homeassistant import async_should_expose
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import Platform
from homeassistant.core import Context, HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, entity_registry as er

from .butler.lookup import find_tasks
from .butler.models import TaskState
from .const import DOMAIN
from .coordinator import PlexButlerConfigEntry
from .devices import async_task_titles, task_of_device, task_unique_id


class SelectionError(Exception):
    """What a model asks for isn't one task; the message tells it what to ask for."""


class ExposedTask(NamedTuple):
    """A task that is exposed to an assistant.

    `server` is the name of its server, with the entry's id if several have that name.
    `titles` include the aliases of the sensor. `state` is None if the server isn't set up
    at the moment, or doesn't list the task.
    """

    entry: PlexButlerConfigEntry
    server: str
    name: str
    titles: list[str]
    entity_id: str
    state: TaskState | None

    def is_of_server(self, server: str) -> bool:
        """Return whether the task is one of a server, by what a model calls it."""
        names = (self.server, self.entry.title, self.entry.entry_id)
        return server.strip().casefold() in [name.casefold() for name in names]

    @property
    def title(self) -> str:
        """Return the title of the task for people."""
        return self.titles[0]


@callback
def async_exposed_tasks(hass: HomeAssistant, assistant: str) -> list[ExposedTask]:
    """Return the tasks whose status sensor is exposed to an assistant."""
    entries: list[PlexButlerConfigEntry] = hass.config_entries.async_entries(
        DOMAIN, include_ignore=False
    )
    titles = [entry.title for entry in entries]
    devices, tasks = dr.async_get(hass), []
    for entry in entries:
        is_unique = titles.count(entry.title) == 1
        server = entry.title if is_unique else f"{entry.title} ({entry.entry_id})"
        states = (
            entry.runtime_data.task_states
            if entry.state is ConfigEntryState.LOADED
            else {}
        )
        for device in dr.async_child_entries_for_config_entry(devices, entry.entry_id):
            name = task_of_device(device, str(entry.unique_id))
            if name and (sensor := _exposed_sensor(hass, assistant, entry, name)):
                state = states.get(name)
                title = state.task.title if state else name
                exposed = ExposedTask(
                    entry=entry,
                    server=server,
                    name=name,
                    titles=[
                        *async_task_titles(hass, entry, name, title),
                        *er.async_get_entity_aliases(hass, sensor),
                    ],
                    entity_id=sensor.entity_id,
                    state=state,
                )
                tasks.append(exposed)
    return tasks


async def async_readable_tasks(
    hass: HomeAssistant, tasks: list[ExposedTask], context: Context | None
) -> list[ExposedTask]:
    """Return those tasks that the person who speaks to the assistant may read."""
    if context is None or context.user_id is None:
        return tasks
    user = await hass.auth.async_get_user(context.user_id)
    return [
        task
        for task in tasks
        if user and user.permissions.check_entity(task.entity_id, POLICY_READ)
    ]


def tasks_of_server(tasks: list[ExposedTask], server: str) -> list[ExposedTask]:
    """Return the tasks of a server, by what a model calls it; raises SelectionError."""
    if found := [task for task in tasks if task.is_of_server(server)]:
        return found
    servers = ", ".join(dict.fromkeys(task.server for task in tasks))
    raise SelectionError(f'There is no server "{server}". Servers: {servers}.')


def find_task(tasks: list[ExposedTask], reference: str) -> ExposedTask:
    """Return the task that a model refers to; raises SelectionError."""
    found = [
        task for own in by_server(tasks) for task in _matching_tasks(own, reference)
    ]
    match found:
        case [task]:
            return task
        case []:
            raise unknown_task(tasks, reference)
    if len(servers := dict.fromkeys(task.server for task in found)) > 1:
        raise SelectionError(
            f'Several servers have a task "{reference}": {", ".join(servers)}. Ask the'
            " user which server is meant, unless it's clear."
        )
    raise SelectionError(
        f'"{reference}" matches several tasks: {_listed(found, _name)}. Use one of'
        " these IDs."
    )


def unknown_task(tasks: list[ExposedTask], reference: str) -> SelectionError:
    """Return the error that none of the tasks is meant by a reference."""
    servers = "; ".join(
        f"{own[0].server}: {_listed(own, _title)}" for own in by_server(tasks)
    )
    text = f'There is no task "{reference}".'
    return SelectionError(f"{text} Tasks of {servers}." if servers else text)


def by_server(tasks: Iterable[ExposedTask]) -> list[list[ExposedTask]]:
    """Return the tasks of each server."""
    groups = groupby(tasks, lambda task: task.entry.entry_id)
    return [list(group) for _, group in groups]


@callback
def _exposed_sensor(
    hass: HomeAssistant, assistant: str, entry: PlexButlerConfigEntry, name: str
) -> er.RegistryEntry | None:
    """Return the status sensor of a task, None if it isn't exposed to an assistant."""
    registry = er.async_get(hass)
    unique_id = task_unique_id(str(entry.unique_id), name, "status")
    entity_id = registry.async_get_entity_id(Platform.SENSOR, DOMAIN, unique_id)
    sensor = registry.async_get(entity_id) if entity_id else None
    if sensor is None:
        return None
    # Home Assistant no longer shows a person where a disabled sensor is exposed. One that
    # is disabled together with its server is only unavailable.
    if sensor.disabled_by not in (None, er.RegistryEntryDisabler.CONFIG_ENTRY):
        return None
    return sensor if async_should_expose(hass, assistant, sensor.entity_id) else None


def _matching_tasks(tasks: list[ExposedTask], reference: str) -> list[ExposedTask]:
    """Return the tasks of one server that a reference matches best."""
    names = find_tasks({task.name: task.titles for task in tasks}, reference)
    return [task for task in tasks if task.name in names]


def _listed(tasks: Iterable[ExposedTask], text: Callable[[ExposedTask], str]) -> str:
    return ", ".join(text(task) for task in tasks)


def _name(task: ExposedTask) -> str:
    return task.name


def _title(task: ExposedTask) -> str:
    return task.title
