"""The config flow: all dialogs of Plex Butler, put together for Home Assistant."""

from .adding import AddingDialogs
from .changing import ChangingDialogs
from .const import DOMAIN
from .discovering import DiscoveringDialogs


class PlexButlerConfigFlow(
    AddingDialogs, DiscoveringDialogs, ChangingDialogs, domain=DOMAIN
):
    """Adds servers, finds them, and changes those that are there."""
