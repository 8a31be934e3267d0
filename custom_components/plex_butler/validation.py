"""Trying what a person entered, before it becomes or changes a config entry."""

from typing import Any, Final

from homeassistant.const import CONF_TOKEN, CONF_URL
from homeassistant.core import HomeAssistant

from .api import PlexAuthenticationError, PlexError, ServerIdentity, server_url
from .connection import async_create_client
from .errors import form_errors
from .whereabouts import async_is_at

OTHER_SERVER: Final = {"base": "other_server"}


async def async_validate(
    hass: HomeAssistant,
    data: dict[str, Any],
    *,
    meant: str | None = None,
    known: bool = False,
) -> tuple[dict[str, str], ServerIdentity | None]:
    """Tidy what was entered, and try it: return errors by field, or the server.

    Where one server is meant, by its machine identifier, the one there has to say that
    it is that one before it is shown the token. Where the address is known for it, it
    may also say nothing, as servers do when they are called by a name of one's own.
    """
    data[CONF_TOKEN] = data[CONF_TOKEN].strip()
    try:
        data[CONF_URL] = server_url(data[CONF_URL])
    except ValueError:
        # The form shows the address again, and its query may hold a token.
        data[CONF_URL] = data[CONF_URL].partition("?")[0]
        return {CONF_URL: "invalid_url"}, None
    client = await async_create_client(hass, data)
    try:
        if meant and not await _async_is_meant(hass, data, meant, known=known):
            return OTHER_SERVER, None
        server = await client.server()
        # A guest's token opens the server, but only the owner's its butler.
        await client.butler_tasks()
    except PlexError as err:
        return form_errors(err), None
    if meant and server.machine_identifier != meant:
        return OTHER_SERVER, None
    return {}, server


async def _async_is_meant(
    hass: HomeAssistant, data: dict[str, Any], meant: str, *, known: bool
) -> bool:
    try:
        return await async_is_at(hass, meant, data)
    except PlexAuthenticationError:
        if known:
            return True
        raise
