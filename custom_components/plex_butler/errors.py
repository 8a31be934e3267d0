"""Translation of the client's errors to exceptions and form errors."""

from collections.abc import Collection, Mapping
from typing import Final

from homeassistant.const import CONF_TOKEN
from homeassistant.exceptions import (
    ConfigEntryAuthFailed,
    HomeAssistantError,
    ServiceValidationError,
)
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
from .butler.poller import WrongServerError
from .const import DOMAIN

STARTING_RETRY_AFTER: Final = 15
"""Seconds until the next poll of a server that is starting up."""

ERROR_KEYS: Final[Mapping[type[PlexError], str]] = {
    PlexAuthenticationError: "invalid_auth",
    PlexPermissionError: "not_owner",
    PlexStartingError: "starting_up",
    PlexCertificateError: "ssl_error",
    PlexConnectionError: "cannot_connect",
    PlexResponseError: "not_plex",
    WrongServerError: "wrong_server",
    PlexError: "not_plex",
}
"""Translation key of each error, in exceptions and forms; forms have no wrong_server."""


def error_key(err: PlexError) -> str:
    """Return the translation key of an error, or of the nearest of its base classes."""
    return next(ERROR_KEYS[cls] for cls in type(err).__mro__ if cls in ERROR_KEYS)


def translated[ErrorT: HomeAssistantError](
    kind: type[ErrorT], key: str, **placeholders: str
) -> ErrorT:
    """Return an exception with a translated text."""
    return kind(
        translation_domain=DOMAIN,
        translation_key=key,
        translation_placeholders=placeholders,
    )


def with_translation_of[ErrorT: HomeAssistantError](
    kind: type[ErrorT], error: HomeAssistantError
) -> ErrorT:
    """Return an exception of another kind with the same translated text."""
    return kind(
        translation_domain=error.translation_domain,
        translation_key=error.translation_key,
        translation_placeholders=error.translation_placeholders,
    )


def is_auth_error(err: PlexError) -> bool:
    """Return whether the server refused the token."""
    return isinstance(err, PlexAuthenticationError | PlexPermissionError)


def update_error(err: PlexError, server: str) -> HomeAssistantError:
    """Return the exception for a failed poll of a server."""
    key = error_key(err)
    if is_auth_error(err):
        return translated(ConfigEntryAuthFailed, key, server=server)
    error = translated(UpdateFailed, key, server=server)
    if isinstance(err, PlexStartingError):
        error.retry_after = STARTING_RETRY_AFTER
    return error


def command_error(err: PlexError, server: str) -> HomeAssistantError:
    """Return the exception for a failed command to a server."""
    return translated(HomeAssistantError, error_key(err), server=server)


def unavailable_error(
    last_exception: BaseException | None, server: str
) -> HomeAssistantError:
    """Return the exception for a command while the last poll of a server failed."""
    if isinstance(last_exception, HomeAssistantError):
        return with_translation_of(HomeAssistantError, last_exception)
    return command_error(PlexConnectionError(), server)


def unknown_task_error(
    task: str, server: str, tasks: Collection[str]
) -> ServiceValidationError:
    """Return the exception for a task that a server doesn't have among its tasks."""
    return translated(
        ServiceValidationError,
        "unknown_task",
        task=task,
        server=server,
        tasks=", ".join(sorted(tasks)),
    )


def form_errors(err: PlexError) -> dict[str, str]:
    """Return the error for a form, by the field that it's about."""
    return {CONF_TOKEN if is_auth_error(err) else "base": error_key(err)}
