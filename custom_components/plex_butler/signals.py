"""Signals of what happens on the servers, for triggers.

Unlike listeners of a coordinator, those who listen to a signal outlive reloads of the
config entries.
"""

from typing import Final, NamedTuple

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import Context
from homeassistant.util.signal_type import SignalType

from .butler.models import TaskEvent
from .const import DOMAIN


class TaskSignal(NamedTuple):
    """Start or end of a task's run, with the task's device and the title for people.

    A run that is found after a loss of the server, or a reload, has a start as well.

    `context` is that of who caused it, None if the server acts by
    itself. `device_id` is None if the device was removed before.
    """

    entry: ConfigEntry
    device_id: str | None
    title: str
    event: TaskEvent
    context: Context | None


class MaintenanceSignal(NamedTuple):
    """Start or end of the butler's work on a server, on whatever it is."""

    entry: ConfigEntry
    running: bool
    context: Context | None


SIGNAL_TASK: Final = SignalType[TaskSignal](f"{DOMAIN}_task")
SIGNAL_MAINTENANCE: Final = SignalType[MaintenanceSignal](f"{DOMAIN}_maintenance")
