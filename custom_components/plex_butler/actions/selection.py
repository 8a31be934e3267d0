"""Which tasks and servers a call means, and whether the caller may control them."""

from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import ATTR_CONFIG_ENTRY_ID
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers.target import TargetSelection

from ..commands import Commands
from ..const import DOMAIN
from ..coordinator import PlexButlerConfigEntry, PlexButlerCoordinator
from ..devices import async_task_titles
from ..errors import not_loaded_error, task_error, translated
from ..permissions import CallPermissions, async_call_permissions
from ..targets import Targeted, async_resolve_target

ATTR_TASK: Final = "task"


class CalledTask(NamedTuple):
    """A task that a call means, by Plex's name of it; `title` is its title for people.

    `problem` is why nothing can be sent for it, if that is known before.
    """

    entry: PlexButlerConfigEntry
    name: str
    title: str
    enabled: bool
    problem: HomeAssistantError | None = None

    @property
    def title_with_server(self) -> str:
        """Return a text that names the task and its server."""
        return f"{self.title} ({self.entry.title})"

    def commands(self) -> Commands:
        """Return the commands to its server; raises why nothing can be sent."""
        if self.problem:
            raise self.problem
        return loaded_coordinator(self.entry).commands


def loaded_coordinator(entry: PlexButlerConfigEntry) -> PlexButlerCoordinator:
    """Return the coordinator of an entry; raises the reason if it isn't loaded."""
    if entry.state is not ConfigEntryState.LOADED:
        raise not_loaded_error(entry)
    return entry.runtime_data


async def async_called_server(
    call: ServiceCall,
) -> tuple[PlexButlerConfigEntry, CallPermissions]:
    """Return the server that a call without a target means, by default the only one."""
    entry = _entry(call.hass, call.data.get(ATTR_CONFIG_ENTRY_ID))
    loaded_coordinator(entry)
    return entry, await _async_permissions(call, entry)


async def async_called_servers(call: ServiceCall) -> list[PlexButlerConfigEntry]:
    """Return the servers that a call means, all of which the caller may control."""
    if targeted := _targeted(call):
        entries = _in_order(call.hass, targeted.servers)
        if not entries:
            raise translated(ServiceValidationError, "target_without_server")
    else:
        entries = [_entry(call.hass, call.data.get(ATTR_CONFIG_ENTRY_ID))]
    for permissions in [await _async_permissions(call, entry) for entry in entries]:
        permissions.require_control_of_all()
    return entries


async def async_called_tasks(call: ServiceCall) -> list[CalledTask]:
    """Return the tasks that a call means, all of which the caller may control.

    They are in the order in which the servers were added and list their tasks.
    """
    if targeted := _targeted(call):
        return await _async_targeted_tasks(call, targeted)
    if ATTR_TASK not in call.data:
        raise translated(ServiceValidationError, "target_required")
    entry, permissions = await async_called_server(call)
    commands = entry.runtime_data.commands
    task = commands.find_task(call.data[ATTR_TASK], permissions.may_read_task)
    permissions.require_control_of_task(task.name)
    title = commands.title(task.name)
    return [CalledTask(entry=entry, name=task.name, title=title, enabled=task.enabled)]


async def _async_targeted_tasks(
    call: ServiceCall, targeted: Targeted
) -> list[CalledTask]:
    if targeted.servers:
        titles = sorted(entry.title for entry in targeted.servers)
        raise translated(
            ServiceValidationError, "target_has_server", servers=", ".join(titles)
        )
    if not targeted.tasks:
        raise translated(ServiceValidationError, "target_without_task")
    called: list[CalledTask] = []
    for entry in _in_order(call.hass, [task.entry for task in targeted.tasks]):
        permissions = await _async_permissions(call, entry)
        wanted = {task.name for task in targeted.tasks if task.entry is entry}
        for name in wanted:
            permissions.require_control_of_task(name)
        called += _called_tasks(call.hass, entry, wanted, permissions.may_read_task)
    return called


def _called_tasks(
    hass: HomeAssistant,
    entry: PlexButlerConfigEntry,
    wanted: set[str],
    may_name: Callable[[str], bool],
) -> Iterator[CalledTask]:
    """Yield the wanted tasks of a server as it lists them, then those that it lacks."""
    is_loaded = entry.state is ConfigEntryState.LOADED
    tasks = entry.runtime_data.data.tasks if is_loaded else {}
    missing = sorted(wanted - tasks.keys())
    for name in (*(name for name in tasks if name in wanted), *missing):
        task = tasks[name].task if name in tasks else None
        problem = None
        if not is_loaded:
            problem = not_loaded_error(entry)
        elif task is None:
            known = filter(may_name, tasks)
            problem = task_error("unknown_task", name, entry.title, known)
        yield CalledTask(
            entry=entry,
            name=name,
            title=async_task_titles(hass, entry, name, task.title if task else name)[0],
            enabled=task is not None and task.enabled,
            problem=problem,
        )


def _targeted(call: ServiceCall) -> Targeted | None:
    """Return what the target of a call refers to, None if it has no target."""
    selection = TargetSelection(call.data)
    if not selection.has_any_target:
        return None
    if call.data.keys() & {ATTR_TASK, ATTR_CONFIG_ENTRY_ID}:
        raise translated(ServiceValidationError, "target_and_name")
    return async_resolve_target(call.hass, selection)


def _in_order(
    hass: HomeAssistant, entries: list[PlexButlerConfigEntry]
) -> list[PlexButlerConfigEntry]:
    """Return each entry once, in the order in which they were added."""
    ids = {entry.entry_id for entry in entries}
    known = hass.config_entries.async_entries(DOMAIN)
    return [entry for entry in known if entry.entry_id in ids]


async def _async_permissions(
    call: ServiceCall, entry: PlexButlerConfigEntry
) -> CallPermissions:
    """Return what the caller may do with a server."""
    return await async_call_permissions(call, str(entry.unique_id))


def _entry(hass: HomeAssistant, entry_id: str | None) -> PlexButlerConfigEntry:
    """Return the entry with an id, by default the only one."""
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
