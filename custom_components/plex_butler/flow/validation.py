"""Validates what a person entered, before it becomes or changes a config entry."""

from typing import Any, Final

from homeassistant.const import CONF_TOKEN, CONF_URL
from homeassistant.core import HomeAssistant

from ..api import PlexAuthenticationError, PlexError, ServerIdentity, server_url
from ..connection import async_create_client
from ..errors import form_errors
from .probe import async_is_server_at

OTHER_SERVER: Final = {"base": "other_server"}


async def async_validate_input(
    hass: HomeAssistant,
    data: dict[str, Any],
    *,
    machine_identifier: str | None = None,
    is_known_url: bool = False,
) -> tuple[dict[str, str], ServerIdentity | None]:
    """Normalize the data of a config entry and try it; return errors by field, or the server.

    If a server is expected, by its machine identifier, the token is sent only after the
    server at the URL has identified itself as that one. If the URL is known to be its own,
    it may also refuse to identify itself: servers do when they are addressed by a host
    name that they don't know (measured).
    """
    data[CONF_TOKEN] = data[CONF_TOKEN].strip()
    try:
        data[CONF_URL] = server_url(data[CONF_URL])
    except ValueError:
        # The form shows the URL again, and its query may hold a token.
        data[CONF_URL] = data[CONF_URL].partition("?")[0]
        return {CONF_URL: "invalid_url"}, None
    client = await async_create_client(hass, data)
    try:
        if machine_identifier and not await _async_is_expected_server(
            hass, data, machine_identifier, is_known_url=is_known_url
        ):
            return OTHER_SERVER, None
        server = await client.server()
        # Any user's token can open the server, only the owner's its butler.
        await client.butler_tasks()
    except PlexError as err:
        return form_errors(err), None
    if machine_identifier and server.machine_identifier != machine_identifier:
        return OTHER_SERVER, None
    return {}, server


async def _async_is_expected_server(
    hass: HomeAssistant,
    data: dict[str, Any],
    machine_identifier: str,
    *,
    is_known_url: bool,
) -> bool:
    try:
        return await async_is_server_at(hass, machine_identifier, data)
    except PlexAuthenticationError:
        if is_known_url:
            return True
        raise
