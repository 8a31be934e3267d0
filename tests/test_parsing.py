"""Property tests of everything that is parsed: any input gives a model or a PlexError."""

from collections.abc import Callable
from dataclasses import fields, is_dataclass
import json
import math
from typing import Any, Final
from xml.sax.saxutils import quoteattr

from hypothesis import HealthCheck, given, settings, strategies as st
import pytest

from custom_components.plex_butler.api import (
    Activity,
    ActivityNotification,
    ButlerTask,
    OwnedServer,
    PlexClient,
    PlexError,
    ServerIdentity,
    ServerSetting,
    SignInPin,
    candidate_urls,
    explicit_url,
    token_from,
)
from custom_components.plex_butler.api.decoding import decode, parse
from custom_components.plex_butler.api.notifications import notifications_in
from tests.api.conftest import client, create_client, session
from tests.simulator import PlexSimulator, faults

__all__ = ["client", "create_client", "session"]

RUNS: Final = settings(
    max_examples=200,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)

KEYS: Final = [
    "MediaContainer",
    "ButlerTasks",
    "ButlerTask",
    "NotificationContainer",
    "ActivityNotification",
    "Activity",
    "Setting",
    "name",
    "title",
    "description",
    "enabled",
    "interval",
    "scheduleRandomized",
    "uuid",
    "type",
    "subtitle",
    "progress",
    "event",
    "id",
    "value",
    "enumValues",
    "machineIdentifier",
    "friendlyName",
    "version",
    "claimed",
    "clientIdentifier",
    "accessToken",
    "provides",
    "owned",
    "connections",
    "address",
    "port",
    "uri",
    "local",
    "relay",
    "code",
    "expiresIn",
    "Response",
]

# Surrogates and control characters included.
TEXTS: Final = st.one_of(
    st.text(st.characters(exclude_categories=())),
    st.text(st.sampled_from("\ud83d\ude00\0\n\u2028 .ax"), max_size=20),
    st.builds(lambda text, times: text * times, st.text(), st.integers(0, 3000)),
    st.sampled_from(
        ["bool", "int", "text", "server", "started", "ended", "..", "1", "42.5"]
    ),
    st.sampled_from(["nan", "inf", "-1", "http://10.0.0.1:1", "https://a/%2e%2e%2f"]),
)

SCALARS: Final = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), TEXTS, st.just(10**4000)
)

VALUES: Final = st.recursive(
    SCALARS,
    lambda children: st.one_of(
        st.lists(children, max_size=4),
        st.dictionaries(st.one_of(st.sampled_from(KEYS), TEXTS), children, max_size=6),
    ),
    max_leaves=20,
)

ROWS: Final = st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=12)

DOCUMENTS: Final = st.builds(
    lambda root, child, rows: {root: {child: rows}},
    st.sampled_from(["MediaContainer", "ButlerTasks", "NotificationContainer"]),
    st.sampled_from(["ButlerTask", "Activity", "Setting", "ActivityNotification"]),
    st.one_of(ROWS, st.lists(ROWS, max_size=3), VALUES),
)


def _json(value: Any) -> bytes:
    return json.dumps(value).encode()


def _xml(root: str, child: str, row: dict[str, str]) -> bytes:
    """Return a document of one row, as far as XML can hold it."""
    attributes = " ".join(f"{key}={quoteattr(text)}" for key, text in row.items())
    return f"<{root}><{child} {attributes}/></{root}>".encode(errors="replace")


BODIES: Final = st.one_of(
    st.binary(),
    st.builds(bytes.__add__, st.sampled_from([b"<", b"{", b"[", b'"']), st.binary()),
    st.builds(_json, VALUES),
    st.builds(_json, DOCUMENTS),
    st.builds(
        _xml,
        st.sampled_from(["MediaContainer", "ButlerTasks"]),
        st.sampled_from(["ButlerTask", "Activity", "Setting"]),
        st.dictionaries(st.sampled_from(KEYS), TEXTS),
    ),
    st.builds(
        lambda unit, times: unit * times,
        st.sampled_from([b"[", b'{"a":', b"<a>", b"<a/>", b"9", b"[1,", b'"\\ud83d",']),
        st.integers(0, 100_000),
    ),
)


@pytest.fixture(autouse=True)
def _custom_integrations() -> None:
    """Replace the fixture that prepares Home Assistant and stops the clock."""


def check(value: Any) -> None:
    """Check that every text and number in a model can be shown and stored."""
    if is_dataclass(value):
        names = [field.name for field in fields(value)]
    else:
        names = getattr(value, "_fields", [])
    if names:
        for name in names:
            check(getattr(value, name))
            if name in ("name", "uuid", "machine_identifier", "title"):
                assert len(getattr(value, name) or "") <= 300
    elif isinstance(value, list | tuple):
        for item in value:
            check(item)
    elif isinstance(value, str):
        value.encode()
        assert len(value) <= 4000
        assert "\0" not in value
        assert "\n" not in value
    elif isinstance(value, int | float):
        assert math.isfinite(value)
        assert abs(value) <= 10**9


MODELS: Final[list[Callable[[dict[str, Any]], object]]] = [
    Activity.from_api,
    ActivityNotification.from_api,
    ButlerTask.from_api,
    OwnedServer.from_api,
    ServerIdentity.from_api,
    ServerSetting.from_api,
    SignInPin.from_api,
]


@pytest.mark.parametrize("from_api", MODELS)
@RUNS
@given(row=ROWS)
def test_rows(
    from_api: Callable[[dict[str, Any]], object], row: dict[str, Any]
) -> None:
    """Any row gives a model within the limits, or an error."""
    required = {"name": "a", "uuid": "a", "id": 1, "code": "a", "event": "started"}
    for fields_of_row in (row, required | row, row | required):
        try:
            model = from_api(fields_of_row)
        except PlexError:
            continue
        check(model)


@RUNS
@given(body=BODIES)
def test_bodies(body: bytes) -> None:
    """Any bytes give a document, or an error."""
    for root in ("MediaContainer", "ButlerTasks"):
        try:
            parse(body)
            assert isinstance(decode(body, root), dict)
        except PlexError:
            pass


@RUNS
@given(frame=st.one_of(st.text(), st.builds(bytes.decode, st.builds(_json, DOCUMENTS))))
def test_frames(frame: str) -> None:
    """Any frame gives notifications within the limits, or none."""
    check(notifications_in(frame))


@settings(RUNS, max_examples=60)
@given(
    body=BODIES,
    status=st.sampled_from([200, 200, 200, 503, 401, 404, 500]),
    encoding=st.sampled_from(["", "", "", "gzip", "deflate", "br", "\xff"]),
    retry_after=st.text(st.characters(min_codepoint=32, max_codepoint=126)),
)
async def test_answers(
    client: PlexClient,
    simulator: PlexSimulator,
    body: bytes,
    status: int,
    encoding: str,
    retry_after: str,
) -> None:
    """Any answer gives models within the limits, or an error."""
    headers = {"Content-Encoding": encoding, "Retry-After": retry_after}
    simulator.inject(faults.body(body, status=status, headers=headers))
    for call in (
        client.identity,
        client.server,
        client.butler_tasks,
        client.activities,
        client.settings,
        client.stop_all_tasks,
    ):
        try:
            result = await call()
        except PlexError:
            continue
        check(list(result.values()) if isinstance(result, dict) else result)


@RUNS
@given(text=st.one_of(TEXTS, st.builds("http://{}".format, TEXTS)))
def test_addresses_and_tokens(text: str) -> None:
    """Any text gives URLs without anything that leads elsewhere, or a ValueError."""
    for function in (candidate_urls, lambda url: (explicit_url(url),)):
        try:
            urls = function(text)
        except ValueError:
            continue
        for url in urls:
            assert url.startswith(("http://", "https://"))
            assert not {"?", "#", "@", "\n", " "} & set(url)
            assert ".." not in url.split("/")
            assert candidate_urls(url) == (url,)
    assert token_from(text) in text
