"""Tests of the parsing of server addresses."""

import pytest

from custom_components.plex_butler.api import (
    candidate_urls,
    explicit_url,
    server_url,
    token_from,
)


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
        ("tower.lan.", "http://tower.lan.:32400"),
        ("http://tower:80/plex", "http://tower:80/plex"),
        ("http://tower:80/plex/", "http://tower:80/plex"),
        ("tower:80//a//plex/", "http://tower:80/a/plex"),
        ("http://tower:80/plex/web/index.html#!/media", "http://tower:80/plex"),
        ("http://tower:80/plex/web", "http://tower:80/plex"),
        ("http://tower:80/webplex", "http://tower:80/webplex"),
        ("http://tower/web/index.html?url=http://x", "http://tower:32400"),
        ("http://tower/identity", "http://tower:32400"),
        ("http://Tower:32400/WEB/index.html", "http://tower:32400"),
        ("http://tower:80/plex/web;x", "http://tower:80/plex"),
        ("‘192.168.1.10’", "http://192.168.1.10:32400"),
        ("tower/library/metadata/1?X-Plex-Token=secret", "http://tower:32400"),
        ("http://tower:80/library", "http://tower:80/library"),
        ("https://a:b@tower:1/my%20plex?a=1#b", "https://tower:1/my%20plex"),
        ("http://tower:80/my plex", "http://tower:80/my%20plex"),
        ("http://tower:80/a%2Fb", "http://tower:80/a%2Fb"),
        ("http://tower:80/%C3%BC", "http://tower:80/%C3%BC"),
        ("http://tower:80/a%252e%252e", "http://tower:80/a%252e%252e"),
        ("tower/?url=http://example.com", "http://tower:32400"),
    ],
)
def test_server_url(address: str, url: str) -> None:
    """An address becomes a root URL, and a root URL stays the same."""
    assert server_url(address) == url
    assert server_url(url) == url


@pytest.mark.parametrize(
    "address",
    [
        "http.//tower",
        "http.192.168.1.10",
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
        "https://plex.tv.",
        "https://app.plex.tv:443/desktop",
        "http:/1.2.3.4",
        "http:1.2.3.4",
        "http//1.2.3.4",
        "https//tower:32400/plex",
        "https:/tower",
        "HTTP//tower",
        "http:///tower",
        "https:///x",
        "http://http://tower",
        "https://https//tower",
        "http:\\\\tower",
        "http;//tower",
        "htp://tower",
        "://tower",
        "//tower",
        "/plex",
        ":32400",
        ".",
        "...",
        "tower:0",
        "tower:-1",
        "http://tower/plex/%2E%2E%2Fadmin",
        "http://tower/plex%2f..%2fadmin",
        "http://tower/plex/..%5cadmin",
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
        ("http://plex.example.com/plex/", "http://plex.example.com:80/plex"),
        ("https://tower/a%20b/web/index.html", "https://tower:443/a%20b"),
        ("http://[fd00::1]:32400", "http://[fd00::1]:32400"),
        ("HTTPS://Tower:8443/?X-Plex-Token=secret", "https://tower:8443"),
    ],
)
def test_explicit_url(url: str, expected: str) -> None:
    """The default port of a URL that a program wrote is that of the scheme."""
    assert explicit_url(url) == expected


@pytest.mark.parametrize(
    "url",
    ["", "tower", "tower:32400", "ftp://tower", "http://", "http://a/%2e%2e%2fb"],
)
def test_invalid_explicit_url(url: str) -> None:
    """A URL without a scheme or a host raises ValueError."""
    with pytest.raises(ValueError):
        explicit_url(url)


def test_path_cannot_escape() -> None:
    """Dots in a path are resolved as in a browser, or refused."""
    assert server_url("http://tower:80/plex/../admin/./a") == "http://tower:80/admin/a"
    assert server_url("http://tower:80/plex/%2e%2E/admin") == "http://tower:80/admin"
    assert server_url("http://tower:80/../../..") == "http://tower:80"


@pytest.mark.parametrize(
    ("address", "urls"),
    [
        ("tower", ("http://tower:32400",)),
        ("http://tower", ("http://tower:32400",)),
        ("https://tower", ("https://tower:32400", "https://tower:443")),
        ("https://tower/", ("https://tower:32400", "https://tower:443")),
        ("https://tower:8443", ("https://tower:8443",)),
        ("https://tower/plex", ("https://tower:32400/plex", "https://tower:443/plex")),
        ("tower/plex", ("http://tower:32400/plex", "http://tower:80/plex")),
        ("tower:80/plex", ("http://tower:80/plex",)),
        ("tower/web/index.html", ("http://tower:32400",)),
        ("https://[fd00::1]", ("https://[fd00::1]:32400", "https://[fd00::1]:443")),
    ],
)
def test_candidate_urls(address: str, urls: tuple[str, ...]) -> None:
    """Without a port there may be several URLs to try."""
    assert candidate_urls(address) == urls
    assert server_url(address) == urls[0]


@pytest.mark.parametrize(
    "text",
    [
        "AbC-_123",
        " AbC-_123\n",
        '"AbC-_123"',
        "'AbC-_123'",
        " “AbC-_123” ",
        "`AbC-_123`",
        "X-Plex-Token=AbC-_123",
        "x-plex-token=AbC-_123",
        "&X-Plex-Token=AbC-_123",
        "X-Plex-Token: AbC-_123",
        '"X-Plex-Token: AbC-_123"',
        '"X-Plex-Token": "AbC-_123"',
        '"X-Plex-Token=AbC-_123"',
        "X-Plex-Token = 'AbC-_123'",
        'curl -H "X-Plex-Token: AbC-_123" http://tower:32400/butler',
        "http://tower:32400/library/metadata/1?X-Plex-Token=AbC-_123",
        "https://10-0-0-2.hash.plex.direct:32400/x?a=1&X-Plex-Token=AbC-_123&b=2",
        "http://tower/web/index.html#!/media?X-Plex-Token=AbC-_123#x",
        "http://tower/?X-Plex-Token%3DAbC-_123",
        "http://tower/?X-Plex-Token%3DAbC-_123%26y%3D2",
        "X-Plex-Token AbC-_123",
        "\u200bAbC-_123\u200b",
        "http://tower/?X-Plex-Token=AbC%2D_123",
        '<a href="http://tower/?X-Plex-Token=AbC-_123">',
    ],
)
def test_token_from(text: str) -> None:
    """The token is taken out of what a person pasted."""
    assert token_from(text) == "AbC-_123"


@pytest.mark.parametrize(
    "text", ["", "a b", "schlüssel", "http://tower/?a=1", "a=b", "X-Plex-Tokens"]
)
def test_no_token_in_text(text: str) -> None:
    """A text in which there is no other token is the token."""
    assert token_from(text) == text
    assert token_from(f" {text} ") == text


def test_empty_token() -> None:
    """A parameter without a value is no token."""
    assert token_from("X-Plex-Token=") == ""
