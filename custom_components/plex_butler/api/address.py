"""Parsing of what a person enters: the address of a server, and a token."""

from contextlib import suppress
from ipaddress import IPv6Address
import re
from typing import Final
from urllib.parse import unquote

from yarl import URL

DEFAULT_PORT: Final = 32400

_SCHEME: Final = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*://")
_HOST: Final = re.compile(r"[\w.-]*\w[\w.-]*|\[.+\]")

# The first is what a slip such as "http//tower" or "http:/tower" becomes.
_NO_SERVER: Final = re.compile(r"https?(\..*)?|(.+\.)?plex\.tv\.?", re.IGNORECASE)

# The pages of a server that people copy the address of: its web app, its identity, and
# what "View XML" opens.
_PAGE: Final = re.compile(
    r"/(web|identity|library/(metadata|sections))([/;].*)?$", re.IGNORECASE
)

_TOKEN: Final = re.compile(
    r"X-Plex-Token[\"']?\s*(?:[=:]|%3D|\s)\s*[\"']?((?:(?!%26)[^\s\"'&#;,<>])*)",
    re.IGNORECASE,
)
_QUOTES: Final = "\"'`“”„‘’«»"
_INVISIBLE: Final = " \t\r\n\xa0\u200b\u200c\u200d\u2060\ufeff"
"""What a copied text may begin or end with, without anyone seeing it."""


def candidate_urls(address: str) -> tuple[str, ...]:
    """Return the root URLs for an address that a person typed, in the order to try them.

    Accepts a host name or an IP address, with or without a port and the path below which
    a proxy serves Plex, and the URL of any page of the server. The default scheme is
    http. Without a port there are several candidates: Plex's own port, and for https or
    with a path the default port of the scheme, which proxies use. All other parts are
    dropped, among them user names and tokens.

    Raises ValueError if it isn't the address of a server.
    """
    text = address.strip().strip(_QUOTES).strip()
    with suppress(ValueError):
        text = f"[{IPv6Address(text)}]"
    url = URL(text if _SCHEME.match(text) else f"http://{text}")
    if url.scheme not in ("http", "https") or not url.host or " " in url.host:
        raise ValueError("not the address of a server")
    # Both raise ValueError for names that a DNS lookup can't handle.
    host = URL.build(scheme=url.scheme, host=url.host).host_subcomponent
    url.host.encode("idna")
    if not _HOST.fullmatch(host or "") or _NO_SERVER.fullmatch(host or ""):
        raise ValueError("not the name of a server")
    path = _base_path(url.raw_path)
    if (port := url.explicit_port) == 0:
        raise ValueError("not the port of a server")
    ports = [port or DEFAULT_PORT]
    if port is None and (url.scheme == "https" or path):
        ports.append(443 if url.scheme == "https" else 80)
    return tuple(f"{url.scheme}://{host}:{port}{path}" for port in ports)


def server_url(address: str) -> str:
    """Return the first of the root URLs for an address that a person typed.

    Raises ValueError if it isn't the address of a server.
    """
    return candidate_urls(address)[0]


def explicit_url(url: str) -> str:
    """Return the root URL, with its port, for a URL that a program wrote.

    The default port is that of the scheme. Raises ValueError if it isn't the URL of a
    server.
    """
    parsed = URL(url)
    # Without a host, server_url raises.
    host = parsed.host_subcomponent or ""
    return server_url(f"{parsed.scheme}://{host}:{parsed.port}{parsed.raw_path}")


def token_from(text: str) -> str:
    """Return the token in what a person pasted as one.

    It may be the URL of a page, a header or a parameter with the token, or in quotes.
    """
    if found := _TOKEN.search(text):
        return unquote(found[1])
    return text.strip(_INVISIBLE).strip(_QUOTES).strip(_INVISIBLE)


def _base_path(path: str) -> str:
    """Return the path below which a proxy serves Plex, from the encoded path of a page.

    Raises ValueError if it could lead out of there.
    """
    decoded = unquote(path).replace("\\", "/").split("/")
    if "." in decoded or ".." in decoded:
        raise ValueError("not the path of a server")
    base = "/".join(("", *(segment for segment in path.split("/") if segment)))
    return _PAGE.sub("", base).rstrip("/")
