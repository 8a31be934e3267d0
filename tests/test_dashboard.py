"""Tests of serving the built frontend, and of registering it with dashboards."""

from collections.abc import Awaitable, Callable
from copy import deepcopy
import json
from pathlib import Path
import re
from typing import Any, Final

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import (
    ClientSessionGenerator,
    WebSocketGenerator,
)

from custom_components.plex_butler.const import DOMAIN
from homeassistant.config_entries import ConfigEntryDisabler, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component

from .simulator import PlexSimulator, faults

FRONTEND: Final = Path(__file__).parents[1] / "custom_components" / DOMAIN / "frontend"
URL: Final = re.compile(
    r"/plex_butler/frontend/plex-butler\.js\?v=\d+\.\d+\.\d+-[0-9a-f]{8}"
)
OLD_URL: Final = "/plex_butler/frontend/plex-butler.js?v=0.0.1-12345678"
OTHERS: Final = [
    {"id": "1", "type": "module", "url": "/hacsfiles/plex-butler.js?v=1"},
    {"id": "2", "type": "css", "url": "/local/plex_butler/frontend/plex-butler.js"},
    {"id": "3", "type": "js", "url": "/plex_butler/frontend/plex-butler.js.map"},
]

pytestmark = pytest.mark.usefixtures("hass_storage")

type Resources = list[dict[str, Any]]
type StartFrontend = Callable[..., Awaitable[None]]


def _store_resources(hass_storage: dict[str, Any], items: object) -> None:
    """Store dashboard resources before Home Assistant starts."""
    hass_storage["lovelace_resources"] = {
        "version": 1,
        "key": "lovelace_resources",
        "data": {"items": items},
    }


async def _shown_resources(
    hass: HomeAssistant, hass_ws_client: WebSocketGenerator
) -> Resources:
    """Return the resources that the dashboard settings show."""
    await hass.async_block_till_done()
    client = await hass_ws_client(hass)
    await client.send_json_auto_id({"type": "lovelace/resources"})
    response = await client.receive_json()
    assert response["success"]
    resources: Resources = response["result"]
    return resources


@pytest.fixture
def start(
    hass: HomeAssistant, hass_storage: dict[str, Any], tmp_path: Path
) -> StartFrontend:
    """Return what sets up Home Assistant's frontend, without its large package.

    Its start page shows which modules a browser loads with every page.
    """
    folder = tmp_path / "hass_frontend"
    folder.mkdir()
    (folder / "index.html").write_text("{{ extra_modules | join(' ') }}")
    steps = ["user", "core_config", "analytics", "integration"]
    hass_storage["onboarding"] = {"version": 4, "data": {"done": steps}}

    async def start_frontend(dashboards: dict[str, Any] | None = None) -> None:
        config = {
            "frontend": {"development_repo": str(tmp_path)},
            "lovelace": dashboards or {},
        }
        assert await async_setup_component(hass, "frontend", config)

    return start_frontend


async def _extra_modules(hass_client: ClientSessionGenerator) -> list[str]:
    """Return the URLs of the modules that a browser loads with every page."""
    client = await hass_client()
    response = await client.get("/", allow_redirects=False)
    assert response.status == 200
    return (await response.text()).split()


@pytest.fixture
def attic_entry(
    hass: HomeAssistant, attic: PlexSimulator, entry_data: dict[str, Any]
) -> MockConfigEntry:
    """Add the config entry of a second server, without setting it up."""
    entry = MockConfigEntry(
        domain=DOMAIN, unique_id="attic", data={**entry_data, "url": attic.url}
    )
    entry.add_to_hass(hass)
    return entry


async def test_resource(
    hass: HomeAssistant,
    start: StartFrontend,
    config_entry: MockConfigEntry,
    hass_ws_client: WebSocketGenerator,
    hass_client: ClientSessionGenerator,
) -> None:
    """The frontend is a resource, which a browser can load and keep."""
    await start()
    assert await hass.config_entries.async_setup(config_entry.entry_id)
    [resource] = await _shown_resources(hass, hass_ws_client)
    assert resource["type"] == "module"
    assert URL.fullmatch(resource["url"])
    client = await hass_client()
    response = await client.get(resource["url"])
    assert response.status == 200
    assert response.content_type == "text/javascript"
    assert "max-age" in response.headers["Cache-Control"]
    assert await response.read() == (FRONTEND / "plex-butler.js").read_bytes()
    for path in ("", "..", "../manifest.json", "%2e%2e/manifest.json"):
        response = await client.get(f"/plex_butler/frontend/{path}")
        assert response.status in (403, 404), path
    # An extra module as well would load it before dashboards need it.
    assert await _extra_modules(hass_client) == []


async def test_translations_are_served(
    hass: HomeAssistant,
    start: StartFrontend,
    config_entry: MockConfigEntry,
    hass_client: ClientSessionGenerator,
) -> None:
    """What the frontend loads later is served beside it."""
    await start()
    assert await hass.config_entries.async_setup(config_entry.entry_id)
    await hass.async_block_till_done()
    client = await hass_client()
    for file in (FRONTEND / "translations").glob("*.json"):
        response = await client.get(f"/plex_butler/frontend/translations/{file.name}")
        assert response.status == 200
        assert await response.json() == json.loads(file.read_bytes())


async def test_frontend_set_up_later(
    hass: HomeAssistant,
    start: StartFrontend,
    config_entry: MockConfigEntry,
    hass_ws_client: WebSocketGenerator,
) -> None:
    """The frontend is registered also if Home Assistant's own is set up after a server."""
    assert await hass.config_entries.async_setup(config_entry.entry_id)
    await hass.async_block_till_done()
    assert config_entry.state is ConfigEntryState.LOADED
    await start()
    [resource] = await _shown_resources(hass, hass_ws_client)
    assert URL.fullmatch(resource["url"])


async def test_no_frontend(hass: HomeAssistant, config_entry: MockConfigEntry) -> None:
    """Without Home Assistant's frontend, servers are set up and removed as usual."""
    assert await hass.config_entries.async_setup(config_entry.entry_id)
    await hass.async_block_till_done()
    assert config_entry.state is ConfigEntryState.LOADED
    await hass.config_entries.async_remove(config_entry.entry_id)


async def test_two_servers(
    hass: HomeAssistant,
    start: StartFrontend,
    config_entry: MockConfigEntry,
    attic_entry: MockConfigEntry,
    hass_ws_client: WebSocketGenerator,
) -> None:
    """Several servers and reloads need one resource, which the last server removes."""
    await start()
    # Sets up both at once.
    assert await async_setup_component(hass, DOMAIN, {})
    [resource] = await _shown_resources(hass, hass_ws_client)
    await hass.config_entries.async_reload(config_entry.entry_id)
    assert await _shown_resources(hass, hass_ws_client) == [resource]
    await hass.config_entries.async_remove(config_entry.entry_id)
    assert await _shown_resources(hass, hass_ws_client) == [resource]
    await hass.config_entries.async_set_disabled_by(
        attic_entry.entry_id, ConfigEntryDisabler.USER
    )
    assert await _shown_resources(hass, hass_ws_client) == [resource]
    await hass.config_entries.async_remove(attic_entry.entry_id)
    assert await _shown_resources(hass, hass_ws_client) == []


async def test_added_again(
    hass: HomeAssistant,
    start: StartFrontend,
    config_entry: MockConfigEntry,
    attic_entry: MockConfigEntry,
    hass_ws_client: WebSocketGenerator,
    hass_client: ClientSessionGenerator,
) -> None:
    """A server that is added after the last one was removed registers it again."""
    await hass.config_entries.async_remove(attic_entry.entry_id)
    await start()
    assert await hass.config_entries.async_setup(config_entry.entry_id)
    [before] = await _shown_resources(hass, hass_ws_client)
    await hass.config_entries.async_remove(config_entry.entry_id)
    assert await _shown_resources(hass, hass_ws_client) == []
    await hass.config_entries.async_add(attic_entry)
    [after] = await _shown_resources(hass, hass_ws_client)
    assert after["url"] == before["url"]
    client = await hass_client()
    assert (await client.get(after["url"])).status == 200


async def test_server_away(
    hass: HomeAssistant,
    start: StartFrontend,
    config_entry: MockConfigEntry,
    simulator: PlexSimulator,
    hass_ws_client: WebSocketGenerator,
) -> None:
    """The frontend is registered for a server that can't be set up yet, too."""
    await start()
    simulator.inject(faults.starting_up())
    assert not await hass.config_entries.async_setup(config_entry.entry_id)
    assert config_entry.state is ConfigEntryState.SETUP_RETRY
    assert len(await _shown_resources(hass, hass_ws_client)) == 1


async def test_ignored_server(
    hass: HomeAssistant,
    start: StartFrontend,
    config_entry: MockConfigEntry,
    hass_ws_client: WebSocketGenerator,
) -> None:
    """A discovered server that a person ignored needs no dashboard."""
    MockConfigEntry(domain=DOMAIN, source="ignore").add_to_hass(hass)
    await start()
    assert await hass.config_entries.async_setup(config_entry.entry_id)
    assert len(await _shown_resources(hass, hass_ws_client)) == 1
    await hass.config_entries.async_remove(config_entry.entry_id)
    assert await _shown_resources(hass, hass_ws_client) == []


@pytest.mark.parametrize("type_fields", [{"type": "js"}, {}])
async def test_other_version(
    hass: HomeAssistant,
    start: StartFrontend,
    config_entry: MockConfigEntry,
    hass_ws_client: WebSocketGenerator,
    hass_storage: dict[str, Any],
    type_fields: dict[str, str],
) -> None:
    """The resource of an earlier version is updated, and resources of others stay."""
    own = {"id": "own", "url": OLD_URL, **type_fields}
    doubled = {"id": "doubled", "type": "module", "url": OLD_URL.partition("?")[0]}
    first, *others = OTHERS
    _store_resources(hass_storage, [first, own, *others, doubled])
    await start()
    assert await hass.config_entries.async_setup(config_entry.entry_id)
    [one, updated, *rest] = await _shown_resources(hass, hass_ws_client)
    assert [one, *rest] == OTHERS
    assert updated["id"] == "own"
    assert updated["type"] == "module"
    assert URL.fullmatch(updated["url"])
    await hass.config_entries.async_remove(config_entry.entry_id)
    assert await _shown_resources(hass, hass_ws_client) == OTHERS


@pytest.mark.parametrize(
    ("command", "change"), [("delete", {}), ("update", {"res_type": "js"})]
)
async def test_changed_by_hand(
    hass: HomeAssistant,
    start: StartFrontend,
    config_entry: MockConfigEntry,
    hass_ws_client: WebSocketGenerator,
    command: str,
    change: dict[str, str],
) -> None:
    """A resource that a person deleted or changed is restored with the next set-up."""
    await start()
    assert await hass.config_entries.async_setup(config_entry.entry_id)
    [before] = await _shown_resources(hass, hass_ws_client)
    client = await hass_ws_client(hass)
    await client.send_json_auto_id(
        {
            "type": f"lovelace/resources/{command}",
            "resource_id": before["id"],
            **change,
        }
    )
    assert (await client.receive_json())["success"]
    assert before not in await _shown_resources(hass, hass_ws_client)
    await hass.config_entries.async_reload(config_entry.entry_id)
    [after] = await _shown_resources(hass, hass_ws_client)
    assert (after["type"], after["url"]) == ("module", before["url"])


@pytest.mark.parametrize(
    "stored",
    [
        {"data": {"items": None}},
        {"data": {"items": "resources"}},
        {"data": {"items": [{"url": "/a.js"}]}},
        {"data": {"items": [{"id": "1"}, {"id": "1"}, 3]}},
        {"version": 0},
        {"version": 2},
    ],
)
async def test_unreadable_resources(
    hass: HomeAssistant,
    start: StartFrontend,
    config_entry: MockConfigEntry,
    hass_storage: dict[str, Any],
    caplog: pytest.LogCaptureFixture,
    stored: dict[str, Any],
) -> None:
    """Resources that can't be read are left as they are, and the server works."""
    _store_resources(hass_storage, [])
    hass_storage["lovelace_resources"] |= stored
    before = deepcopy(hass_storage["lovelace_resources"])
    await start()
    assert await hass.config_entries.async_setup(config_entry.entry_id)
    await hass.async_block_till_done()
    assert "The dashboard resources can't be updated" in caplog.text
    assert await hass.config_entries.async_reload(config_entry.entry_id)
    assert config_entry.state is ConfigEntryState.LOADED
    await hass.config_entries.async_remove(config_entry.entry_id)
    assert hass_storage["lovelace_resources"] == before
    assert "Error handling when_setup callback" not in caplog.text
    assert "Error calling entry remove callback" not in caplog.text


@pytest.mark.parametrize("key", ["mode", "resource_mode"])
async def test_yaml_mode(
    hass: HomeAssistant,
    start: StartFrontend,
    config_entry: MockConfigEntry,
    hass_ws_client: WebSocketGenerator,
    hass_client: ClientSessionGenerator,
    key: str,
) -> None:
    """Where resources are managed in YAML, every page loads the frontend."""
    await start({key: "yaml", "resources": []})
    assert await hass.config_entries.async_setup(config_entry.entry_id)
    assert await _shown_resources(hass, hass_ws_client) == []
    [url] = await _extra_modules(hass_client)
    assert URL.fullmatch(url)
    client = await hass_ws_client(hass)
    await client.send_json_auto_id({"type": "frontend/subscribe_extra_js"})
    assert (await client.receive_json())["success"]
    await hass.config_entries.async_reload(config_entry.entry_id)
    assert await _extra_modules(hass_client) == [url]
    await hass.config_entries.async_remove(config_entry.entry_id)
    assert await _extra_modules(hass_client) == []
    # The reload changed nothing for browsers.
    await client.send_json_auto_id({"type": "ping"})
    event, pong = [await client.receive_json() for _ in range(2)]
    assert event["event"]["change_type"] == "removed"
    assert event["event"]["item"]["url"] == url
    assert pong["type"] == "pong"


async def test_removed_while_disabled(
    hass: HomeAssistant,
    start: StartFrontend,
    hass_ws_client: WebSocketGenerator,
    hass_storage: dict[str, Any],
) -> None:
    """A server that is removed without having been set up leaves nothing."""
    entry = MockConfigEntry(domain=DOMAIN, disabled_by=ConfigEntryDisabler.USER)
    entry.add_to_hass(hass)
    own = {"id": "own", "type": "module", "url": OLD_URL}
    _store_resources(hass_storage, [own, *OTHERS])
    await start()
    # Nothing has read the resources before.
    await hass.config_entries.async_remove(entry.entry_id)
    assert await _shown_resources(hass, hass_ws_client) == OTHERS
