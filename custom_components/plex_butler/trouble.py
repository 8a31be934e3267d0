"""What keeps Home Assistant from a server, and when a person is asked to resolve it."""

from dataclasses import dataclass
from typing import Final

from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.update_coordinator import UpdateFailed
from homeassistant.util.hass_dict import HassKey

from .const import DOMAIN
from .issues import NOT_OWNER, async_abort_reauth, async_update_connection_issues

INVALID_AUTH: Final = "invalid_auth"

LASTING_COUNT: Final = 3
LASTING_DURATION: Final = 60
"""Refusals of a token, and seconds since the first one, until a person is asked."""

REFUSAL_INTERVALS: Final = (30, 60)
"""Seconds until the next poll after the first refusal, and after the second."""

LASTING_INTERVAL: Final = 300
"""Seconds until the next poll once a person was asked: the server may accept it again."""


@dataclass(kw_only=True)
class Refusals:
    """The refusals of a token since the server last accepted it.

    `since` is the time of the first one in monotonic seconds, `shown` the translation key
    of the error that a person was asked to resolve.
    """

    since: float
    count: int = 0
    shown: str | None = None

    def are_lasting(self, seconds: float) -> bool:
        """Return whether a person has to be asked, at a time in monotonic seconds."""
        return self.count >= LASTING_COUNT and seconds >= self.since + LASTING_DURATION

    def retry_after(self, seconds: float) -> int:
        """Return the seconds until the next poll, after a refusal at the given time."""
        if self.are_lasting(seconds):
            return LASTING_INTERVAL
        return REFUSAL_INTERVALS[0 if self.count == 1 else 1]


REFUSALS: Final[HassKey[dict[str, Refusals]]] = HassKey(f"{DOMAIN}.refusals")
"""The refusals by entry id, which outlive reloads and failed attempts to set up."""


class ConnectionTrouble:
    """What keeps Home Assistant from a server, and what a person can do about it.

    A server may also refuse a valid token for a while, for example while it starts up.
    So a person is asked only once it has refused it several times.
    """

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        """Initialize the trouble of a config entry's server."""
        self._hass = hass
        self._entry = entry
        self._refusals = hass.data.setdefault(REFUSALS, {})

    @callback
    def async_handle_error(self, error: UpdateFailed, seconds: float) -> None:
        """Handle the error of a poll at a time in monotonic seconds.

        After a refusal, the error gets the time until the next poll. At set-up it has
        none: Home Assistant has intervals of its own between its attempts.
        """
        key = error.translation_key
        refusals = None
        if key in (INVALID_AUTH, NOT_OWNER):
            refusals = self._refusals.setdefault(
                self._entry.entry_id, Refusals(since=seconds)
            )
            refusals.count += 1
            error.retry_after = refusals.retry_after(seconds)
        is_lasting = refusals is None or refusals.are_lasting(seconds)
        async_update_connection_issues(
            self._hass, self._entry, key, is_lasting=is_lasting
        )
        if refusals and is_lasting:
            self._async_ask_for_token(refusals, key)
        if self._entry.state is ConfigEntryState.SETUP_IN_PROGRESS:
            error.retry_after = None

    @callback
    def async_clear(self) -> None:
        """Resolve the issues and the request for a token, since the server answers."""
        async_update_connection_issues(self._hass, self._entry, None)
        refusals = self._refusals.pop(self._entry.entry_id, None)
        if refusals and refusals.shown:
            async_abort_reauth(self._hass, self._entry)

    def _async_ask_for_token(self, refusals: Refusals, key: str | None) -> None:
        """Start reauthentication, or abort it if there is an issue in its place.

        Both would be two requests for the same token.
        """
        if key == INVALID_AUTH:
            self._entry.async_start_reauth(self._hass)
        elif refusals.shown == INVALID_AUTH:
            async_abort_reauth(self._hass, self._entry)
        refusals.shown = key


@callback
def async_forget_refusals(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Forget the refusals of the token of an entry that is removed."""
    hass.data.get(REFUSALS, {}).pop(entry.entry_id, None)
