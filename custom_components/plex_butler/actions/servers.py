"""The actions that start and stop all tasks of servers."""

from homeassistant.core import ServiceCall

from .failures import Failures
from .selection import async_called_servers, loaded_coordinator


async def async_start_all_tasks(call: ServiceCall) -> None:
    """Start every task that is due."""
    entries = await async_called_servers(call)
    failures = Failures("servers_not_started", total=len(entries))
    for entry in entries:
        with failures.collect(entry.title):
            commands = loaded_coordinator(entry).commands
            await commands.async_start_all_tasks(context=call.context)
    failures.raise_any()


async def async_stop_all_tasks(call: ServiceCall) -> None:
    """Stop every task."""
    entries = await async_called_servers(call)
    failures = Failures("servers_not_stopped", total=len(entries))
    for entry in entries:
        with failures.collect(entry.title):
            commands = loaded_coordinator(entry).commands
            await commands.async_stop_all_tasks(context=call.context)
    failures.raise_any()
