"""What the tables call the figures, and the contenders that budgets are about."""

from typing import Final

PLEX_BUTLER: Final = "Plex Butler"
WITHOUT_PUSH: Final = "Plex Butler without push"
SAME_REQUESTS: Final = "empty coordinator, the same requests as with push"

UNCHANGED: Final = "unchanged poll"
ONE_CHANGED: Final = "poll with one changed task"
ALL_CHANGED: Final = "poll with all tasks changed"
WITH_SETTINGS: Final = "unchanged poll of tasks and settings"
POLL_WRITES: Final = "states written by an unchanged poll"
POLL_LINES: Final = "lines logged by an unchanged poll"

IDLE_HOUR: Final = "idle hour"
IDLE_REQUESTS: Final = "requests in an idle hour"

PER_FRAME: Final = "notification in a burst"
BURST_LONGEST: Final = "longest callback in a burst"
BURST_WRITES: Final = "states written for a burst"

PRESS: Final = "press to state, alone"
PRESS_AFTER: Final = "press to state, within a second of another"
PRESS_THREE: Final = "press to state, the last of three at once"
PRESS_IN_BURST: Final = "press to state, during a burst"

SET_UP: Final = "set-up, everything imported"
RELOAD: Final = "reload"

MANY_TASKS: Final = "unchanged poll by the number of tasks"
MANY_SERVERS: Final = "unchanged poll of a server by the number of servers"
SERVERS_LONGEST: Final = "longest callback while all servers are polled"

IMPORT: Final = "import for set-up"
IMPORT_MEMORY: Final = "memory of the import"
MEMORY: Final = "memory after set-up"

IDLE_ROWS: Final = "rows of the recorder in an idle day"
NIGHT_ROWS: Final = "rows of the recorder in a night of maintenance"

MOST_TASKS: Final = 1000
MOST_SERVERS: Final = 100
"""The numbers that budgets are about."""


def tasks_name(count: int) -> str:
    """Return what a number of tasks is called."""
    return f"{PLEX_BUTLER}, {count:,} tasks"


def servers_name(count: int) -> str:
    """Return what a number of servers is called."""
    return f"{PLEX_BUTLER}, {count} servers"
