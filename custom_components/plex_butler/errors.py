"""Translation of the client's errors to exceptions and form errors."""

from collections.abc import Iterable, Mapping
from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_TOKEN
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers.update_coordinator import UpdateFailed

from .api import (
    PlexAuthenticationError,
    PlexCertificateError,
    PlexConnectionError,
    PlexError,
    PlexNoAnswerError,
    PlexPermissionError,
    PlexResponseError,
    PlexServerError,
    PlexStartingError,
)
from .butler.guard import WrongServerError
from .const import DOMAIN

STARTING_RETRY_AFTER: Final = 15
"""Seconds until the next poll of a server that is starting up, unless it says."""

MIN_RETRY_AFTER: Final = 1
"""Seconds until the next poll at least, whatever the server says."""

ERROR_KEYS: Final[Mapping[type[PlexError], str]] = {
    PlexAuthenticationError: "invalid_auth",
    PlexPermissionError: "not_owner",
    PlexStartingError: "starting_up",
    PlexCertificateError: "ssl_error",
    PlexConnectionError: "cannot_connect",
    PlexServerError: "server_trouble",
    PlexResponseError: "not_plex",
    WrongServerError: "wrong_server",
    PlexError: "not_plex",
}
"""Translation key of each error, in exceptions and forms."""


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


def update_error(err: PlexError, server: str) -> UpdateFailed:
    """Return the exception for a failed poll of a server."""
    error = _translation_of(UpdateFailed, err, server)
    delay = None
    if isinstance(err, PlexStartingError | PlexServerError):
        delay = err.retry_after
    if delay is None and isinstance(err, PlexStartingError):
        delay = STARTING_RETRY_AFTER
    if delay is not None:
        error.retry_after = max(delay, MIN_RETRY_AFTER)
    return error


def command_error(
    err: PlexError, server: str, *, no_answer: str, task: str = ""
) -> HomeAssistantError:
    """Return the exception for a failed command to a server.

    `no_answer` is the translation key of the error that the command was sent, but not
    answered, and `task` the title of the task that it's about, if any.
    """
    if isinstance(err, PlexNoAnswerError):
        return translated(HomeAssistantError, no_answer, server=server, task=task)
    return _translation_of(HomeAssistantError, err, server)


def unavailable_error(
    last_exception: BaseException | None, server: str
) -> HomeAssistantError:
    """Return the exception for a command while the last poll of a server failed."""
    if isinstance(last_exception, HomeAssistantError):
        return with_translation_of(HomeAssistantError, last_exception)
    return _translation_of(HomeAssistantError, PlexConnectionError(), server)


def not_loaded_error(entry: ConfigEntry) -> ServiceValidationError:
    """Return the exception for a config entry that isn't loaded, with the reason."""
    if entry.disabled_by:
        return translated(ServiceValidationError, "disabled", server=entry.title)
    key = entry.error_reason_translation_key
    if key is None or entry.error_reason_translation_domain != DOMAIN:
        return translated(ServiceValidationError, "not_loaded", server=entry.title)
    placeholders = entry.error_reason_translation_placeholders or {}
    return translated(ServiceValidationError, key, **placeholders)


def task_error(
    key: str, task: str, server: str, tasks: Iterable[str]
) -> ServiceValidationError:
    """Return the exception for a reference to a task that isn't one of a server's tasks.

    The key is `unknown_task`, or `ambiguous_task` if the tasks are those that it matches.
    """
    return translated(
        ServiceValidationError,
        key,
        task=task,
        server=server,
        tasks=", ".join(sorted(tasks)),
    )


def form_errors(err: PlexError) -> dict[str, str]:
    """Return the error for a form, by the field that it's about."""
    return {CONF_TOKEN if is_auth_error(err) else "base": error_key(err)}


def _translation_of[ErrorT: HomeAssistantError](
    kind: type[ErrorT], err: PlexError, server: str
) -> ErrorT:
    placeholders = {"server": server}
    if isinstance(err, PlexServerError):
        placeholders["status"] = str(err.status)
    return translated(kind, error_key(err), **placeholders)
