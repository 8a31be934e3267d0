"""Tests of the client for the server's settings."""

import json
from typing import Any

from aiohttp import ClientSession
import pytest

from custom_components.plex_butler.api import (
    PlexClient,
    PlexPermissionError,
    PlexResponseError,
    PlexServerError,
    ServerSetting,
)
from tests.simulator import PREFERENCES, PlexSimulator, faults

from .conftest import CreateClient


async def test_settings(client: PlexClient) -> None:
    """Settings have values of their types, and their choices without labels."""
    settings = await client.settings()
    assert settings["ButlerStartHour"] == ServerSetting(
        id="ButlerStartHour",
        type="int",
        value=1,
        choices=tuple(str(hour) for hour in range(24)),
    )
    assert settings["ButlerTaskBackupDatabase"] == ServerSetting(
        id="ButlerTaskBackupDatabase", type="bool", value=True, choices=()
    )
    assert settings["GenerateBIFBehavior"] == ServerSetting(
        id="GenerateBIFBehavior",
        type="text",
        value="never",
        choices=("never", "scheduled", "asap"),
    )


async def test_settings_as_xml(client: PlexClient, simulator: PlexSimulator) -> None:
    """Settings in XML, where every value is a string, are the same as in JSON."""
    expected = await client.settings()
    async with (
        ClientSession() as session,
        session.get(
            simulator.url + PREFERENCES,
            headers={"X-Plex-Token": simulator.owner_token},
        ) as response,
    ):
        xml = await response.read()
    simulator.inject(faults.body(xml))
    assert await client.settings() == expected


@pytest.mark.parametrize(
    ("item", "value"),
    [
        ({"type": "bool", "value": True}, True),
        ({"type": "bool", "value": "0"}, False),
        ({"type": "bool", "value": "maybe"}, None),
        ({"type": "int", "value": "7"}, 7),
        ({"type": "int", "value": 7.0}, 7),
        ({"type": "int", "value": 7.5}, None),
        ({"type": "int", "value": True}, None),
        ({"type": "int", "value": 2**64}, None),
        ({"type": "int", "value": [7]}, None),
        ({"type": "bool", "value": [[True]]}, None),
        ({"type": "text", "value": "a\ud83db\nc"}, "a\ufffdb c"),
        ({"type": "text", "value": "x" * 3000}, "x" * 2000),
        ({"type": "int", "value": "noon"}, None),
        ({"type": "int"}, None),
        ({"type": "text", "value": "asap"}, "asap"),
        ({"type": "text", "value": ""}, None),
        ({"type": "double", "value": 0.5}, None),
        ({"type": ["bool"], "value": True}, None),
        ({"value": True}, None),
        ({"type": "bool", "value": True, "enumValues": 5}, True),
    ],
)
async def test_liberal_settings(
    client: PlexClient, simulator: PlexSimulator, item: dict[str, Any], value: Any
) -> None:
    """A value that doesn't match its type is None; settings without ID are left out."""
    rows = [{"id": "One", **item}, {"id": 5, **item}, item, "nonsense"]
    body = json.dumps({"MediaContainer": {"Setting": rows}})
    simulator.inject(faults.body(body.encode()))
    settings = await client.settings()
    assert {name: setting.value for name, setting in settings.items()} == {"One": value}


async def test_limits_of_settings(client: PlexClient, simulator: PlexSimulator) -> None:
    """The first 500 settings and the first 50 choices of each count, if they are usable."""
    choices = "|".join(["a:A", "\ud83d:B", " c:C", "x" * 301, "", "d"])
    rows = [
        {"id": "a\ud83d"},
        {"id": "x" * 301},
        {"id": " a"},
        {"id": "Odd", "enumValues": choices},
        {"id": "Many", "enumValues": "|".join(map(str, range(1000)))},
        *({"id": f"Setting{number}"} for number in range(1000)),
    ]
    body = json.dumps({"MediaContainer": {"Setting": rows}})
    simulator.inject(faults.body(body.encode()))
    settings = await client.settings()
    assert len(settings) == 497
    assert settings["Odd"].choices == ("a", "d")
    assert settings["Many"].choices == tuple(map(str, range(50)))


async def test_change(client: PlexClient, simulator: PlexSimulator) -> None:
    """Booleans are sent as 1 and 0, numbers and texts as they are."""
    await client.change_setting("ButlerTaskBackupDatabase", False)
    await client.change_setting("ButlerTaskGenerateMediaIndexFiles", True)
    await client.change_setting("ButlerStartHour", 23)
    await client.change_setting("MusicAnalysisBehavior", "asap")
    assert [dict(request.query) for request in simulator.requests] == [
        {"ButlerTaskBackupDatabase": "0"},
        {"ButlerTaskGenerateMediaIndexFiles": "1"},
        {"ButlerStartHour": "23"},
        {"MusicAnalysisBehavior": "asap"},
    ]
    settings = await client.settings()
    assert settings["ButlerTaskBackupDatabase"].value is False
    assert settings["ButlerTaskGenerateMediaIndexFiles"].value is True
    assert settings["ButlerStartHour"].value == 23
    assert settings["MusicAnalysisBehavior"].value == "asap"


async def test_change_unknown_setting(
    client: PlexClient, simulator: PlexSimulator
) -> None:
    """A change of an unknown setting has no effect and raises no error."""
    before = await client.settings()
    await client.change_setting("MakeCoffee", True)
    simulator.inject(faults.status(400), method="PUT")
    await client.change_setting("MakeCoffee", True)
    simulator.heal()
    assert await client.settings() == before


async def test_settings_right_after_a_change(
    client: PlexClient, simulator: PlexSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Settings are read again while the server answers 400 after a change."""
    monkeypatch.setattr(
        "custom_components.plex_butler.api.client.SETTINGS_RETRY_DELAYS", (0, 0, 0)
    )
    simulator.settings.unready_reads = 2
    await client.change_setting("ButlerStartHour", 3)
    assert (await client.settings())["ButlerStartHour"].value == 3
    assert len(simulator.requests) == 4


async def test_settings_stay_unready(
    client: PlexClient, simulator: PlexSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The client gives up if the server answers 400 to every retry."""
    monkeypatch.setattr(
        "custom_components.plex_butler.api.client.SETTINGS_RETRY_DELAYS", (0, 0, 0)
    )
    simulator.inject(faults.status(400), path=PREFERENCES)
    with pytest.raises(PlexServerError):
        await client.settings()
    assert len(simulator.requests) == 4


@pytest.mark.parametrize("setting", [[], {}, [{"type": "bool", "value": True}]])
async def test_no_settings(
    client: PlexClient, simulator: PlexSimulator, setting: Any
) -> None:
    """A list without a usable setting raises an error."""
    body = json.dumps({"MediaContainer": {"size": 0, "Setting": setting}})
    simulator.inject(faults.body(body.encode()))
    with pytest.raises(PlexResponseError):
        await client.settings()


async def test_settings_fail(client: PlexClient, simulator: PlexSimulator) -> None:
    """A status other than 400 isn't retried."""
    simulator.inject(faults.status(404), path=PREFERENCES)
    with pytest.raises(PlexServerError):
        await client.settings()
    assert len(simulator.requests) == 1


async def test_settings_of_a_guest(
    create_client: CreateClient, simulator: PlexSimulator
) -> None:
    """Only the owner's token can read and change settings."""
    client = create_client(token=simulator.guest_token)
    with pytest.raises(PlexPermissionError):
        await client.settings()
    with pytest.raises(PlexPermissionError):
        await client.change_setting("ButlerStartHour", 3)
