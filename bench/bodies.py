"""What the server answers: the tasks and settings of the simulator, and more of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
import json
from typing import Any, Final
from xml.etree.ElementTree import Element, SubElement, tostring

from tests.simulator.settings import Settings
from tests.simulator.tasks import SimulatedTask, known_tasks

TASKS: Final = 22
SETTINGS: Final = 170
MACHINE: Final = "53f4b5b6023d41182fe88a99b0e714ba10c36db"

WEBSOCKET_PING: Final = b"\x89\x00"
"""A frame of a websocket, without content."""

type Fields = dict[str, Any]


@dataclass(frozen=True)
class Body:
    """An answer in both formats."""

    json: bytes
    xml: bytes

    @property
    def formats(self) -> Mapping[bool, tuple[bytes, str]]:
        """Return the body and its content type, by whether JSON was accepted."""
        return {True: (self.json, "application/json"), False: (self.xml, "text/xml")}


def render(root: str, fields: Fields) -> Body:
    """Return an answer with an object."""
    element = Element(root)
    _fill(element, fields)
    return Body(
        json.dumps({root: fields}).encode(),
        tostring(element, "utf-8", xml_declaration=True),
    )


def make_tasks(count: int) -> list[SimulatedTask]:
    """Return the known tasks, and others up to a number."""
    more = (
        SimulatedTask(
            name=f"Task{number}",
            title=f"Task {number}",
            description=f"Do what task number {number} does to the media of the server",
        )
        for number in range(count)
    )
    known = known_tasks()
    return [*known[:count], *islice(more, max(0, count - len(known)))]


def tasks_body(tasks: list[SimulatedTask]) -> Body:
    """Return the answer to `GET /butler`."""
    rows = [
        {
            "name": task.name,
            "title": task.title,
            "description": task.description,
            "interval": task.interval,
            "scheduleRandomized": task.schedule_randomized,
            "enabled": task.enabled,
        }
        for task in tasks
    ]
    present = [
        {key: value for key, value in row.items() if value is not None} for row in rows
    ]
    return render("ButlerTasks", {"ButlerTask": present})


def settings_body() -> Body:
    """Return the answer to `GET /:/prefs`, with as many settings as a real server has."""
    rows = [setting.fields() for setting in Settings().all.values()]
    rows += [
        {
            "id": f"OtherSetting{number}",
            "label": f"Label of setting {number}",
            "summary": "What this setting changes, in a sentence or two for its owner.",
            "type": "text",
            "default": "",
            "value": f"value {number}",
            "hidden": False,
            "advanced": True,
            "group": "general",
        }
        for number in range(SETTINGS - len(rows))
    ]
    return render("MediaContainer", {"size": len(rows), "Setting": rows})


def server_body(name: str, machine: str) -> Body:
    """Return the answer to `GET /` and `GET /identity`."""
    return render(
        "MediaContainer",
        {
            "size": 0,
            "claimed": True,
            "friendlyName": name,
            "machineIdentifier": machine,
            "version": "1.43.3.10828-abcdef012",
        },
    )


def activities_body(rows: list[Fields]) -> Body:
    """Return the answer to `GET /activities`."""
    activities = {"Activity": rows} if rows else {}
    return render("MediaContainer", {"size": len(rows)} | activities)


def activity(uuid: str, kind: str, title: str, subtitle: str, progress: int) -> Fields:
    """Return an activity."""
    return {
        "uuid": uuid,
        "type": kind,
        "cancellable": False,
        "userID": 1,
        "title": title,
        "subtitle": subtitle,
        "progress": progress,
    }


def frame(event: str, row: Fields) -> str:
    """Return a notification of a change of an activity."""
    item = {"event": event, "uuid": row["uuid"], "Activity": row}
    container = {"type": "activity", "size": 1, "ActivityNotification": [item]}
    return json.dumps({"NotificationContainer": container})


def scan_frames(count: int) -> list[str]:
    """Return the notifications of the scan of a library, of the form that is captured."""
    return [
        frame(
            "updated",
            activity(
                "00000000-0000-4000-8000-000000000002",
                "library.update.section",
                "Scanning Movies",
                f"Film {number}",
                number * 100 // count,
            )
            | {"Context": {"librarySectionID": "1"}},
        )
        for number in range(count)
    ]


def websocket_text(text: str) -> bytes:
    """Return a text of 126 to 65,535 bytes as a frame of a websocket (RFC 6455)."""
    content = text.encode()
    assert 126 <= len(content) < 1 << 16
    return b"\x81\x7e" + len(content).to_bytes(2) + content


def _fill(element: Element, fields: Fields) -> None:
    for key, value in fields.items():
        match value:
            case list():
                for child in value:
                    _fill(SubElement(element, key), child)
            case bool():
                element.set(key, str(int(value)))
            case _:
                element.set(key, str(value))
