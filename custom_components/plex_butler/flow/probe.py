"""Probes which server is at an address, without sending a token.

`GET /identity` needs no token when the server is addressed by its IP address (measured).
"""

import asyncio
from collections.abc import Iterable, Mapping
from contextlib import suppress
from ipaddress import IPv4Address
from typing import Any, NamedTuple

from yarl import URL

from homeassistant.const import CONF_URL, CONF_VERIFY_SSL
from homeassistant.core import HomeAssistant

from ..api import PlexConnectionError, PlexError, ServerIdentity, server_url
from ..connection import async_create_client, certified_name


class ProbedServer(NamedTuple):
    """A server that answers at a host and port.

    `address` is the URL and certificate setting of a config entry to reach it by.
    """

    machine_identifier: str
    host: str
    port: int
    address: Mapping[str, Any]


async def async_probe_host(
    hass: HomeAssistant, host: str, port: int
) -> ProbedServer | None:
    """Return the server that answers at a host and port, None if none does.

    A server that requires secure connections refuses others. Its certificate is never
    valid for an IP address.
    """
    for scheme in ("http", "https"):
        url = server_url(str(URL.build(scheme=scheme, host=host, port=port)))
        address = {CONF_URL: url, CONF_VERIFY_SSL: scheme == "http"}
        with suppress(PlexError):
            server = await _async_identity(hass, address)
            return ProbedServer(
                machine_identifier=server.machine_identifier,
                host=host,
                port=port,
                address=address,
            )
    return None


async def async_is_server_at(
    hass: HomeAssistant, machine_identifier: str, address: Mapping[str, Any]
) -> bool:
    """Return whether a server is at an address; raises PlexError if none identifies itself."""
    server = await _async_identity(hass, address)
    return server.machine_identifier == machine_identifier


async def async_answers(
    hass: HomeAssistant, machine_identifier: str, address: Mapping[str, Any]
) -> bool:
    """Return whether a server identifies itself at an address, without a token."""
    with suppress(PlexError):
        return await async_is_server_at(hass, machine_identifier, address)
    return False


async def async_first_reachable(
    hass: HomeAssistant, machine_identifier: str, urls: Iterable[str]
) -> str | None:
    """Return the first URL, in the given order, at which a server answers, None if none."""
    probes = {
        url: asyncio.create_task(
            async_answers(
                hass, machine_identifier, {CONF_URL: url, CONF_VERIFY_SSL: True}
            )
        )
        for url in urls
    }
    try:
        for url, probe in probes.items():
            if await probe:
                return url
    finally:
        for probe in probes.values():
            probe.cancel()
    return None


async def async_moved_url(
    hass: HomeAssistant, known: Mapping[str, Any], server: ProbedServer
) -> str | None:
    """Return the URL to which a server moved, None if it didn't.

    It may have moved if it no longer answers at the known address but does where it was
    probed, as securely as before: an https URL never becomes an http one, and the
    certificate is verified if it was before. Anyone can repeat the machine identifier of a
    server, so that alone doesn't prove it: see `is_certified`.
    """
    if not await _async_is_gone(hass, server.machine_identifier, known):
        return None
    url = _moved_url(URL(known[CONF_URL]), server)
    address = {CONF_URL: url, CONF_VERIFY_SSL: known[CONF_VERIFY_SSL]}
    if await async_answers(hass, server.machine_identifier, address):
        return url
    return None


def is_certified(known: Mapping[str, Any], url: str) -> bool:
    """Return whether the certificate proves that a server moved to a URL.

    Plex issues the certificate for the hash in the name to this one server.
    """
    certified = certified_name(url)
    return (
        bool(known[CONF_VERIFY_SSL])
        and URL(url).scheme == "https"
        and certified is not None
        and certified == certified_name(known[CONF_URL])
    )


def _moved_url(old: URL, server: ProbedServer) -> str:
    """Return the URL at a new host, by the name on the certificate if the old URL has it.

    Plex's certificates are for names that begin with the IP address, with dashes.
    """
    host = server.host
    if certified := certified_name(str(old)):
        with suppress(ValueError):
            host = f"{IPv4Address(host)}".replace(".", "-") + f".{certified}"
    return server_url(str(URL.build(scheme=old.scheme, host=host, port=server.port)))


async def _async_is_gone(
    hass: HomeAssistant, machine_identifier: str, address: Mapping[str, Any]
) -> bool:
    try:
        return not await async_is_server_at(hass, machine_identifier, address)
    except PlexConnectionError:
        return True
    except PlexError:
        # Something answers; it may be this server, while it's starting up.
        return False


async def _async_identity(
    hass: HomeAssistant, address: Mapping[str, Any]
) -> ServerIdentity:
    without_token = {key: address[key] for key in (CONF_URL, CONF_VERIFY_SSL)}
    client = await async_create_client(hass, without_token)
    return await client.identity()
