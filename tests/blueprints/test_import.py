"""Every blueprint is imported by Home Assistant's own importer, as by its button."""

from collections.abc import AsyncGenerator, Iterator
from pathlib import Path
from ssl import PROTOCOL_TLS_SERVER, SSLContext
from typing import Any, Final
from urllib.parse import quote, unquote

from aiohttp import web
import pytest
from pytest_homeassistant_custom_component.typing import WebSocketGenerator
import trustme

from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component

from ..common import redirect_hosts
from .common import BLUEPRINTS, FILES

SOURCE: Final = "https://github.com/plex-butler/plex-butler/blob/main/blueprints/"
RAW: Final = "/plex-butler/plex-butler/main/blueprints"

each_file = pytest.mark.parametrize("file", FILES, ids=[file.stem for file in FILES])


@pytest.fixture
def text(file: Path) -> str:
    """Return the text of a blueprint."""
    return file.read_text(encoding="utf-8")


@pytest.fixture
async def address(
    socket_enabled: None, authority: trustme.CA, monkeypatch: pytest.MonkeyPatch
) -> AsyncGenerator[str]:
    """Serve the repository's blueprints, also in place of GitHub; return the address."""
    app = web.Application()
    app.add_routes([web.static(RAW, BLUEPRINTS)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    context = SSLContext(PROTOCOL_TLS_SERVER)
    authority.issue_cert("raw.githubusercontent.com").configure_cert(context)
    for ssl_context in (None, context):
        await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=ssl_context).start()
    http, https = (port for _, port in runner.addresses)
    redirect_hosts(monkeypatch, {("raw.githubusercontent.com", 443): https})
    yield f"http://127.0.0.1:{http}{RAW}/"
    await runner.cleanup()


@pytest.mark.parametrize("is_github", [False, True], ids=["127.0.0.1", "GitHub"])
@each_file
async def test_import(
    hass: HomeAssistant,
    hass_ws_client: WebSocketGenerator,
    address: str,
    file: Path,
    text: str,
    is_github: bool,
) -> None:
    """A blueprint is imported from its address, saved, and listed."""
    path = file.relative_to(BLUEPRINTS)
    domain = path.parts[0]
    assert await async_setup_component(hass, domain, {})
    client = await hass_ws_client(hass)

    async def ask(command: str, **data: Any) -> Any:
        await client.send_json_auto_id({"type": f"blueprint/{command}", **data})
        answer = await client.receive_json()
        assert answer["success"], answer["error"]
        return answer["result"]

    url = f"{SOURCE if is_github else address}{path}"
    imported = await ask("import", url=url)
    assert imported["validation_errors"] is None
    assert imported["raw_data"] == text
    metadata = imported["blueprint"]["metadata"]
    assert metadata["source_url"] == url
    owner = "plex-butler" if is_github else "127.0.0.1"
    assert imported["suggested_filename"] == f"{owner}/{file.stem}"

    await ask(
        "save",
        domain=domain,
        path=imported["suggested_filename"],
        yaml=imported["raw_data"],
        source_url=url,
    )
    listed = await ask("list", domain=domain)
    assert listed[f"{owner}/{file.stem}.yaml"] == {"metadata": metadata}


def _inputs(inputs: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the inputs of a blueprint, also those in sections."""
    for name, field in inputs.items():
        if "input" in field:
            yield from _inputs(field["input"])
        else:
            yield name, field


@each_file
async def test_form(
    hass: HomeAssistant,
    hass_ws_client: WebSocketGenerator,
    address: str,
    file: Path,
    text: str,
) -> None:
    """A blueprint says what it is, where it's from, and what each input means."""
    path = file.relative_to(BLUEPRINTS)
    assert await async_setup_component(hass, path.parts[0], {})
    client = await hass_ws_client(hass)
    await client.send_json_auto_id(
        {"type": "blueprint/import", "url": f"{SOURCE}{path}"}
    )
    metadata = (await client.receive_json())["result"]["blueprint"]["metadata"]
    assert f"source_url: {SOURCE}{path}\n" in text
    assert metadata["domain"] == path.parts[0]
    assert metadata["name"].startswith("Plex Butler: ")
    assert metadata["description"].endswith(".")
    assert metadata["homeassistant"] == {"min_version": "2026.10.0"}
    assert "author" not in metadata
    for name, field in _inputs(metadata["input"]):
        assert field["name"], name
        assert field["description"].endswith("."), name
        assert len(field["selector"]) == 1, name


@each_file
def test_button(file: Path, text: str) -> None:
    """The documentation has a button that imports the blueprint."""
    page = (BLUEPRINTS.parent / "docs/automations.md").read_text(encoding="utf-8")
    url = quote(f"{SOURCE}{file.relative_to(BLUEPRINTS)}", safe="")
    assert f"/redirect/blueprint_import/?blueprint_url={url})" in page
    assert unquote(url) in text
