"""Validates what a person entered, before it becomes or changes a config entry."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
import re
from typing import Any, Final, Self

from homeassistant.const import CONF_TOKEN, CONF_URL
from homeassistant.core import HomeAssistant

from ..api import (
    PlexAuthenticationError,
    PlexClient,
    PlexError,
    PlexServerError,
    ServerIdentity,
    candidate_urls,
    token_from,
)
from ..butler.guard import WrongServerError
from ..connection import async_create_client
from ..errors import form_errors

NO_PLEX_SERVER: Final = {"cannot_connect", "not_plex", "server_trouble", "ssl_error"}
"""Errors at a URL after which the next possible URL of an address is tried."""

_NOT_ADDRESS: Final = re.compile(
    r"[?#].*|X-Plex-Token.*|(?:^|(?<=/))[^/?#]*@", re.IGNORECASE | re.DOTALL
)
"""Parts of a URL that aren't part of the server's address, and may hold a secret."""


@dataclass(frozen=True, kw_only=True)
class Validation:
    """The result of a validation: `server` is None if there are errors.

    `data` is the normalized data of the config entry, `errors` are by field, and
    `placeholders` are those of the errors' texts.
    """

    data: Mapping[str, Any] = field(repr=False)
    server: ServerIdentity | None = None
    errors: Mapping[str, str] = field(default_factory=dict)
    placeholders: Mapping[str, str] = field(default_factory=dict)

    @property
    def error(self) -> str | None:
        """Return the translation key of the error."""
        return next(iter(self.errors.values()), None)

    def without_fields(self) -> Self:
        """Return the result for a form that has no fields of the data."""
        return replace(self, errors={"base": self.error} if self.error else {})


async def async_validate_input(
    hass: HomeAssistant,
    data: Mapping[str, Any],
    *,
    machine_identifier: str | None = None,
    is_typed_url: bool = False,
) -> Validation:
    """Normalize the data of a config entry and try it.

    If an address is ambiguous, its URLs are tried in turn until a Plex server answers.
    The token is sent only after the server has identified itself without one: as the
    expected server, by its machine identifier, if there is one. If a person typed the URL,
    the server may also refuse to identify itself: servers do when they are addressed by a
    host name that they don't know (measured).
    """
    data = {**data, CONF_TOKEN: token_from(data.get(CONF_TOKEN) or "")}
    try:
        urls = candidate_urls(data[CONF_URL])
    except ValueError:
        return Validation(data=data, errors={CONF_URL: "invalid_url"})
    failures = []
    for url in urls:
        result = await _async_try(
            hass, {**data, CONF_URL: url}, machine_identifier, is_typed_url=is_typed_url
        )
        if result.error not in NO_PLEX_SERVER:
            return result
        failures.append(result)
    # That something answers says more than that nothing does.
    return next(
        (result for result in failures if result.error != "cannot_connect"), failures[0]
    )


def without_tokens(entered: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a person entered, without what is or may hold a token."""
    return {
        key: _NOT_ADDRESS.sub("", value) if key == CONF_URL else value
        for key, value in entered.items()
        if key != CONF_TOKEN
    }


async def _async_try(
    hass: HomeAssistant,
    data: Mapping[str, Any],
    machine_identifier: str | None,
    *,
    is_typed_url: bool,
) -> Validation:
    """Try one URL."""
    client = await async_create_client(hass, data)
    try:
        identity = await _async_identity(client, is_typed_url=is_typed_url)
        if identity:
            _expect(identity, machine_identifier)
            machine_identifier = identity.machine_identifier
        if not data[CONF_TOKEN] and not (identity and identity.claimed is False):
            return Validation(data=data, errors={CONF_TOKEN: "token_required"})
        server = await client.server()
        _expect(server, machine_identifier)
        # Any user's token can open the server, only the owner's its butler.
        await client.butler_tasks()
    except PlexError as err:
        status = str(err.status) if isinstance(err, PlexServerError) else ""
        placeholders = {"address": data[CONF_URL], "status": status}
        return Validation(data=data, errors=form_errors(err), placeholders=placeholders)
    return Validation(data=data, server=server)


async def _async_identity(
    client: PlexClient, *, is_typed_url: bool
) -> ServerIdentity | None:
    """Return which server this is, None if it doesn't know the name in a typed URL."""
    try:
        return await client.identity()
    except PlexAuthenticationError:
        if is_typed_url:
            return None
        raise


def _expect(server: ServerIdentity, machine_identifier: str | None) -> None:
    """Raise WrongServerError if it isn't the expected server."""
    if machine_identifier not in (None, server.machine_identifier):
        raise WrongServerError
