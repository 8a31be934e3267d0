"""The server's settings, by the client."""

import json
from typing import Any

from aiohttp import ClientSession
import pytest

from custom_components.plex_butler.api import (
    PlexClient,
    PlexPermissionError,
    PlexResponseError,
    ServerSetting,
)
from tests.simulator import PREFERENCES, PlexSimulator, faults

from .conftest import CreateClient


async def test_settings(client: PlexClient) -> None:
    """Settings come as values of their types, with the numbers of what can be chosen."""
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
    """XML, where every value is text, means the same."""
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
    """Of what comes, all that can be used is; the rest isn't known."""
    rows = [{"id": "One", **item}, {"id": 5, **item}, item, "nonsense"]
    body = json.dumps({"MediaContainer": {"Setting": rows}})
    simulator.inject(faults.body(body.encode()))
    settings = await client.settings()
    assert {name: setting.value for name, setting in settings.items()} == {"One": value}


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


async def test_change_of_what_is_not_there(
    client: PlexClient, simulator: PlexSimulator
) -> None:
    """The server says nothing of a setting that it doesn't know, nor do we."""
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


async def test_settings_that_are_never_told(
    client: PlexClient, simulator: PlexSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that keeps them to itself is left alone after a few attempts."""
    monkeypatch.setattr(
        "custom_components.plex_butler.api.client.SETTINGS_RETRY_DELAYS", (0, 0, 0)
    )
    simulator.inject(faults.status(400), path=PREFERENCES)
    with pytest.raises(PlexResponseError):
        await client.settings()
    assert len(simulator.requests) == 4


@pytest.mark.parametrize("setting", [[], {}, [{"type": "bool", "value": True}]])
async def test_no_settings(
    client: PlexClient, simulator: PlexSimulator, setting: Any
) -> None:
    """A list with no setting in it is no answer: there is no such server."""
    body = json.dumps({"MediaContainer": {"size": 0, "Setting": setting}})
    simulator.inject(faults.body(body.encode()))
    with pytest.raises(PlexResponseError):
        await client.settings()


async def test_settings_fail(client: PlexClient, simulator: PlexSimulator) -> None:
    """Any other failure is told at once."""
    simulator.inject(faults.status(404), path=PREFERENCES)
    with pytest.raises(PlexResponseError):
        await client.settings()
    assert len(simulator.requests) == 1


async def test_settings_of_a_guest(
    create_client: CreateClient, simulator: PlexSimulator
) -> None:
    """Settings are the owner's."""
    client = create_client(token=simulator.guest_token)
    with pytest.raises(PlexPermissionError):
        await client.settings()
    with pytest.raises(PlexPermissionError):
        await client.change_setting("ButlerStartHour", 3)
