"""Finding out where a server is, without showing a token to anyone.

`GET /identity` needs none, and what is asked by IP address answers whoever asks.
"""

import asyncio
from collections.abc import Iterable, Mapping
from contextlib import suppress
from ipaddress import IPv4Address
from typing import Any, Final

from yarl import URL

from homeassistant.const import CONF_URL, CONF_VERIFY_SSL
from homeassistant.core import HomeAssistant

from .api import PlexConnectionError, PlexError, ServerIdentity, server_url
from .connection import async_create_client

PLEX_DIRECT: Final = ".plex.direct"


async def async_discover(
    hass: HomeAssistant, host: str, port: int
) -> tuple[ServerIdentity, dict[str, Any]] | None:
    """Return which server is at a host, and its address; None where none answers.

    A server that requires secure connections refuses plain ones. Its certificate is
    never for an IP address.
    """
    for scheme in ("http", "https"):
        url = server_url(str(URL.build(scheme=scheme, host=host, port=port)))
        address = {CONF_URL: url, CONF_VERIFY_SSL: scheme == "http"}
        with suppress(PlexError):
            return await _async_identity(hass, address), address
    return None


async def async_is_at(
    hass: HomeAssistant, machine_identifier: str, address: Mapping[str, Any]
) -> bool:
    """Tell whether a server is at an address; raises PlexError where none answers."""
    server = await _async_identity(hass, address)
    return server.machine_identifier == machine_identifier


async def async_find(
    hass: HomeAssistant, machine_identifier: str, urls: Iterable[str]
) -> str | None:
    """Return the first of some addresses, in their order, at which a server answers."""
    questions = {
        url: asyncio.create_task(
            _async_answers(
                hass, machine_identifier, {CONF_URL: url, CONF_VERIFY_SSL: True}
            )
        )
        for url in urls
    }
    try:
        for url, is_there in questions.items():
            if await is_there:
                return url
    finally:
        for question in questions.values():
            question.cancel()
    return None


async def async_new_address(
    hass: HomeAssistant,
    machine_identifier: str,
    known: Mapping[str, Any],
    host: str,
    port: int,
) -> str | None:
    """Return the address of a server that moved to a host, None where it didn't.

    It has moved if it doesn't answer where it was, but does answer there, as safely as
    before: a secure address never becomes a plain one.
    """
    if not await _async_is_gone(hass, machine_identifier, known):
        return None
    url = _moved_url(URL(known[CONF_URL]), host, port)
    address = {CONF_URL: url, CONF_VERIFY_SSL: known[CONF_VERIFY_SSL]}
    return url if await _async_answers(hass, machine_identifier, address) else None


def _moved_url(old: URL, host: str, port: int) -> str:
    """Return the address at a new host, by the certificate's name where there is one.

    Plex's certificates are for names that begin with the IP address, in dashes.
    """
    _, _, certified = (old.host or "").partition(".")
    if f".{certified}".endswith(PLEX_DIRECT):
        with suppress(ValueError):
            host = f"{IPv4Address(host)}".replace(".", "-") + f".{certified}"
    return server_url(str(URL.build(scheme=old.scheme, host=host, port=port)))


async def _async_is_gone(
    hass: HomeAssistant, machine_identifier: str, address: Mapping[str, Any]
) -> bool:
    try:
        return not await async_is_at(hass, machine_identifier, address)
    except PlexConnectionError:
        return True
    except PlexError:
        # Something answers there; it may be this server, busy with its start.
        return False


async def _async_answers(
    hass: HomeAssistant, machine_identifier: str, address: Mapping[str, Any]
) -> bool:
    with suppress(PlexError):
        return await async_is_at(hass, machine_identifier, address)
    return False


async def _async_identity(
    hass: HomeAssistant, address: Mapping[str, Any]
) -> ServerIdentity:
    without_token = {key: address[key] for key in (CONF_URL, CONF_VERIFY_SSL)}
    client = await async_create_client(hass, without_token)
    return await client.identity()
