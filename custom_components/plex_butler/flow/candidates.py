"""Servers that can be added without typing, from the Plex integration or plex.tv."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

from homeassistant.config_entries import SOURCE_IGNORE, ConfigEntry
from homeassistant.const import CONF_TOKEN, CONF_URL, CONF_VERIFY_SSL
from homeassistant.core import HomeAssistant

from ..api import OwnedServer, explicit_url
from ..connection import is_found_url
from ..const import DOMAIN
from .probe import ProbedServer, async_first_reachable, async_moved_url, is_certified
from .validation import Validation, async_validate_input

PLEX_DOMAIN: Final = "plex"


@dataclass(frozen=True, kw_only=True)
class ServerCandidate:
    """A server that can be added, with the data of its config entry."""

    machine_identifier: str
    name: str
    data: Mapping[str, Any] = field(repr=False)


def candidates_from_plex_integration(hass: HomeAssistant) -> list[ServerCandidate]:
    """Return the servers of Home Assistant's own Plex integration that aren't set up."""
    return [
        candidate
        for entry in hass.config_entries.async_entries(PLEX_DOMAIN)
        for candidate in _candidates(entry)
        if not is_set_up(hass, candidate.machine_identifier)
    ]


def is_set_up(hass: HomeAssistant, machine_identifier: str) -> bool:
    """Return whether a server is set up; an ignored one isn't."""
    entry = hass.config_entries.async_entry_for_domain_unique_id(
        DOMAIN, machine_identifier
    )
    return entry is not None and entry.source != SOURCE_IGNORE


def _candidates(entry: ConfigEntry) -> Iterator[ServerCandidate]:
    """Yield the server of another integration's entry, if its data has the known shape."""
    match dict(entry.data):
        case {
            "server_id": str(machine_identifier),
            "server_config": {"url": str(url), "token": str(token), **config},
            **others,
        } if machine_identifier and token:
            with suppress(ValueError):
                data = {
                    CONF_URL: explicit_url(url),
                    CONF_TOKEN: token,
                    CONF_VERIFY_SSL: config.get(CONF_VERIFY_SSL) is not False,
                }
                name = others.get("server") or entry.title
                yield ServerCandidate(
                    machine_identifier=machine_identifier, name=str(name), data=data
                )


async def async_validate_candidate(
    hass: HomeAssistant,
    server: ServerCandidate | OwnedServer,
    announced: ProbedServer | None = None,
) -> Validation:
    """Try to reach a server, also where it was announced.

    The token is sent to an announced address only if the certificate proves the server.
    """
    # The Plex integration has its URL from a person or from plex.tv.
    is_typed_url = isinstance(server, ServerCandidate) and not is_found_url(
        str(server.data[CONF_URL])
    )
    if isinstance(server, ServerCandidate):
        data = server.data
        url = announced and await async_moved_url(hass, data, announced)
        if url and is_certified(data, url):
            data, is_typed_url = {**data, CONF_URL: url}, False
    elif url := await async_first_reachable(
        hass, server.machine_identifier, server.urls
    ):
        data = {CONF_URL: url, CONF_TOKEN: server.token, CONF_VERIFY_SSL: True}
    else:
        return Validation(data={}, errors={"base": "server_not_found"})
    return await async_validate_input(
        hass,
        data,
        machine_identifier=server.machine_identifier,
        is_typed_url=is_typed_url,
    )
