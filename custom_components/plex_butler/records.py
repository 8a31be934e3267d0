"""What is known of a server's tasks, as the records of the store."""

from collections.abc import Callable, Mapping, Set as AbstractSet
from datetime import datetime
from typing import Any, Final

import voluptuous as vol

from homeassistant.helpers.json import json_bytes, json_fragment
from homeassistant.util import dt as dt_util

from .butler.evidence import Evidence
from .butler.history import MAX_RUNS, EndedRun
from .butler.memory import Memory, SavedRun, SavedStart
from .butler.models import LastRun, StartedBy, TaskEventType

YEARS: Final = range(2000, 2200)
"""Years in which a run can have been. Those at the ends of the calendar can't be
calculated with."""


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
        vol.Optional("is_cause"): bool,
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

ENDED_RUN_SCHEMA: Final = vol.Schema(
    {
        vol.Required("title"): str,
        vol.Required("started"): _OPTIONAL_TIME,
        vol.Required("ended"): _time,
        vol.Required("duration"): _DURATION,
        vol.Required("outcome"): vol.All(
            vol.Coerce(TaskEventType), vol.NotIn([TaskEventType.STARTED])
        ),
        vol.Required("evidence"): vol.Coerce(Evidence),
        vol.Required("started_by"): vol.Coerce(StartedBy),
    },
    extra=vol.REMOVE_EXTRA,
)


def memory_from(records: Mapping[str, Any]) -> Memory:
    """Return what records say, but for the ended runs, without what can't be read."""
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


def ended_runs_from(task: str, record: object) -> tuple[EndedRun, ...]:
    """Return the ended runs in the record of a task, without those that can't be read.

    50 take about 2 ms.
    """
    runs = _readable(
        dict(enumerate(_listed_runs(record) or ())),
        lambda run: _ended_run(task, ENDED_RUN_SCHEMA(run)),
    )
    return tuple(runs.values())


def is_complete(records: Any, memory: Memory) -> bool:
    """Return whether all records could be read."""
    if not isinstance(records, dict):
        return False
    return len(memory.last_runs) == len(records) and all(
        (runs := _listed_runs(record)) is not None
        and len(runs) == len(memory.history.get(name, ()))
        and all(
            (part in record) is (name in known)
            for part, known in (
                ("run", memory.runs),
                ("queued", memory.queued),
                ("remembered", memory.remembered),
            )
        )
        for name, record in records.items()
    )


class EndedRunsJson:
    """The ended runs of each task as JSON, which is made only when they have changed.

    There may be 50,000: to write the JSON of all takes 40 ms, and longer if they are
    indented as the rest of the file.
    """

    def __init__(self) -> None:
        """Initialize without runs."""
        self._known: dict[str, tuple[tuple[EndedRun, ...], json_fragment]] = {}

    def of(self, task: str, runs: tuple[EndedRun, ...]) -> json_fragment:
        """Return the JSON of a task's runs, as a part of other JSON."""
        known = self._known.get(task)
        if known is None or known[0] != runs:
            records = [run._asdict() for run in runs]
            known = self._known[task] = runs, json_fragment(json_bytes(records))
        return known[1]

    def keep(self, tasks: AbstractSet[str]) -> None:
        """Forget the runs of all other tasks."""
        for task in self._known.keys() - tasks:
            del self._known[task]


def records_from(memory: Memory, ended_runs: EndedRunsJson) -> dict[str, Any]:
    """Return the records of what is known, by the tasks' names."""
    names = (*memory.last_runs, *memory.runs, *memory.queued, *memory.remembered)
    records = {name: _record(memory, name) for name in (*names, *memory.history)}
    for name, runs in memory.history.items():
        records[name]["runs"] = ended_runs.of(name, runs)
    ended_runs.keep(memory.history.keys())
    return records


def _record(memory: Memory, name: str) -> dict[str, Any]:
    record = memory.last_runs.get(name, LastRun())._asdict()
    if run := memory.runs.get(name):
        record["run"] = {
            **run._asdict(),
            "start": run.start and run.start._asdict(),
            "seen": memory.time,
        }
    if start := memory.queued.get(name):
        record["queued"] = start._asdict()
    if start := memory.remembered.get(name):
        record["remembered"] = start._asdict()
    return record


def _listed_runs(record: object) -> list[Any] | None:
    """Return the last of the ended runs in a record, None if they aren't a list."""
    runs = record.get("runs", []) if isinstance(record, dict) else None
    return runs[-MAX_RUNS:] if isinstance(runs, list) else None


def _ended_run(task: str, fields: dict[str, Any]) -> EndedRun:
    """Return an ended run; raises vol.Invalid if it ended before it began."""
    run = EndedRun(task=task, **fields)
    if run.ended < run.began:
        raise vol.Invalid("ended before it began")
    return run


def _readable[KeyT, ValueT](
    records: Mapping[KeyT, Any], read: Callable[[Any], ValueT]
) -> dict[KeyT, ValueT]:
    """Return what can be read of the records, and drop the others."""
    values = {}
    for name, record in records.items():
        try:
            values[name] = read(record)
        except vol.Invalid, KeyError:
            continue
    return values
