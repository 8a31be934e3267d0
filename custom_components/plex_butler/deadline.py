"""A timer for the time at which something is due."""

from collections.abc import Callable
from datetime import datetime
from time import monotonic

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later


class DeadlineTimer:
    """Calls a function at a deadline, which can be changed."""

    def __init__(self, hass: HomeAssistant, on_deadline: Callable[[], None]) -> None:
        """Initialize without a deadline."""
        self._hass = hass
        self._on_deadline = on_deadline
        self._deadline: float | None = None
        self._cancel: CALLBACK_TYPE | None = None

    @callback
    def async_set(self, deadline: float | None) -> None:
        """Set the deadline in monotonic seconds, None for no deadline."""
        if self._cancel and self._deadline == deadline:
            return
        self.async_cancel()
        if deadline is not None:
            delay = max(0, deadline - monotonic())
            self._deadline = deadline
            self._cancel = async_call_later(self._hass, delay, self._async_handle_timer)

    @callback
    def async_cancel(self) -> None:
        """Cancel the timer."""
        if self._cancel:
            self._cancel()
            self._cancel = None

    @callback
    def _async_handle_timer(self, _: datetime) -> None:
        self._cancel = None
        self._on_deadline()
