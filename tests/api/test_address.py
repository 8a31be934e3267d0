"""Tests of the parsing of server addresses."""

import pytest

from custom_components.plex_butler.api import explicit_url, server_url


@pytest.mark.parametrize(
    ("address", "url"),
    [
        ("tower", "http://tower:32400"),
        (" tower:32400 ", "http://tower:32400"),
        ("plex_server:80", "http://plex_server:80"),
        ("http://tower:32400/", "http://tower:32400"),
        ("HTTPS://Tower", "https://tower:32400"),
        ("https://tower:443/", "https://tower:443"),
        (
            "https://10-0-0-2.0123456789abcdef.plex.direct:32400/web/index.html#!/settings",
            "https://10-0-0-2.0123456789abcdef.plex.direct:32400",
        ),
        ("http://me:password@tower/?X-Plex-Token=secret", "http://tower:32400"),
        ("192.168.1.10", "http://192.168.1.10:32400"),
        ("fe80::1", "http://[fe80::1]:32400"),
        ("[fe80::1]:8080", "http://[fe80::1]:8080"),
        ("plexö.example", "http://xn--plex-8qa.example:32400"),
    ],
)
def test_server_url(address: str, url: str) -> None:
    """An address becomes a root URL, and a root URL stays the same."""
    assert server_url(address) == url
    assert server_url(url) == url


@pytest.mark.parametrize(
    "address",
    [
        "",
        "   ",
        "http://",
        "ftp://tower",
        "my server",
        "tower:port",
        "tower:99999",
        "tower..lan",
        "a" * 100,
        "[fe80::1",
        "<script>",
        "ht!tp//tower",
        "https://app.plex.tv/desktop/#!/",
        "plex.tv",
    ],
)
def test_invalid_address(address: str) -> None:
    """An invalid address raises ValueError."""
    with pytest.raises(ValueError):
        server_url(address)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://tower:32400", "http://tower:32400"),
        ("https://plex.example.com", "https://plex.example.com:443"),
        ("http://plex.example.com/plex/", "http://plex.example.com:80"),
        ("http://[fd00::1]:32400", "http://[fd00::1]:32400"),
        ("HTTPS://Tower:8443/?X-Plex-Token=secret", "https://tower:8443"),
    ],
)
def test_explicit_url(url: str, expected: str) -> None:
    """The default port of a URL that a program wrote is that of the scheme."""
    assert explicit_url(url) == expected


@pytest.mark.parametrize("url", ["", "tower", "tower:32400", "ftp://tower", "http://"])
def test_invalid_explicit_url(url: str) -> None:
    """A URL without a scheme or a host raises ValueError."""
    with pytest.raises(ValueError):
        explicit_url(url)
