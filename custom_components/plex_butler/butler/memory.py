"""What outlives a restart of Home Assistant: runs, starts, last runs and ended runs.

All times are times of day here, since a monotonic clock starts over.
"""

from collections.abc import Mapping
from datetime import datetime
from math import inf
from types import MappingProxyType
from typing import NamedTuple

from .command_hold import CommandHold
from .evidence import Evidence
from .history import EndedRun
from .models import LastRun, Moment
from .open_runs import OpenRuns
from .runs import ALREADY_RUNNING_TIMEOUT, AcceptedStart, Gap, Run, RunRows
from .starts import Starts


class SavedStart(NamedTuple):
    """An accepted start; `since` is None if activities of any age may be its result."""

    accepted: datetime
    since: datetime | None
    spent: bool = False
    is_cause: bool = True


class SavedRun(NamedTuple):
    """A run that went on, with the UUIDs of its activities.

    Without any, it ends at `until`: finished at `vanished`, unconfirmed if that is None.
    A butler activity that comes to work from `holds` until then prolongs it.
    """

    started: datetime | None
    evidence: Evidence
    began_in_window: bool = False
    start: SavedStart | None = None
    rows: tuple[str, ...] = ()
    vanished: datetime | None = None
    holds: datetime | None = None
    until: datetime | None = None


class Memory(NamedTuple):
    """What was known at a time, by Plex's name of each task."""

    time: datetime | None = None
    last_runs: Mapping[str, LastRun] = MappingProxyType({})
    runs: Mapping[str, SavedRun] = MappingProxyType({})
    queued: Mapping[str, SavedStart] = MappingProxyType({})
    remembered: Mapping[str, SavedStart] = MappingProxyType({})
    history: Mapping[str, tuple[EndedRun, ...]] = MappingProxyType({})


def save(runs: OpenRuns, *, now: Moment, away: float | None) -> Memory:
    """Return what has to outlive a restart.

    `away` is since when the server has been away, in monotonic seconds, if it is.
    """
    return Memory(
        time=now.time if away is None else _time(away, now),
        last_runs=dict(runs.last_runs.all),
        runs={name: _saved_run(run, now) for name, run in runs.by_task.items()},
        queued=_saved_starts(runs.starts.queued, now),
        remembered=_saved_starts(runs.starts.remembered, now),
        history=dict(runs.history.all),
    )


def restore(memory: Memory, runs: dict[str, Run], starts: Starts, now: Moment) -> None:
    """Restore runs and starts after a restart."""
    for name, run in memory.runs.items():
        runs[name] = _restored_run(run, now)
    for name, start in memory.queued.items():
        starts.queued[name] = _restored_start(start, now)
    for name, start in memory.remembered.items():
        starts.remembered[name] = _restored_start(start, now)


def _saved_starts(
    starts: Mapping[str, AcceptedStart], now: Moment
) -> dict[str, SavedStart]:
    return {name: _saved_start(start, now) for name, start in starts.items()}


def _saved_start(start: AcceptedStart, now: Moment) -> SavedStart:
    """Return a start as it is saved."""
    return SavedStart(
        accepted=start.accepted.time,
        since=_time(start.since, now),
        spent=start.spent,
        is_cause=start.is_cause,
    )


def _restored_start(saved: SavedStart, now: Moment) -> AcceptedStart:
    """Return a start that was saved."""
    return AcceptedStart(
        accepted=_past(saved.accepted, now),
        since=_past(saved.since, now).seconds if saved.since else -inf,
        spent=saved.spent,
        is_cause=saved.is_cause,
    )


def _saved_run(run: Run, now: Moment) -> SavedRun:
    """Return a run as it is saved."""
    holds = until = vanished = None
    if run.command:
        holds, until = _time(run.command.since, now), _time(run.command.until, now)
    elif run.gap:
        until = _time(run.gap.until, now)
        vanished = run.gap.vanished.time if run.gap.confirmed else None
    return SavedRun(
        started=run.started.time if run.started else None,
        evidence=run.evidence,
        began_in_window=run.began_in_window,
        start=_saved_start(run.start, now) if run.start else None,
        rows=(*run.rows.own, *run.rows.named, *run.rows.typed),
        vanished=vanished,
        holds=holds,
        until=until,
    )


def _restored_run(saved: SavedRun, now: Moment) -> Run:
    """Return a run that was saved."""
    run = Run(
        started=_past(saved.started, now) if saved.started else None,
        evidence=saved.evidence,
        began_in_window=saved.began_in_window,
        start=_restored_start(saved.start, now) if saved.start else None,
        rows=RunRows(own=frozenset(saved.rows)),
    )
    if saved.rows:
        return run
    # None of these lasts longer, whatever the clocks did.
    latest = now.seconds + ALREADY_RUNNING_TIMEOUT
    until = min(now.at(saved.until).seconds, latest) if saved.until else now.seconds
    if saved.evidence is Evidence.COMMAND:
        since = now.at(saved.holds).seconds if saved.holds else until
        run.command = CommandHold(since=since, until=until, doubtful=True)
    else:
        vanished = _past(saved.vanished, now) if saved.vanished else now
        is_confirmed = saved.vanished is not None
        run.gap = Gap(vanished=vanished, until=until, confirmed=is_confirmed)
    return run


def _past(time: datetime, now: Moment) -> Moment:
    """Return the moment of a time of day, now if that is yet to come.

    The system clock may have been set back.
    """
    return now.at(min(time, now.time))


def _time(seconds: float, now: Moment) -> datetime | None:
    """Return the time of day of a monotonic time, None if it's infinite."""
    return None if seconds in (inf, -inf) else now.plus(seconds - now.seconds).time
