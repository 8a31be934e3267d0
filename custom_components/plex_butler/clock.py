"""The current time, for calculations and for people."""

from time import monotonic

from homeassistant.util import dt as dt_util

from .butler.models import Moment


def now() -> Moment:
    """Return the current time."""
    return Moment(time=dt_util.utcnow(), seconds=monotonic())
