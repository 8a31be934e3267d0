"""What a Plex Media Server tells, as frozen dataclasses.

Plex types its values loosely: the same field is a boolean, a number or a string
depending on version and format, and may be missing. So the readers below take them all.
"""

from dataclasses import dataclass
from enum import StrEnum
import re
from typing import Any, Self

from .exceptions import PlexResponseError

_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


class StartResult(StrEnum):
    """What the server said to a start."""

    STARTED = "started"
    ALREADY_RUNNING = "already_running"


class StopResult(StrEnum):
    """What the server said to a stop."""

    STOPPED = "stopped"
    NOT_RUNNING = "not_running"


@dataclass(frozen=True, kw_only=True)
class ServerIdentity:
    """Which server answers.

    `friendly_name` is the name that its owner gave it, None where the endpoint
    doesn't tell it.
    """

    machine_identifier: str
    version: str | None
    friendly_name: str | None

    @classmethod
    def from_api(cls, container: dict[str, Any]) -> Self:
        """Read the MediaContainer of `GET /identity` or `GET /`.

        Raises PlexResponseError where it names no machine.
        """
        if (machine_identifier := text(container.get("machineIdentifier"))) is None:
            raise PlexResponseError("the answer has no machineIdentifier")
        return cls(
            machine_identifier=machine_identifier,
            version=text(container.get("version")),
            friendly_name=text(container.get("friendlyName")),
        )


@dataclass(frozen=True, kw_only=True)
class ButlerTask:
    """A maintenance task of the server.

    `name` is what commands are sent with, `interval_days` how many days apart its
    runs are, None where the server doesn't say. `schedule_randomized` tells that it
    starts at a random time within the maintenance window.
    """

    name: str
    title: str
    description: str | None
    enabled: bool
    interval_days: int | None
    schedule_randomized: bool

    @classmethod
    def from_api(cls, item: dict[str, Any]) -> Self:
        """Read one ButlerTask of `GET /butler`.

        Some tasks have no title and no description (measured); the title then comes
        from the name. Raises PlexResponseError for a task without a name.
        """
        if (name := text(item.get("name"))) is None:
            raise PlexResponseError("a butler task has no name")
        return cls(
            name=name,
            title=text(item.get("title")) or title_from_name(name),
            description=text(item.get("description")),
            enabled=boolean(item.get("enabled")) is not False,
            interval_days=integer(item.get("interval")),
            schedule_randomized=boolean(item.get("scheduleRandomized")) is True,
        )


@dataclass(frozen=True, kw_only=True)
class Activity:
    """Something that the server does now, of the butler's or not.

    `progress` is in percent, -1 while the server can't tell, None where it doesn't.
    """

    uuid: str
    type: str
    title: str | None
    subtitle: str | None
    progress: int | None

    @classmethod
    def from_api(cls, item: dict[str, Any]) -> Self:
        """Read one Activity of `GET /activities` or of a notification.

        Raises PlexResponseError for an activity without a uuid.
        """
        if (uuid := text(item.get("uuid"))) is None:
            raise PlexResponseError("an activity has no uuid")
        progress = integer(item.get("progress"))
        return cls(
            uuid=uuid,
            type=text(item.get("type")) or "",
            title=text(item.get("title")),
            subtitle=text(item.get("subtitle")),
            progress=progress if progress in range(-1, 101) else None,
        )

    @property
    def percent(self) -> int | None:
        """Return the progress in percent, None where it isn't known."""
        return None if self.progress == -1 else self.progress


class ActivityChange(StrEnum):
    """What a notification says of an activity."""

    STARTED = "started"
    UPDATED = "updated"
    ENDED = "ended"


@dataclass(frozen=True, kw_only=True)
class ActivityNotification:
    """A notification of an activity, as the websocket sends it."""

    change: ActivityChange
    activity: Activity

    @classmethod
    def from_api(cls, item: dict[str, Any]) -> Self:
        """Read one ActivityNotification of a frame.

        Raises PlexResponseError where it is of a kind that we don't know.
        """
        try:
            change = ActivityChange(str(item.get("event")))
        except ValueError as err:
            raise PlexResponseError("a notification of an unknown kind") from err
        activity = {"uuid": item.get("uuid")}
        for fields in items(item.get("Activity")):
            activity |= fields
        return cls(change=change, activity=Activity.from_api(activity))


def title_from_name(name: str) -> str:
    """Return a title for people: ButlerTaskGenerateAdMarkers, Generate ad markers."""
    words = _WORDS.findall(name.removeprefix("ButlerTask"))
    if not words:
        return name
    first, *others = words
    lower = [
        word if len(word) > 1 and word.isupper() else word.lower() for word in others
    ]
    return " ".join([first[0].upper() + first[1:], *lower])


def items(value: Any) -> list[dict[str, Any]]:
    """Return the objects of a list; one object alone is a list of one, nothing of none."""
    candidates = value if isinstance(value, list) else [value]
    return [item for item in candidates if isinstance(item, dict)]


def text(value: Any) -> str | None:
    """Return a text with something in it, else None."""
    return value.strip() or None if isinstance(value, str) else None


def boolean(value: Any) -> bool | None:
    """Return a boolean from true, 1, "1" or "true" and their opposites, else None."""
    match str(value).lower():
        case "true" | "1":
            return True
        case "false" | "0":
            return False
    return None


def integer(value: Any) -> int | None:
    """Return a whole number from a number or its digits, else None."""
    try:
        return int(value)
    except TypeError, ValueError, OverflowError:
        return None
