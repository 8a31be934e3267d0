"""What each contender can do."""

from abc import ABC, abstractmethod
from datetime import timedelta

from ..home import Home


class Contender(ABC):
    """Something that reads the tasks of a server."""

    name: str

    def __init__(self, interval: timedelta | None = None) -> None:
        """Initialize; without an interval, it polls only when it is told to."""
        self.interval = interval

    @abstractmethod
    async def async_set_up(self, home: Home) -> None:
        """Set it up in Home Assistant."""

    @abstractmethod
    async def async_poll(self) -> None:
        """Poll the server at once."""
