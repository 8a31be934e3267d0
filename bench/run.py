"""What the figures of one run share."""

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

from .home import Home, open_home
from .loop import SkippingLoop
from .plex import PlexServer


@dataclass(frozen=True, kw_only=True)
class Run:
    """How much is measured, and with which server.

    `rounds` are those of each figure, `repeat` the polls of a contender in each.
    """

    loop: SkippingLoop
    server: PlexServer
    rounds: int
    repeat: int
    is_short: bool

    def home(self) -> AbstractAsyncContextManager[Home]:
        """Return a new Home Assistant for a block."""
        return open_home(self.loop, self.server)
