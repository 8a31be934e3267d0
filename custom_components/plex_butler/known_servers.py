"""Servers that can be added without typing, from what else is known of them."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

from homeassistant.config_entries import SOURCE_IGNORE, ConfigEntry
from homeassistant.const import CONF_TOKEN, CONF_URL, CONF_VERIFY_SSL
from homeassistant.core import HomeAssistant

from .api import OwnedServer, explicit_url
from .const import DOMAIN
from .whereabouts import async_find

PLEX_DOMAIN: Final = "plex"


@dataclass(frozen=True, kw_only=True)
class KnownServer:
    """A server, and all that an entry of it holds: address, token, certificate setting."""

    machine_identifier: str
    name: str
    data: Mapping[str, Any] = field(repr=False)


def servers_of_plex_integration(hass: HomeAssistant) -> list[KnownServer]:
    """Return the servers that Home Assistant's own Plex integration has, and we lack."""
    return [
        server
        for entry in hass.config_entries.async_entries(PLEX_DOMAIN)
        for server in _read(entry)
        if not is_set_up(hass, server.machine_identifier)
    ]


def is_set_up(hass: HomeAssistant, machine_identifier: str) -> bool:
    """Tell whether a server is one of ours; one that was ignored isn't."""
    entry = hass.config_entries.async_entry_for_domain_unique_id(
        DOMAIN, machine_identifier
    )
    return entry is not None and entry.source != SOURCE_IGNORE


def _read(entry: ConfigEntry) -> Iterator[KnownServer]:
    """Yield the server of an entry that isn't ours, if it is of a shape that we know."""
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
                yield KnownServer(
                    machine_identifier=machine_identifier, name=str(name), data=data
                )


async def async_entry_data(
    hass: HomeAssistant, server: KnownServer | OwnedServer
) -> dict[str, Any] | None:
    """Return what an entry of a server would hold, None where it is nowhere to be found."""
    if isinstance(server, KnownServer):
        return dict(server.data)
    url = await async_find(hass, server.machine_identifier, server.urls)
    if url is None:
        return None
    return {
        CONF_URL: url,
        CONF_TOKEN: server.token,
        CONF_VERIFY_SSL: True,
    }
