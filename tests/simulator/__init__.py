"""A simulated Plex Media Server: what is known of the real one's butler, and no more.

`PlexSimulator` serves over real sockets and is the object to control it by; `faults`
are the ways in which it can be made to fail. `SimulatedPlexTv` is where people sign in. `python -m tests.simulator` runs it alone.
"""

from .butler import Butler
from .plex_tv import SimulatedPlexTv
from .server import NOTIFICATIONS, PREFERENCES, PlexSimulator
from .settings import SimulatedSetting
from .site import RecordedRequest
from .tasks import SimulatedTask, known_tasks

__all__ = [
    "NOTIFICATIONS",
    "PREFERENCES",
    "Butler",
    "PlexSimulator",
    "RecordedRequest",
    "SimulatedPlexTv",
    "SimulatedSetting",
    "SimulatedTask",
    "known_tasks",
]
