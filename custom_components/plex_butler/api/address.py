"""Addresses of servers, as people write them."""

from contextlib import suppress
from ipaddress import IPv6Address
import re
from typing import Final

from yarl import URL

DEFAULT_PORT: Final = 32400

_HOST: Final = re.compile(r"[\w.-]+|\[.+\]")
_WEBSITE: Final = re.compile(r"(.+\.)?plex\.tv")


def server_url(address: str) -> str:
    """Return the root address of the server that a person means, port and all.

    Takes a name, an IP address, with or without a port, or any page of the server
    copied from a browser. Without a scheme it is http, without a port 32400. What else
    the address holds, a user or a token among it, is dropped.

    Raises ValueError where it is no address of a server.
    """
    text = address.strip()
    with suppress(ValueError):
        text = f"[{IPv6Address(text)}]"
    url = URL(text if "://" in text else f"http://{text}")
    if url.scheme not in ("http", "https") or not url.host or " " in url.host:
        raise ValueError("not the address of a server")
    # Both refuse what the look-up of a name would stumble on.
    host = URL.build(scheme=url.scheme, host=url.host).host_subcomponent
    url.host.encode("idna")
    if not _HOST.fullmatch(host or "") or _WEBSITE.fullmatch(host or ""):
        raise ValueError("not the name of a server")
    return f"{url.scheme}://{host}:{url.explicit_port or DEFAULT_PORT}"


def explicit_url(url: str) -> str:
    """Return the root address of a URL that a program wrote, with its port told.

    There, an address without a port means that of its scheme. Raises ValueError as
    `server_url` does.
    """
    parsed = URL(url)
    # Where there is no host, server_url has nothing to take for one either.
    host = parsed.host_subcomponent or ""
    return server_url(f"{parsed.scheme}://{host}:{parsed.port}")
