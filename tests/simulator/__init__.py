"""A simulated Plex Media Server: what is known of the real one's butler, and no more.

`PlexSimulator` serves over real sockets and is the object to control it by; `faults`
are the ways in which it can be made to fail. `python -m tests.simulator` runs it alone.
"""

from .butler import Butler
from .server import NOTIFICATIONS, PlexSimulator, RecordedRequest
from .tasks import SimulatedTask, known_tasks

__all__ = [
    "NOTIFICATIONS",
    "Butler",
    "PlexSimulator",
    "RecordedRequest",
    "SimulatedTask",
    "known_tasks",
]
