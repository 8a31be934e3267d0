"""Fixtures: a simulated server, and Home Assistant set up with it."""

from collections.abc import AsyncGenerator, Iterator
from datetime import timedelta
from pathlib import Path
from ssl import PROTOCOL_TLS_SERVER, SSLContext
from typing import Any
from unittest.mock import PropertyMock, patch

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import NameOID
from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.syrupy import HomeAssistantSnapshotExtension
from syrupy.assertion import SnapshotAssertion
import trustme

# Without this, the test package's own custom_components would be imported instead.
from custom_components.plex_butler.const import DOMAIN
from homeassistant.const import CONF_TOKEN, CONF_URL, CONF_VERIFY_SSL
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
from homeassistant.util.ssl import get_default_context

from .common import Clock
from .simulator import PlexSimulator, SimulatedPlexTv

collect_ignore = ["e2e"]
"""The tests in a browser have a configuration of their own; scripts/e2e runs them."""


@pytest.fixture(autouse=True)
def _custom_integrations(
    freezer: FrozenDateTimeFactory, enable_custom_integrations: None
) -> None:
    """Let Home Assistant find the integration.

    Time is frozen before it starts: freezing it later is a jump for the event loop too,
    at which every timer is due.
    """


@pytest.fixture
def entity_registry_enabled_by_default() -> Iterator[None]:
    """Enable every entity."""
    with patch(
        "homeassistant.helpers.entity.Entity.entity_registry_enabled_default",
        PropertyMock(return_value=True),
    ):
        yield


@pytest.fixture
def snapshot(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    """Return the snapshot, without random ids."""
    return snapshot.use_extension(HomeAssistantSnapshotExtension)


@pytest.fixture
async def simulator(socket_enabled: None) -> AsyncGenerator[PlexSimulator]:
    """Serve a simulated Plex Media Server."""
    async with PlexSimulator() as server:
        yield server


@pytest.fixture
async def attic(socket_enabled: None) -> AsyncGenerator[PlexSimulator]:
    """Serve a second simulated Plex Media Server, named Attic."""
    async with PlexSimulator() as server:
        server.friendly_name, server.machine_identifier = "Attic", "attic"
        yield server


@pytest.fixture
async def plex_tv(socket_enabled: None) -> AsyncGenerator[SimulatedPlexTv]:
    """Serve a simulated plex.tv, which the config flow uses in place of the real one."""
    sign_in = "custom_components.plex_butler.flow.sign_in"
    async with SimulatedPlexTv() as site:
        with (
            patch(f"{sign_in}.PLEX_TV", site.url),
            patch(f"{sign_in}.PLEX_TV_SIGN_IN", site.page),
        ):
            yield site


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    """Return a certificate authority that Home Assistant trusts.

    Its certificates are valid whatever the time: OpenSSL uses the real one.
    """
    authority = trustme.CA()
    authority.configure_trust(get_default_context())
    return authority


def _ssl_context(file: Path, name: str) -> SSLContext:
    """Return the TLS context of a server with a self-signed certificate for a name."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = dt_util.utcnow()
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False
        )
        .sign(key, SHA256())
    )
    file.write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        + certificate.public_bytes(Encoding.PEM)
    )
    context = SSLContext(PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


@pytest.fixture(scope="session")
def server_ssl_context(tmp_path_factory: pytest.TempPathFactory) -> SSLContext:
    """Return the TLS context of a server with a self-signed certificate."""
    file = tmp_path_factory.mktemp("tls") / "server.pem"
    return _ssl_context(file, "*.hash.plex.direct")


@pytest.fixture(scope="session")
def trusted_ssl_context(tmp_path_factory: pytest.TempPathFactory) -> SSLContext:
    """Return the TLS context of a server whose certificate Home Assistant trusts."""
    file = tmp_path_factory.mktemp("tls") / "trusted.pem"
    context = _ssl_context(file, "*.trusted.plex.direct")
    get_default_context().load_verify_locations(file)
    return context


@pytest.fixture
def entry_data(simulator: PlexSimulator) -> dict[str, Any]:
    """Return the data of the simulated server's config entry."""
    return {
        CONF_URL: simulator.url,
        CONF_TOKEN: simulator.owner_token,
        CONF_VERIFY_SSL: True,
    }


@pytest.fixture
def config_entry(
    hass: HomeAssistant, simulator: PlexSimulator, entry_data: dict[str, Any]
) -> MockConfigEntry:
    """Add the config entry of the simulated server, without setting it up."""
    entry = MockConfigEntry(
        domain=DOMAIN,
        title=simulator.friendly_name,
        unique_id=simulator.machine_identifier,
        data=entry_data,
    )
    entry.add_to_hass(hass)
    return entry


@pytest.fixture
def clock(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, simulator: PlexSimulator
) -> Clock:
    """Return the frozen time."""
    return Clock(hass, freezer, simulator)


@pytest.fixture
async def setup_entry(
    hass: HomeAssistant, config_entry: MockConfigEntry, clock: Clock
) -> MockConfigEntry:
    """Set up the simulated server."""
    assert await hass.config_entries.async_setup(config_entry.entry_id)
    await hass.async_block_till_done()
    # Past the cooldown after the first polls.
    for _ in range(2):
        await clock.tick(2)
    return config_entry
