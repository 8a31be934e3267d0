"""Parsing of server addresses."""

from contextlib import suppress
from ipaddress import IPv6Address
import re
from typing import Final

from yarl import URL

DEFAULT_PORT: Final = 32400

_HOST: Final = re.compile(r"[\w.-]+|\[.+\]")
_WEBSITE: Final = re.compile(r"(.+\.)?plex\.tv")


def server_url(address: str) -> str:
    """Return the root URL, with its port, for an address that a person typed.

    Accepts a host name or an IP address, with or without a port, and the URL of any
    page of the server. The default scheme is http, the default port 32400. All other
    parts are dropped, among them user names and tokens.

    Raises ValueError if it isn't the address of a server.
    """
    text = address.strip()
    with suppress(ValueError):
        text = f"[{IPv6Address(text)}]"
    url = URL(text if "://" in text else f"http://{text}")
    if url.scheme not in ("http", "https") or not url.host or " " in url.host:
        raise ValueError("not the address of a server")
    # Both raise ValueError for names that a DNS lookup can't handle.
    host = URL.build(scheme=url.scheme, host=url.host).host_subcomponent
    url.host.encode("idna")
    if not _HOST.fullmatch(host or "") or _WEBSITE.fullmatch(host or ""):
        raise ValueError("not the name of a server")
    return f"{url.scheme}://{host}:{url.explicit_port or DEFAULT_PORT}"


def explicit_url(url: str) -> str:
    """Return the root URL, with its port, for a URL that a program wrote.

    The default port is that of the scheme. Raises ValueError if it isn't the URL of a
    server.
    """
    parsed = URL(url)
    # Without a host, server_url raises.
    host = parsed.host_subcomponent or ""
    return server_url(f"{parsed.scheme}://{host}:{parsed.port}")
