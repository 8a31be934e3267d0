"""Stores what is known of a server's tasks over restarts."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final, override

import voluptuous as vol

from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.storage import Store
from homeassistant.util import dt as dt_util

from .butler.evidence import Evidence
from .butler.memory import Memory, SavedRun, SavedStart
from .butler.models import LastRun
from .const import DOMAIN, LOGGER

STORAGE_VERSION: Final = 1
MAX_READABLE_VERSION: Final = 1000
"""Records of later versions are read as far as they can be."""

YEARS: Final = range(2000, 2200)
"""Years in which a run can have been. Those at the ends of the calendar can't be
calculated with."""

SAVE_DELAY: Final = 10
"""Seconds for which changes are collected before they are written."""


def _time(value: object) -> datetime:
    """Return the time in an ISO text; raises vol.Invalid."""
    if not isinstance(value, str):
        raise vol.Invalid("not a time")
    try:
        time = dt_util.as_utc(datetime.fromisoformat(value))
    except (ValueError, OverflowError) as err:
        raise vol.Invalid("not a time") from err
    if time.year not in YEARS:
        raise vol.Invalid("not a time of a run")
    return time


_OPTIONAL_TIME: Final = vol.Any(None, _time)
_DURATION: Final = vol.Any(None, vol.All(vol.Any(int, float), vol.Range(min=0)))

LAST_RUN_SCHEMA: Final = vol.Schema(
    {
        vol.Optional("started"): _OPTIONAL_TIME,
        vol.Optional("finished"): _OPTIONAL_TIME,
        vol.Optional("duration"): _DURATION,
        vol.Optional("observed"): bool,
    },
    extra=vol.REMOVE_EXTRA,
)

START_SCHEMA: Final = vol.Schema(
    {
        vol.Required("accepted"): _time,
        vol.Required("since"): _OPTIONAL_TIME,
        vol.Required("spent"): bool,
    },
    extra=vol.REMOVE_EXTRA,
)


def _start(value: object) -> SavedStart:
    """Return the start in a record; raises vol.Invalid."""
    return SavedStart(**START_SCHEMA(value))


RUN_SCHEMA: Final = vol.Schema(
    {
        vol.Required("started"): _OPTIONAL_TIME,
        vol.Required("evidence"): vol.Coerce(Evidence),
        vol.Required("began_in_window"): bool,
        vol.Required("start"): vol.Any(None, _start),
        vol.Required("rows"): vol.All([str], vol.Coerce(tuple)),
        vol.Required("vanished"): _OPTIONAL_TIME,
        vol.Required("holds"): _OPTIONAL_TIME,
        vol.Required("until"): _OPTIONAL_TIME,
        vol.Required("seen"): _time,
    },
    extra=vol.REMOVE_EXTRA,
)


class _Storage(Store[dict[str, Any]]):
    """The file of a server, in which every version has records by the tasks' names."""

    @override
    async def _async_migrate_func(
        self, old_major_version: int, old_minor_version: int, old_data: dict[str, Any]
    ) -> dict[str, Any]:
        """Return the records of another version, of which the readable ones are used."""
        return old_data


class RunStore:
    """Store of what is known of each task, by Plex's name of it.

    Sensors don't restore their last runs, so that actions have them too, also those of
    tasks whose sensors are disabled.
    """

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        """Initialize the store of a config entry."""
        self._store = _Storage(
            hass,
            STORAGE_VERSION,
            f"{DOMAIN}.{entry_id}",
            max_readable_version=MAX_READABLE_VERSION,
        )
        self._unsaved: Callable[[], Memory] | None = None

    async def async_load(self) -> Memory:
        """Return what was saved, without records that can't be read."""
        try:
            records = await self._store.async_load()
        except (HomeAssistantError, AttributeError, KeyError, TypeError) as err:
            # Whoever wrote this file wasn't Home Assistant.
            LOGGER.warning("The stored runs can't be read: %s", type(err).__name__)
            self.async_schedule_save(Memory)
            return Memory()
        memory = _memory(records) if isinstance(records, dict) else Memory()
        if records and not _is_complete(records, memory):
            LOGGER.warning("Some of the stored runs can't be read, and are dropped")
            self.async_schedule_save(lambda: memory)
        return memory

    @callback
    def async_schedule_save(self, memory: Callable[[], Memory]) -> None:
        """Save what is known then, soon or when Home Assistant stops."""

        @callback
        def records() -> dict[str, Any]:
            latest, self._unsaved = self._unsaved or memory, None
            return _records(latest())

        is_scheduled = self._unsaved is not None
        self._unsaved = memory
        # Another delay would begin each time, so that a busy night is never written.
        if not is_scheduled:
            self._store.async_delay_save(records, SAVE_DELAY)

    async def async_flush(self) -> None:
        """Save now what has to be saved, or when Home Assistant stops if it is stopping."""
        if memory := self._unsaved:
            self._unsaved = None
            await self._store.async_save(_records(memory()))

    async def async_remove(self) -> None:
        """Remove what is stored."""
        await self._store.async_remove()


def _memory(records: Mapping[Any, Any]) -> Memory:
    last_runs = _readable(records, lambda record: LastRun(**LAST_RUN_SCHEMA(record)))
    known = {name: records[name] for name in last_runs}
    runs = _readable(known, lambda record: RUN_SCHEMA(record["run"]))
    seen = [run.pop("seen") for run in runs.values()]
    return Memory(
        time=max(seen, default=None),
        last_runs=last_runs,
        runs={name: SavedRun(**run) for name, run in runs.items()},
        queued=_readable(known, lambda record: _start(record["queued"])),
        remembered=_readable(known, lambda record: _start(record["remembered"])),
    )


def _is_complete(records: Any, memory: Memory) -> bool:
    """Return whether all records could be read."""
    if not isinstance(records, dict):
        return False
    return len(memory.last_runs) == len(records) and all(
        (part in record) is (name in known)
        for name, record in records.items()
        for part, known in (
            ("run", memory.runs),
            ("queued", memory.queued),
            ("remembered", memory.remembered),
        )
    )


def _readable[ValueT](
    records: Mapping[str, Any], read: Callable[[dict[str, Any]], ValueT]
) -> dict[str, ValueT]:
    """Return what can be read of the records, and drop the others."""
    values = {}
    for name, record in records.items():
        try:
            values[name] = read(record)
        except vol.Invalid, KeyError:
            continue
    return values


def _records(memory: Memory) -> dict[str, Any]:
    names = (*memory.last_runs, *memory.runs, *memory.queued, *memory.remembered)
    return {name: _record(memory, name) for name in dict.fromkeys(names)}


def _record(memory: Memory, name: str) -> dict[str, Any]:
    record = asdict(memory.last_runs.get(name, LastRun()))
    if run := memory.runs.get(name):
        record["run"] = {**asdict(run), "seen": memory.time}
    if start := memory.queued.get(name):
        record["queued"] = asdict(start)
    if start := memory.remembered.get(name):
        record["remembered"] = asdict(start)
    return record
