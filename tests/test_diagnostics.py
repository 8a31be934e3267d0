"""Diagnostics."""

import json
import re
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.components.diagnostics import (
    get_diagnostics_for_config_entry,
)
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator
from syrupy.assertion import SnapshotAssertion
from syrupy.filters import props

from custom_components.plex_butler.recording.redaction import entry_redactor
from homeassistant.components.diagnostics import REDACTED
from homeassistant.components.switch import DOMAIN as SWITCH_DOMAIN
from homeassistant.const import ATTR_ENTITY_ID, CONF_TOKEN, CONF_URL, SERVICE_TURN_OFF
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError

from .common import SCHEDULED, START, START_ALL, STOP, STOP_ALL, Clock, press
from .simulator import (
    NOTIFICATIONS,
    PREFERENCES,
    PlexSimulator,
    SimulatedSetting,
    SimulatedTask,
    faults,
)

type Diagnostics = dict[str, Any]

BACKUP = "BackupDatabase"
CREDITS = "ButlerTaskGenerateCreditsMarkers"


class Download:
    """The diagnostics of the server, as a user downloads them."""

    def __init__(
        self,
        hass: HomeAssistant,
        hass_client: ClientSessionGenerator,
        entry: MockConfigEntry,
        clock: Clock,
    ) -> None:
        """Initialize the download."""
        self._hass = hass
        self._hass_client = hass_client
        self._entry = entry
        self._clock = clock

    async def __call__(self) -> Diagnostics:
        """Return the diagnostics of this moment."""
        for _ in range(20):
            # A flood of notifications takes turns with everything else.
            await self._clock.settle()
        diagnostics = await get_diagnostics_for_config_entry(
            self._hass, self._hass_client, self._entry
        )
        assert isinstance(diagnostics, dict)
        return diagnostics

    async def activities(self, kind: str | None = None) -> list[Diagnostics]:
        """Return the recorded changes of activities, of one type or of all."""
        changes: list[Diagnostics] = (await self())["activities"]
        return [each for each in changes if kind in (None, each["type"])]


@pytest.fixture
def download(
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    setup_entry: MockConfigEntry,
    clock: Clock,
) -> Download:
    """Return the diagnostics of the server that is set up."""
    return Download(hass, hass_client, setup_entry, clock)


def _conclusion(task: str, evidence: str, event: str | None = None) -> Diagnostics:
    return {"task": task, "evidence": evidence, "event": event}


def _without_time(change: Diagnostics) -> Diagnostics:
    assert change["time"]
    return {key: value for key, value in change.items() if key != "time"}


async def test_diagnostics_not_set_up(
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    config_entry: MockConfigEntry,
    simulator: PlexSimulator,
) -> None:
    """Diagnostics are available while the server is not set up."""
    simulator.inject(faults.status(500))
    await hass.config_entries.async_setup(config_entry.entry_id)
    assert await get_diagnostics_for_config_entry(hass, hass_client, config_entry) == {
        "entry": {"token": REDACTED, "url": REDACTED, "verify_ssl": True},
        "state": "setup_retry",
        "reason": "server_trouble",
    }


async def test_diagnostics_without_settings(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    download: Download,
    simulator: PlexSimulator,
) -> None:
    """Settings that were never available are None in the diagnostics."""
    simulator.inject(faults.status(404), path=PREFERENCES)
    await hass.config_entries.async_reload(setup_entry.entry_id)
    assert (await download())["settings"] is None


async def test_diagnostics(
    hass: HomeAssistant,
    download: Download,
    simulator: PlexSimulator,
    snapshot: SnapshotAssertion,
    clock: Clock,
) -> None:
    """Diagnostics are the last known data, redacted, and cause no request."""
    await press(hass, START)
    await clock.tick(1)
    simulator.activities.begin("butler", "Backup Database", "Home videos of Alice")
    simulator.activities.begin("library.update.section", "Scanning", "Alice's films")
    await clock.next_poll()
    simulator.inject(faults.status(500))
    await clock.next_poll()
    requests = len(simulator.requests)
    diagnostics = await download()
    assert len(simulator.requests) == requests
    assert diagnostics == snapshot(exclude=props("started", "time"))
    text = json.dumps(diagnostics)
    for private in (
        simulator.owner_token,
        simulator.machine_identifier,
        simulator.friendly_name,
        simulator.url,
        "127.0.0.1",
        "Alice",
        # From the setting of the backup folder.
        "owners-name",
        *simulator.activities.current,
    ):
        assert private not in text


async def test_recorded_run(
    download: Download, simulator: PlexSimulator, clock: Clock
) -> None:
    """A run is recorded as the server showed it, with what was concluded from it."""
    activity = simulator.activities.begin("butler", "Butler tasks", "Backup Database")
    await clock.tick(3)
    simulator.activities.end(activity)
    *_, started, ended = await download.activities("butler")
    row = {"type": "butler", "title": "Butler •", "subtitle": "Backup Database"}
    number = started["activity"]
    assert _without_time(started) == {
        **row,
        "activity": number,
        "change": "started",
        "progress": 0,
        "concluded": [
            _conclusion(BACKUP, "named"),
            _conclusion(BACKUP, "named", "started"),
        ],
    }
    assert _without_time(ended) == {
        **row,
        "activity": number,
        "change": "ended",
        "progress": 0,
        "concluded": [_conclusion(BACKUP, "named", "finished")],
    }
    events = (await download())["events"]
    assert [_without_time(event) for event in events] == [
        {"task": BACKUP, "event": "started", "evidence": "named", "duration": None},
        {"task": BACKUP, "event": "finished", "evidence": "named", "duration": 3},
    ]
    assert started["time"] == events[0]["time"] < ended["time"] == events[1]["time"]


async def test_recorded_cause(
    hass: HomeAssistant, download: Download, simulator: PlexSimulator, clock: Clock
) -> None:
    """An event that follows from a change of another activity is recorded with it."""
    simulator.display.row = simulator.display.permanent = False
    await press(hass, START)
    row = simulator.activities.begin("butler", "Butler", progress=5)
    await clock.tick(70)
    simulator.activities.update(row, subtitle="Optimize Database")
    changes = await download.activities("butler")
    assert changes[-2]["concluded"] == []
    assert changes[-1]["activity"] == changes[-2]["activity"]
    concluded = changes[-1]["concluded"]
    assert _conclusion(BACKUP, "command", "unconfirmed") in concluded
    assert _conclusion("OptimizeDatabase", "named", "started") in concluded


@pytest.mark.parametrize(
    ("kind", "title", "subtitle", "recorded"),
    [
        pytest.param(
            "butler",
            "Alice's films: Backup Database",
            "/srv/alice/Backup (3 of 10)",
            ("butler", "•'• •: Backup Database", "/•/•/Backup (• • •)"),
            id="butler",
        ),
        pytest.param(
            "butler.task",
            "ButlerTaskOptimizeDatabase",
            "backup_database, AliceDatabase",
            ("butler.task", "ButlerTaskOptimizeDatabase", "backup_database, •"),
            id="butler with words",
        ),
        pytest.param(
            "grabber.grab",
            "Alice records Database 1999",
            "http://10.9.8.7:32400/?token=abc",
            ("grabber.grab", "• • Database •", "•://•.•.•.•:•/?• •"),
            id="unknown",
        ),
        pytest.param(
            "Media of Alice",
            "Backup",
            "Ünïcode 日本 \U0001f600",
            ("•", "Backup", "• •"),
            id="unknown with spaces",
        ),
        pytest.param(
            "tower.backup", "x", None, ("•.backup", "•", None), id="name of the server"
        ),
        pytest.param("a" * 65, "x", None, ("•", "•", None), id="too long"),
        pytest.param(
            "butler",
            "Backup " * 50,
            None,
            ("butler", "Backup " * 14 + "•", None),
            id="long text",
        ),
    ],
)
async def test_recorded_texts(
    download: Download,
    simulator: PlexSimulator,
    kind: str,
    title: str,
    subtitle: str,
    recorded: tuple[str, str, str | None],
) -> None:
    """Of texts, the words of tasks are recorded, and every other word is hidden."""
    simulator.activities.begin(kind, title, subtitle or "")
    change = (await download.activities())[-1]
    assert (change["type"], change["title"], change["subtitle"]) == recorded


@pytest.mark.parametrize(
    "kind",
    [
        "library.update.section",
        "media.generate.intros",
        "provider.epg.load",
        "library.something.new",
        "Media.Generate.New",
    ],
)
async def test_recorded_without_texts(
    download: Download, simulator: PlexSimulator, kind: str
) -> None:
    """Of types whose texts name media, no text is recorded, not even words of tasks."""
    simulator.activities.begin(kind, "Backup Database", "Optimize Database", 7)
    change = (await download.activities())[-1]
    assert change["type"] in (kind, "•")
    assert change["progress"] == 7
    assert not {"title", "subtitle"} & change.keys()


async def test_recorded_scan(
    download: Download, simulator: PlexSimulator, clock: Clock
) -> None:
    """The 1,556 frames of a scan are few changes, and push out nothing."""
    simulator.activities.begin("butler", "Butler", "Backup Database")
    scan = simulator.activities.begin("library.update.section", "Scanning", "Films")
    for frame in range(1556):
        simulator.activities.update(
            scan, subtitle=f"Film {frame}", progress=frame * 100 // 1556
        )
        if frame % 156 == 155:
            await clock.settle()
    simulator.activities.end(scan)
    started, ended = await download.activities("library.update.section")
    assert (started["progress"], started["updates"]) == (0, 1556)
    assert started["last_update"]["progress"] == 99
    assert ended["change"] == "ended"
    assert (await download.activities("butler"))[-1]["subtitle"] == "Backup Database"


async def test_recorded_night(
    download: Download, simulator: PlexSimulator, clock: Clock
) -> None:
    """What the butler showed is kept, however many items have activities of their own."""
    butler = simulator.activities.begin("butler", "Butler", "Music Analysis")
    for track in range(500):
        activity = simulator.activities.begin(
            "media.generate.music.analysis", "Analyzing", f"Track {track}"
        )
        simulator.activities.end(activity)
        if track % 50 == 49:
            await clock.settle()
    simulator.activities.end(butler)
    changes = await download.activities()
    assert len(changes) == 200
    *_, started, ended = [each for each in changes if each["type"] == "butler"]
    assert started["subtitle"] == ended["subtitle"] == "Music Analysis"
    assert changes[-1] == ended


async def test_recorded_progress(download: Download, simulator: PlexSimulator) -> None:
    """What is more than an advance of the progress is a change of its own."""
    row = simulator.activities.begin("butler", "Butler", "Backup Database", 100)
    for progress, subtitle in [
        (100, "Backup Database"),
        (0, "Backup Database"),
        (40, "Backup Database"),
        (40, "Optimize Database"),
        (80, "Optimize Database"),
        (10, "Optimize Database"),
        (-1, "Optimize Database"),
        (-1, "Optimize Database"),
        (50, "Optimize Database 1"),
        (60, "Optimize Database 2 3"),
        (100, "Optimize Database 2 3"),
    ]:
        simulator.activities.update(row, subtitle=subtitle, progress=progress)
    changes = (await download.activities("butler"))[-7:]
    assert [
        (change["progress"], change.get("updates"), change["subtitle"])
        for change in changes
    ] == [
        (100, 1, "Backup Database"),
        (0, 1, "Backup Database"),
        (40, 1, "Optimize Database"),
        (10, None, "Optimize Database"),
        (-1, 1, "Optimize Database"),
        (50, 1, "Optimize Database • •"),
        (100, None, "Optimize Database • •"),
    ]
    assert changes[1]["last_update"]["progress"] == 40


def _send(simulator: PlexSimulator, *items: Diagnostics) -> None:
    container = {"type": "activity", "ActivityNotification": items}
    simulator.notifications.send(json.dumps({"NotificationContainer": container}))


async def test_recorded_changes_are_bounded(
    download: Download, simulator: PlexSimulator
) -> None:
    """Of 5,000 changes, the last 200 are kept."""
    for start in range(0, 2500, 50):
        items = [
            {"event": event, "uuid": f"{index}", "Activity": {"type": "unknown"}}
            for index in range(start, start + 50)
            for event in ("started", "ended")
        ]
        _send(simulator, *items)
    # The idle butler of the simulator was found by the first poll.
    idle, *changes = await download.activities()
    assert idle["type"] == "butler"
    assert [change["change"] for change in changes[-2:]] == ["started", "ended"]
    numbers = [change["activity"] for change in changes]
    assert numbers == sorted([*range(2402, 2502), *range(2403, 2502)])


async def test_endless_activities(download: Download, simulator: PlexSimulator) -> None:
    """Of 600 activities that never end, the first are forgotten."""
    item = {"event": "updated", "Activity": {"type": "unknown"}}
    for index in range(600):
        _send(simulator, {**item, "uuid": f"{index}"})
    assert (await download.activities())[-1]["activity"] == 601
    _send(simulator, {**item, "uuid": "0"}, {**item, "uuid": "599"})
    *_, known, new = await download.activities()
    assert (known["activity"], known["updates"]) == (601, 1)
    assert (new["activity"], "updates" in new) == (602, False)


async def test_recorded_partial_notifications(
    download: Download, simulator: PlexSimulator
) -> None:
    """A notification without a type changes only what it has."""
    row = simulator.activities.begin("butler", "Butler", "Backup Database", 5)
    for fields in ({"progress": 9}, {}):
        _send(simulator, {"event": "updated", "uuid": row.uuid, "Activity": fields})
    change = (await download.activities("butler"))[-1]
    assert (change["subtitle"], change["progress"]) == ("Backup Database", 5)
    assert (change["updates"], change["last_update"]["progress"]) == (2, 9)


async def test_recorded_unknown_progress(
    download: Download, simulator: PlexSimulator
) -> None:
    """Activities without progress are recorded, also those that end unseen."""
    for event in ("updated", "updated", "ended", "ended"):
        item = {"event": event, "uuid": "secret-id", "Activity": {"type": "butler"}}
        _send(simulator, item)
    changes = await download.activities("butler")
    assert [change["change"] for change in changes[-3:]] == [
        "updated",
        "ended",
        "ended",
    ]
    assert changes[-3]["updates"] == 1
    assert changes[-2]["progress"] is None
    assert "secret-id" not in json.dumps(await download())


async def test_recorded_polls(
    download: Download,
    simulator: PlexSimulator,
    clock: Clock,
) -> None:
    """Without notifications, what polls find is recorded, but not what stays the same."""
    simulator.inject(faults.status(404), path=NOTIFICATIONS)
    await simulator.notifications.close()
    await clock.next_poll()
    other = simulator.activities.begin("library.update.section", "Scanning", "Films")
    row = simulator.activities.begin("butler", "Butler", "Backup Database", 5)
    for progress in (5, 5, 60):
        simulator.activities.update(row, progress=progress)
        await clock.tick(31)
    simulator.activities.end(other)
    simulator.activities.end(row)
    await clock.tick(31)
    found, missing = (await download.activities("butler"))[-2:]
    assert (found["change"], found["progress"], found["updates"]) == ("polled", 5, 1)
    assert found["concluded"][0] == _conclusion(BACKUP, "named")
    assert (missing["change"], missing["progress"]) == ("missing", 60)
    assert missing["concluded"] == [_conclusion(BACKUP, "named", "finished")]


@pytest.mark.parametrize(
    "private",
    [
        pytest.param("192.168.1.77", id="IP address"),
        pytest.param("fe80::1", id="IPv6 address"),
        pytest.param("films.example.com", id="host name"),
        pytest.param("alice@example.com", id="email address"),
        pytest.param("/srv/alice", id="path"),
        pytest.param("c:\\alice", id="path of Windows"),
        pytest.param("0123456789abcdef", id="id"),
        pytest.param("53f4b5b6023d41182fe88a99b0e714ba10c36db7", id="server"),
        pytest.param("owner-token-of-the-simulator", id="token"),
        pytest.param("TOWER", id="name of the server"),
    ],
)
async def test_private_words_of_tasks(
    download: Download,
    simulator: PlexSimulator,
    clock: Clock,
    private: str,
) -> None:
    """What identifies somebody is hidden in tasks, and isn't a word of tasks either."""
    simulator.butler.tasks["A"] = SimulatedTask(name="A", title=f"Copy {private} now")
    named = SimulatedTask(name=f"Copy{private}", title=" ")
    simulator.butler.tasks[named.name] = named
    await clock.next_poll()
    simulator.activities.begin("butler", f"Copy {private}", private)
    diagnostics = await download()
    *_, titled, named_task = [state["task"] for state in diagnostics["tasks"]]
    assert (titled["name"], titled["title"]) == ("A", "Copy • now")
    assert "description" not in titled
    assert named_task["name"] in ("Copy•", "•")
    change = diagnostics["activities"][-1]
    assert change["title"].startswith("Copy ")
    assert not re.search(r"\w", change["subtitle"])
    assert private.lower() not in json.dumps(diagnostics).lower()


async def test_task_of_the_past(
    download: Download, simulator: PlexSimulator, clock: Clock
) -> None:
    """A task that the server no longer lists is still recognized in what it showed."""
    activity = simulator.activities.begin("butler", "Butler", "Clean Old Bundles")
    simulator.activities.end(activity)
    await clock.settle()
    del simulator.butler.tasks["CleanOldBundles"]
    await clock.next_poll()
    changes = await download.activities("butler")
    assert changes[-1]["subtitle"] == "Clean Old Bundles"


@pytest.mark.parametrize(
    ("name", "title", "shown"),
    [
        pytest.param(
            "Media", "Deep Media Analysis", "Deep Media Analysis", id="common"
        ),
        pytest.param("Al", "All of Al", "All of •", id="short"),
        pytest.param("", "All of it", "All of it", id="none"),
    ],
)
async def test_name_of_the_server(
    download: Download,
    simulator: PlexSimulator,
    clock: Clock,
    name: str,
    title: str,
    shown: str,
) -> None:
    """The server's name is hidden, but no word that tasks have anyway."""
    simulator.friendly_name = name
    simulator.butler.tasks["A"] = SimulatedTask(name="A", title=title)
    await simulator.notifications.close()
    await clock.next_poll()
    diagnostics = await download()
    assert diagnostics["server"]["friendly_name"] in (REDACTED, None)
    assert diagnostics["tasks"][-1]["task"]["title"] == shown


@pytest.mark.parametrize(
    ("version", "shown"),
    [
        pytest.param("1.43.3.10828-abcdef012", "1.43.3.10828-abcdef012", id="usual"),
        pytest.param("1.43 of Alice", "•", id="words"),
        pytest.param("1.43-Tower", "1.43-•", id="name of the server"),
        pytest.param("", None, id="missing"),
    ],
)
async def test_version(
    download: Download, simulator: PlexSimulator, clock: Clock, version: str, shown: str
) -> None:
    """The version is shown if it looks like one."""
    simulator.version = version
    await simulator.notifications.close()
    await clock.next_poll()
    assert (await download())["server"]["version"] == shown


async def test_settings(
    hass: HomeAssistant, download: Download, simulator: PlexSimulator, clock: Clock
) -> None:
    """Settings are shown with numbers, switches and known options, and no other text.

    Those that are only shown there have no entities.
    """
    simulator.butler.tasks["UpdateServer"] = SimulatedTask(name="UpdateServer")
    for setting in (
        SimulatedSetting(id="MarkerSource", default="any", value="cloud"),
        SimulatedSetting(id="ButlerTaskUpdateServer", default="askme", value="always"),
        SimulatedSetting(id="GenerateAdMarkerBehavior", default="asap", value="Alice"),
        SimulatedSetting(id="of Alice Behavior", default="asap", value="asap"),
        SimulatedSetting(id="FriendlyName", default="", value="Alice"),
    ):
        simulator.settings.all[setting.id] = setting
    await clock.next_poll()
    settings = (await download())["settings"]
    assert settings["ButlerStartHour"] == 1
    assert settings["ButlerTaskBackupDatabase"] is True
    assert settings["GenerateBIFBehavior"] == "never"
    assert settings["MarkerSource"] == "cloud"
    assert settings["ButlerTaskUpdateServer"] == "always"
    assert settings["GenerateAdMarkerBehavior"] == "•"
    assert "Alice" not in json.dumps(settings)
    assert hass.states.get("sensor.tower_update_server")
    assert not hass.states.get("switch.tower_update_server_scheduled")


async def test_answers(
    hass: HomeAssistant, download: Download, simulator: PlexSimulator, clock: Clock
) -> None:
    """The answers to commands are recorded, with their status and time."""
    await press(hass, START)
    await press(hass, START)
    await press(hass, STOP)
    await press(hass, STOP)
    await press(hass, START_ALL)
    await press(hass, STOP_ALL)
    await hass.services.async_call(
        SWITCH_DOMAIN, SERVICE_TURN_OFF, {ATTR_ENTITY_ID: SCHEDULED}, blocking=True
    )
    answers = (await download())["commands"]
    assert [
        (answer["command"], answer["target"], answer["status"], answer["result"])
        for answer in answers
    ] == [
        ("POST /butler/{task}", BACKUP, 200, "started"),
        ("POST /butler/{task}", BACKUP, 202, "already_running"),
        ("DELETE /butler/{task}", BACKUP, 200, "stopped"),
        ("DELETE /butler/{task}", BACKUP, 404, "not_running"),
        ("POST /butler", None, 200, None),
        ("DELETE /butler", None, 200, None),
        ("PUT /:/prefs", "ButlerTaskBackupDatabase", 200, "applied"),
    ]
    assert all(answer["time"] and answer["milliseconds"] == 0 for answer in answers)


@pytest.mark.parametrize(
    ("fault", "status", "result"),
    [
        pytest.param(faults.status(401), 401, "PlexAuthenticationError", id="401"),
        pytest.param(faults.status(403), 403, "PlexPermissionError", id="403"),
        pytest.param(faults.status(404), 404, "PlexTaskNotFoundError", id="404"),
        pytest.param(faults.status(500), 500, None, id="500"),
        pytest.param(faults.starting_up(), 503, "PlexStartingError", id="503"),
        pytest.param(faults.cut_off(), None, "PlexNoAnswerError", id="no answer"),
    ],
)
async def test_refusals(
    hass: HomeAssistant,
    download: Download,
    simulator: PlexSimulator,
    fault: faults.Handler,
    status: int | None,
    result: str | None,
) -> None:
    """A command that fails is recorded too."""
    simulator.inject(fault, path=f"/butler/{BACKUP}", method="POST")
    with pytest.raises(HomeAssistantError):
        await press(hass, START)
    (answer,) = (await download())["commands"]
    assert answer["status"] == status
    assert answer["result"] == result or result is None


@pytest.mark.parametrize(
    ("url", "private"),
    [
        pytest.param(
            "http://owner:pass@tower/plex", ["owner", "pass", "tower"], id="user"
        ),
        pytest.param(
            "https://192-168-1-77.0123abcd.plex.direct:32400",
            ["192-168-1-77", "192.168.1.77", "0123ABCD"],
            id="plex.direct",
        ),
    ],
)
def test_parts_of_addresses(url: str, private: list[str]) -> None:
    """Whatever identifies a server within its address is hidden by itself, too."""
    entry = MockConfigEntry(title="A title", data={CONF_URL: url, CONF_TOKEN: "abcd"})
    redactor = entry_redactor(entry)
    for part in private:
        assert redactor.hide_secrets(f"A {part}.") == "A •."
