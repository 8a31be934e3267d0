"""Strategies of hypothesis: what a server may show, and what happens around it.

Steps are drawn against a small model of a server, so that they are mostly sensible:
frames are of rows that the server has, polls list them as of the request, commands go
out before they are answered, after a restart comes a poll.
"""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Final

from hypothesis import strategies as st

from .oracle import ORow, OTask
from .stories import (
    BACKUP,
    CREDITS,
    LIBRARIES,
    LOCAL,
    LOUDNESS,
    OPTIMIZE,
    PERIODIC,
    TASKS,
    Frame,
    Lost,
    Poll,
    Restart,
    Start,
    StartAll,
    Step,
    Stop,
    StopAll,
    Unanswered,
    Wait,
)

MAX_STEPS: Final = 50

NAMES: Final = (BACKUP, OPTIMIZE, LIBRARIES, LOCAL, PERIODIC, CREDITS, LOUDNESS)
SERVER_TASKS: Final = tuple(task for task in TASKS if task.name in NAMES)

MOMENTS: Final = (0.5, 1, 2, 3)
CONSTANTS: Final = (5, 8, 10, 30, 60, 100, 120, 180, 600, 1800)
"""Seconds that a rule speaks of, or that lie just between two rules."""
JUMPS: Final = (
    *MOMENTS * 12,
    *CONSTANTS[:-2] * 3,
    *(seconds - 0.5 for seconds in CONSTANTS),
    *(seconds + 0.5 for seconds in CONSTANTS),
    *(600, 1800, 3600, 3 * 3600, 20 * 3600),
)

TYPES: Final = {
    LIBRARIES: ("library.update.section",) * 2 + ("library.update.item.metadata",),
    LOCAL: ("library.refresh.items",) * 2 + ("library.update.item.metadata",),
    PERIODIC: ("library.refresh.items",) * 2 + ("library.update.item.metadata",),
    CREDITS: ("media.generate.credits",),
    LOUDNESS: ("media.generate.loudness",),
}
OTHER_TYPES: Final = (
    *("library.update.section", "media.generate.loudness", "media.optimize"),
    *("provider.subscriptions.process", "maintenance", "maintenance"),
)
NAMING: Final = {
    BACKUP: (
        *("Backup Database", "BackupDatabase", "backup database"),
        *("running: BACKUP DATABASE, then more", "Backup Databases"),
        "SQL - Backup Database in 10 minutes",
    ),
    OPTIMIZE: ("Optimize Database", "optimize database (3 of 5)"),
    LIBRARIES: ("Refresh Libraries", "RefreshLibraries"),
    LOCAL: ("Refresh Local Media", "Refresh Local Media Files"),
    PERIODIC: ("Refresh Metadata Periodically", "Refresh periodic metadata"),
    CREDITS: ("Credits Detection", "Generate credits markers", CREDITS),
    LOUDNESS: ("Loudness Analysis", "loudness analysis (3 of 5)"),
}
"""Texts that name a task: wholly, within a sentence, in other case, or nearly."""
UNNAMED: Final = (None, None, None, "Butler", "Movies", "S01 E05")
PROGRESSES: Final = (None, -1, -1, 0, 42.5, 99, 100, 100)

BASES: Final = ("12:00:00", "01:50:00", "01:59:51", "03:00:00", "04:57:00")
WINDOWS: Final = ((2, 5), (2, 5), (23, 4), (3, 3), None)


@dataclass(frozen=True)
class History:
    """Steps in the order of time, on a server with a window, from a time of day on."""

    window: tuple[int, int] | None
    base: datetime
    steps: tuple[Step, ...]


@dataclass
class Server:
    """The model: the rows of a server, and what has been asked of it.

    `names` are the tasks that a history is about: few, so that they meet.
    """

    now: float = 0
    rows: dict[str, ORow] = field(default_factory=dict)
    past: list[tuple[float, tuple[ORow, ...]]] = field(default_factory=list)
    polled: float = 0
    numbers: int = 0
    names: tuple[str, ...] = NAMES
    is_polled: bool = False

    def changed(self) -> None:
        """Remember the rows as they are from now on."""
        self.past.append((self.now, tuple(self.rows.values())))

    def rows_at(self, time: float) -> tuple[ORow, ...]:
        """Return the rows that there were at a time."""
        rows: tuple[ORow, ...] = ()
        for since, rows_since in self.past:
            if since <= time:
                rows = rows_since
        return rows

    def recently(self, seconds: float) -> float:
        """Return a time shortly ago, but after the last poll."""
        return max(self.polled, self.now - seconds)


KINDS: Final = (
    *["row"] * 8,
    *["change"] * 5,
    *["end"] * 6,
    *["poll"] * 4,
    *["start"] * 5,
    *["stop"],
    *["wait"] * 2,
    *["poll without rows", "poll without a task", "start all", "stop all"],
    *["lost", "restart", "unanswered", "already"],
)
KINDS_UNPOLLED: Final = ("poll", "poll", "poll", "wait", "lost", "row", "end")
"""What may happen between a restart and the first poll; rows change without frames."""

_jumps = st.sampled_from(JUMPS)
_kinds = st.sampled_from(KINDS)
_kinds_unpolled = st.sampled_from(KINDS_UNPOLLED)
_names = st.sampled_from(NAMES)
_unnamed = st.sampled_from(UNNAMED)
_naming = {name: st.sampled_from(texts) for name, texts in NAMING.items()}
_row_kinds = st.sampled_from(("butler", "butler", "typed", "typed", "typed", "other"))
_progresses = st.sampled_from(PROGRESSES)
_delays = st.sampled_from((0, 0, 0.25, 0.5, 2, 5))
_butler_types = st.sampled_from(("butler", "butler", "butler", "butler.task"))
_other_types = st.sampled_from(OTHER_TYPES)
_few_names = st.lists(_names, min_size=1, max_size=3, unique=True)
_rarely = st.sampled_from((False,) * 5 + (True,))
_works = st.sampled_from((0.5, 2, 8, 28, 50, 59, 61, 100, 170, 190))
_gaps = st.sampled_from((0.5, 5, 8, 9.5, 10, 28, 29.5, 30, 31, 100, 119.5, 120, 121))
_mostly = st.sampled_from((True, True, True, False))


@st.composite
def histories(draw: st.DrawFn, max_steps: int = MAX_STEPS) -> History:
    """Return a strategy of histories; the first step is a poll."""
    server = Server(names=tuple(draw(_few_names)))
    for _ in range(draw(st.integers(0, 2))):
        _add_row(draw, server)
    server.changed()
    steps: list[Step] = [_poll(draw, server)]
    count = draw(st.integers(min(5, max_steps - 1), max_steps - 1))
    while len(steps) < count + 1:
        server.now += draw(_jumps)
        if server.is_polled and draw(_rarely):
            steps += _scene(draw, server)
        kind = draw(_kinds if server.is_polled else _kinds_unpolled)
        steps.append(_step(draw, server, kind))
    time = draw(st.sampled_from(BASES))
    return History(
        window=draw(st.sampled_from(WINDOWS)),
        base=datetime.fromisoformat(f"2026-10-01T{time}").replace(tzinfo=UTC),
        steps=tuple(steps[:max_steps]),
    )


def _step(draw: st.DrawFn, server: Server, kind: str) -> Step:
    now = server.now
    match kind:
        case "row" | "change" | "end":
            return _row_step(draw, server, kind)
        case "poll":
            return _poll(draw, server)
        case "poll without rows":
            return Poll(now, rows=None, tasks=SERVER_TASKS)
        case "poll without a task":
            name = _name(draw, server)
            tasks = tuple(task for task in SERVER_TASKS if task.name != name)
            return _poll(draw, server, tasks)
        case "start" | "already":
            sent = server.recently(draw(_delays))
            return Start(now, _name(draw, server), already=kind == "already", sent=sent)
        case "unanswered":
            return Unanswered(
                now, _name(draw, server), sent=server.recently(draw(_delays))
            )
        case "stop":
            return Stop(now, _name(draw, server), was_running=draw(_mostly))
        case "start all":
            return StartAll(now)
        case "stop all":
            return StopAll(now)
        case "lost":
            return Lost(now)
        case "restart":
            server.is_polled = False
            return Restart(now)
    return Wait(now)


def _scene(draw: st.DrawFn, server: Server) -> list[Step]:
    """Return what rarely comes by chance: a start, and rows that come and go one by one.

    The rows are the butler's, or of a type of the task. Something else may happen
    between two of them.
    """
    name = _name(draw, server)
    is_butler = name not in TYPES or not draw(_mostly)
    steps: list[Step] = []
    if draw(_mostly):
        steps.append(Start(server.now, name, sent=server.recently(draw(_delays))))
        server.now += draw(_gaps)
    for _ in range(draw(st.integers(1, 3))):
        server.numbers += 1
        type_ = "butler" if is_butler else draw(st.sampled_from(TYPES[name]))
        row = ORow(f"row{server.numbers}", type_, progress=-1)
        server.rows[row.uuid] = row
        server.changed()
        steps.append(Frame(server.now, "started", row))
        server.now += draw(_works)
        if draw(_rarely):
            steps.append(_step(draw, server, draw(_kinds)))
            server.now += draw(_works)
        if row.uuid in server.rows and server.is_polled:
            del server.rows[row.uuid]
            server.changed()
            steps.append(Frame(server.now, "ended", row))
        if not server.is_polled:
            break
        server.now += draw(_gaps)
    return steps


def _name(draw: st.DrawFn, server: Server) -> str:
    return draw(st.sampled_from(server.names))


def _text(draw: st.DrawFn, server: Server) -> str | None:
    """Return a text that names none of the tasks, mostly."""
    return draw(_unnamed if draw(_mostly) else _naming[_name(draw, server)])


def _add_row(draw: st.DrawFn, server: Server) -> ORow:
    server.numbers += 1
    name = _name(draw, server)
    kind = draw(_row_kinds)
    if kind == "butler":
        type_ = draw(_butler_types)
    elif kind == "typed" and name in TYPES:
        type_ = draw(st.sampled_from(TYPES[name]))
    else:
        type_ = draw(_other_types)
    row = ORow(
        f"row{server.numbers}",
        type_,
        _text(draw, server),
        _text(draw, server),
        draw(_progresses),
    )
    server.rows[row.uuid] = row
    return row


def _row_step(draw: st.DrawFn, server: Server, kind: str) -> Step:
    """Change the server's rows, with a frame mostly."""
    is_told = server.is_polled and draw(_mostly)
    if kind == "row" or not server.rows:
        row = _add_row(draw, server)
        frame = Frame(server.now, "started", row)
    elif kind == "change":
        row = server.rows[draw(st.sampled_from(sorted(server.rows)))]
        row = replace(row, progress=draw(_progresses))
        if not draw(_mostly):
            row = replace(row, subtitle=_text(draw, server))
        server.rows[row.uuid] = row
        frame = Frame(server.now, "updated", row)
    else:
        row = server.rows.pop(draw(st.sampled_from(sorted(server.rows))))
        frame = Frame(server.now, "ended", row)
    server.changed()
    return frame if is_told else Wait(server.now)


def _poll(
    draw: st.DrawFn, server: Server, tasks: tuple[OTask, ...] = SERVER_TASKS
) -> Poll:
    """Poll the rows as of the request, which may be older than the last frames."""
    asked = server.recently(draw(_delays))
    server.polled, server.is_polled = server.now, True
    return Poll(server.now, rows=server.rows_at(asked), tasks=tasks, asked=asked)
