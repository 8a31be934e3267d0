"""Tests of the client for plex.tv."""

import json
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import ClientSession
import pytest

from custom_components.plex_butler.api import (
    OwnedServer,
    PlexAccount,
    PlexAuthenticationError,
    PlexResponseError,
    PlexServerError,
    SignInPin,
    sign_in_page,
)
from tests.simulator import PlexSimulator, SimulatedPlexTv, faults
from tests.simulator.plex_tv import ACCOUNT_TOKEN, connection, resource

from .conftest import INFO


@pytest.fixture
def account(plex_tv: SimulatedPlexTv, session: ClientSession) -> PlexAccount:
    """Return an account before the sign-in."""
    return PlexAccount(session, plex_tv.url, INFO)


@pytest.fixture
def signed_in(plex_tv: SimulatedPlexTv, session: ClientSession) -> PlexAccount:
    """Return an account after the sign-in."""
    return PlexAccount(session, plex_tv.url, INFO, ACCOUNT_TOKEN)


async def test_sign_in(account: PlexAccount, plex_tv: SimulatedPlexTv) -> None:
    """A PIN gives a token once the person has signed in."""
    pin = await account.create_pin()
    assert pin.lifetime == 1800
    assert await account.token(pin) is None
    plex_tv.sign_in(pin.code)
    assert await account.token(pin) == ACCOUNT_TOKEN
    for request in plex_tv.requests:
        assert "X-Plex-Token" not in request.headers
        assert request.headers["X-Plex-Client-Identifier"] == INFO.identifier


async def test_sign_in_page() -> None:
    """The page gets the client, the code and the product in the fragment."""
    pin = SignInPin(id=1, code="a+b", lifetime=900)
    page, _, query = sign_in_page("https://app.plex.tv/auth", pin, INFO).partition("#?")
    assert page == "https://app.plex.tv/auth"
    assert dict(parse_qsl(query)) == {
        "clientID": "identifier-of-the-tests",
        "code": "a+b",
        "context[device][product]": "Plex Butler",
    }


async def test_secrets_are_not_shown(simulator: PlexSimulator) -> None:
    """The code of a PIN and the token of a server aren't in their repr."""
    pin = SignInPin(id=1, code="secret", lifetime=900)
    server = OwnedServer.from_api(resource(simulator))
    assert "secret" not in repr(pin)
    assert simulator.owner_token not in repr(server)


@pytest.mark.parametrize(
    "body",
    [
        b"[]",
        b"{}",
        b'{"id": "1", "code": "a"}',
        b'{"id": true, "code": "a"}',
        b'{"id": -1, "code": "a"}',
        b'{"id": 1}',
        b'{"id": 1, "code": ["a"]}',
        b'{"id": 1, "code": "\\ud83d"}',
        b"<html/>",
    ],
)
async def test_no_pin(
    account: PlexAccount, plex_tv: SimulatedPlexTv, body: bytes
) -> None:
    """An answer without a usable PIN raises an error."""
    plex_tv.inject(faults.body(body))
    with pytest.raises(PlexResponseError):
        await account.create_pin()


@pytest.mark.parametrize(
    ("expires_in", "lifetime"),
    [(None, 900), (0, 900), (-5, 900), (300, 300), ("1800", 1800), (10**8, 3600)],
)
async def test_lifetime_of_a_pin(
    account: PlexAccount,
    plex_tv: SimulatedPlexTv,
    expires_in: object,
    lifetime: int,
) -> None:
    """The default lifetime of a PIN is 15 minutes, the maximum an hour."""
    pin = {"id": 1, "code": "a", "expiresIn": expires_in}
    plex_tv.inject(faults.body(json.dumps(pin).encode()))
    assert (await account.create_pin()).lifetime == lifetime


@pytest.mark.parametrize(
    ("body", "token"),
    [
        (b'{"authToken": "abc"}', "abc"),
        (b'{"authToken": null}', None),
        (b'{"authToken": ""}', None),
        (b'{"authToken": 5}', None),
        (b'{"authToken": "%b"}' % (b"x" * 5000), None),
        (b'{"authToken": "%b"}' % (b"x" * 1000), "x" * 1000),
    ],
)
async def test_token(
    account: PlexAccount, plex_tv: SimulatedPlexTv, body: bytes, token: str | None
) -> None:
    """Only a string that isn't empty is a token."""
    pin = await account.create_pin()
    plex_tv.inject(faults.body(body))
    assert await account.token(pin) == token


async def test_unusable_answers(account: PlexAccount, plex_tv: SimulatedPlexTv) -> None:
    """An answer of another shape raises an error."""
    pin = await account.create_pin()
    plex_tv.inject(faults.body(b"5"))
    with pytest.raises(PlexResponseError):
        await account.token(pin)
    with pytest.raises(PlexResponseError):
        await account.owned_servers()


async def test_unknown_pin(account: PlexAccount) -> None:
    """The status of the error is 404 for a PIN that plex.tv doesn't know."""
    with pytest.raises(PlexServerError) as raised:
        await account.token(SignInPin(id=5, code="a", lifetime=900))
    assert raised.value.status == 404


async def test_servers_before_sign_in(account: PlexAccount) -> None:
    """Without a sign-in, the list of servers is refused."""
    with pytest.raises(PlexAuthenticationError):
        await account.owned_servers()


async def test_owned_servers(
    signed_in: PlexAccount, plex_tv: SimulatedPlexTv, simulator: PlexSimulator
) -> None:
    """Only the account's own servers are returned, not all of its resources."""
    plex_tv.resources = [
        resource(simulator),
        resource(simulator, owned=False),
        resource(simulator, provides="client,player"),
        resource(simulator, provides=None),
        resource(simulator, clientIdentifier=None),
        resource(simulator, accessToken=None),
        resource(simulator, name=None, owned="1", provides="client,server"),
        "nonsense",
    ]
    servers = await signed_in.owned_servers()
    assert [server.name for server in servers] == ["Tower", "Plex Media Server"]
    assert servers[0].machine_identifier == simulator.machine_identifier
    assert servers[0].token == simulator.owner_token


async def test_limits_of_an_account(
    signed_in: PlexAccount, plex_tv: SimulatedPlexTv, simulator: PlexSimulator
) -> None:
    """Of thousands of servers and addresses, only the first count."""
    row = connection("http://10.0.0.2:32400", address=None)
    connections = [{**row, "uri": f"http://10.0.0.{host}:1"} for host in range(1, 200)]
    plex_tv.resources = [
        *(resource(simulator, owned=False) for _ in range(10)),
        *(resource(simulator, connections=connections) for _ in range(30)),
    ]
    servers = await signed_in.owned_servers()
    assert len(servers) == 25
    assert {len(server.urls) for server in servers} == {20}
    others = [{"name": "player"}] * 1000
    plex_tv.resources = [*others, resource(simulator)]
    assert await signed_in.owned_servers() == []


async def test_texts_of_an_account(simulator: PlexSimulator) -> None:
    """A name is mended and cut; an identifier and a token aren't."""
    item = resource(simulator, name="Tower\ud83d\n" + "x" * 500)
    server = OwnedServer.from_api(item)
    assert server.name.startswith("Tower\ufffd xx")
    assert len(server.name) == 300
    for key in ("clientIdentifier", "accessToken"):
        for value in ("a\ud83d", "a\nb", " a", "x" * 5000, ["a"]):
            with pytest.raises(PlexResponseError):
                OwnedServer.from_api(resource(simulator, **{key: value}))


LOCAL = "https://10-0-0-2.hash.plex.direct:32400"
REMOTE = "https://1-2-3-4.hash.plex.direct:32400"
RELAY = "https://5-6-7-8.hash.plex.direct:8443"


@pytest.mark.parametrize(
    ("connections", "urls"),
    [
        pytest.param(
            [
                connection(RELAY, local=False, relay=True),
                connection("http://1.2.3.4:32400", local=False),
                connection(REMOTE, local=False),
                connection("http://10.0.0.9:32400"),
                connection(LOCAL, address="10.0.0.2"),
            ],
            [LOCAL, "http://10.0.0.9:32400", "http://10.0.0.2:32400", REMOTE],
            id="local first, secure first",
        ),
        pytest.param(
            [
                connection("http://plex.example.com:80", local=False),
                connection("http://8.8.8.8:32400", local=False),
                connection("http://192.168.9.9:32400", local=False),
                connection("https://plex.example.com", local=False, port=None),
                connection("http://8.8.4.4:32400"),
            ],
            ["https://plex.example.com:443", "http://192.168.9.9:32400"],
            id="no http to public addresses",
        ),
        pytest.param(
            [
                connection(LOCAL, uri="https://[bad", address=None),
                connection(LOCAL, uri="http://host:99999", address="host", port=99999),
                connection(LOCAL, uri=None, address="10.0.0.2", port=32400),
            ],
            ["http://10.0.0.2:32400"],
            id="malformed",
        ),
        pytest.param(
            [connection(LOCAL, address="fd00::1", port="32400", local="1")],
            [LOCAL, "http://[fd00::1]:32400"],
            id="IPv6, numbers as strings",
        ),
        pytest.param(
            [connection(LOCAL, address=None), connection(REMOTE, port="x")],
            [LOCAL, REMOTE],
            id="no http equivalent",
        ),
        pytest.param(
            [connection(LOCAL, address="a b"), {}, "nonsense"], [LOCAL], id="odd"
        ),
        pytest.param(connection(REMOTE, local=None), [REMOTE], id="single object"),
        pytest.param(None, [], id="none"),
    ],
)
async def test_urls(
    simulator: PlexSimulator, connections: Any, urls: list[str]
) -> None:
    """URLs are in the order in which to try them."""
    item = resource(simulator, connections=connections)
    assert list(OwnedServer.from_api(item).urls) == urls


async def test_no_http_url_if_https_is_required(simulator: PlexSimulator) -> None:
    """A server that requires https has no http URLs."""
    item = resource(
        simulator,
        httpsRequired=True,
        connections=[
            connection(LOCAL, address="10.0.0.2"),
            connection("http://10.0.0.3:32400"),
        ],
    )
    assert list(OwnedServer.from_api(json.loads(json.dumps(item))).urls) == [LOCAL]
