"""What the client's errors mean to people: the one place where they are translated."""

from collections.abc import Mapping
from typing import Final

from homeassistant.const import CONF_TOKEN
from homeassistant.exceptions import ConfigEntryAuthFailed, HomeAssistantError
from homeassistant.helpers.update_coordinator import UpdateFailed

from .api import (
    PlexAuthenticationError,
    PlexCertificateError,
    PlexConnectionError,
    PlexError,
    PlexPermissionError,
    PlexResponseError,
    PlexStartingError,
)
from .const import DOMAIN

STARTING_RETRY: Final = 15
"""Seconds until the next poll of a server that is starting up."""

ERROR_KEYS: Final[Mapping[type[PlexError], str]] = {
    PlexAuthenticationError: "invalid_auth",
    PlexPermissionError: "not_owner",
    PlexStartingError: "starting_up",
    PlexCertificateError: "ssl_error",
    PlexConnectionError: "cannot_connect",
    PlexResponseError: "not_plex",
}
"""The text for each error: its key in translations, for forms and exceptions alike."""


def translated[ErrorT: HomeAssistantError](
    kind: type[ErrorT], key: str, **placeholders: str
) -> ErrorT:
    """Return an exception with the text of a key."""
    return kind(
        translation_domain=DOMAIN,
        translation_key=key,
        translation_placeholders=placeholders,
    )


def same_text[ErrorT: HomeAssistantError](
    kind: type[ErrorT], error: HomeAssistantError
) -> ErrorT:
    """Return an exception of another kind that says the same."""
    return kind(
        translation_domain=error.translation_domain,
        translation_key=error.translation_key,
        translation_placeholders=error.translation_placeholders,
    )


def is_about_token(err: PlexError) -> bool:
    """Tell whether another token would help."""
    return isinstance(err, PlexAuthenticationError | PlexPermissionError)


def poll_failure(err: PlexError, server: str) -> HomeAssistantError:
    """Return what a failed poll of a server raises, so that it is tried again rightly."""
    key = ERROR_KEYS[type(err)]
    if is_about_token(err):
        return translated(ConfigEntryAuthFailed, key, server=server)
    failure = translated(UpdateFailed, key, server=server)
    if isinstance(err, PlexStartingError):
        failure.retry_after = STARTING_RETRY
    return failure


def command_failure(err: PlexError, server: str) -> HomeAssistantError:
    """Return what a failed command to a server raises."""
    return translated(HomeAssistantError, ERROR_KEYS[type(err)], server=server)


def form_errors(err: PlexError) -> dict[str, str]:
    """Return what a form says, by the field that it is about."""
    return {CONF_TOKEN if is_about_token(err) else "base": ERROR_KEYS[type(err)]}
