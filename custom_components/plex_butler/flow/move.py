"""What follows when a server that is set up is announced at another address."""

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant

from ..issues import async_create_moved_issue
from .candidates import is_set_up
from .probe import ProbedServer, async_moved_url, is_certified


async def async_follow_move(
    hass: HomeAssistant, entry: ConfigEntry, server: ProbedServer, announced: float
) -> str | None:
    """Return the URL to which the certificate proves that a server moved, if it did.

    Without proof, an issue asks a person. `announced` is the time of the announcement in
    monotonic seconds.
    """
    known = entry.data
    url = await async_moved_url(hass, known, server)
    # A person may have changed or removed the entry meanwhile.
    if url is None or entry.data != known:
        return None
    if not is_set_up(hass, server.machine_identifier):
        return None
    if is_certified(known, url):
        return url
    async_create_moved_issue(hass, entry, url, announced)
    return None
