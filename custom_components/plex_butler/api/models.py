"""Models of a Plex Media Server's answers, as frozen dataclasses.

Every value is limited, and can be shown, stored and sent: `values` tells how.
"""

from enum import StrEnum
import re
from typing import Any, Final, NamedTuple, Self

from .exceptions import PlexResponseError
from .values import (
    MAX_DESCRIPTION,
    MAX_TEXT,
    boolean,
    identifier,
    integer,
    items,
    progress,
    task_name,
    text,
)

_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


class StartResult(StrEnum):
    """Result of an accepted start request."""

    STARTED = "started"
    ALREADY_RUNNING = "already_running"


class StopResult(StrEnum):
    """Result of an accepted stop request."""

    STOPPED = "stopped"
    NOT_RUNNING = "not_running"


class ServerIdentity(NamedTuple):
    """Identity of a server.

    `friendly_name` is the name that its owner chose, None if the endpoint doesn't
    return it. `claimed` is False for a server without an owner, which needs no token;
    None if the endpoint doesn't tell.
    """

    machine_identifier: str
    version: str | None
    friendly_name: str | None
    claimed: bool | None = None

    @classmethod
    def from_api(cls, container: dict[str, Any]) -> Self:
        """Return the identity in the MediaContainer of `GET /identity` or `GET /`.

        Raises PlexResponseError if it has no usable machineIdentifier.
        """
        machine_identifier = identifier(container.get("machineIdentifier"))
        if machine_identifier is None:
            raise PlexResponseError("the answer has no usable machineIdentifier")
        return cls(
            machine_identifier=machine_identifier,
            version=text(container.get("version")),
            friendly_name=text(container.get("friendlyName")),
            claimed=boolean(container.get("claimed")),
        )


class ButlerTask(NamedTuple):
    """A maintenance task of the server.

    `name` is the ID of the task in requests; `interval_days` is the number of days
    between two runs, None if the server doesn't tell. `schedule_randomized` means that
    the task starts at a random time within the maintenance window.
    """

    name: str
    title: str
    description: str | None
    enabled: bool
    interval_days: int | None
    schedule_randomized: bool

    @classmethod
    def from_api(cls, item: dict[str, Any]) -> Self:
        """Return the task in a ButlerTask of `GET /butler`.

        Some tasks have no title and no description (measured); their title is made from
        the name. Raises PlexResponseError if the task has no name that can be sent.
        """
        if (name := task_name(item.get("name"))) is None:
            raise PlexResponseError("a butler task has no usable name")
        return cls(
            name=name,
            title=text(item.get("title")) or title_from_name(name),
            description=text(item.get("description"), MAX_DESCRIPTION),
            enabled=boolean(item.get("enabled")) is not False,
            interval_days=integer(item.get("interval")),
            schedule_randomized=boolean(item.get("scheduleRandomized")) is True,
        )


class Activity(NamedTuple):
    """A current activity of the server, of the butler or not.

    `progress` is in percent, -1 if it is indeterminate, None if it is missing or
    invalid. It may have a fraction: the server's scanner reports some (captured).
    """

    uuid: str
    type: str
    title: str | None
    subtitle: str | None
    progress: float | None

    @classmethod
    def from_api(cls, item: dict[str, Any]) -> Self:
        """Return the activity in an Activity of `GET /activities` or a notification.

        Raises PlexResponseError if the activity has no usable uuid.
        """
        if (uuid := identifier(item.get("uuid"))) is None:
            raise PlexResponseError("an activity has no usable uuid")
        kind = text(item.get("type")) or ""
        title, subtitle = text(item.get("title")), text(item.get("subtitle"))
        return cls(uuid, kind, title, subtitle, progress(item.get("progress")))

    @property
    def percent(self) -> float | None:
        """Return the progress in percent, None if it isn't known."""
        return None if self.progress == -1 else self.progress


class ActivityChange(StrEnum):
    """Change of an activity in a notification."""

    STARTED = "started"
    UPDATED = "updated"
    ENDED = "ended"


_CHANGES: Final = {change.value: change for change in ActivityChange}


class ActivityNotification(NamedTuple):
    """A notification of a change of an activity."""

    change: ActivityChange
    activity: Activity

    @classmethod
    def from_api(cls, item: dict[str, Any]) -> Self:
        """Return the notification in an ActivityNotification of a websocket frame.

        Raises PlexResponseError if its event is unknown, or its activity has no uuid.
        """
        if (change := _CHANGES.get(text(item.get("event")) or "")) is None:
            raise PlexResponseError("a notification has an unknown event")
        fields = next(iter(items(item.get("Activity"))), {})
        if "uuid" not in fields:
            fields = {**fields, "uuid": item.get("uuid")}
        return cls(change, Activity.from_api(fields))


def title_from_name(name: str) -> str:
    """Return a title: "Generate ad markers" for ButlerTaskGenerateAdMarkers."""
    words = _WORDS.findall(name.removeprefix("ButlerTask"))
    if not words:
        return name
    first, *others = words
    lower = [
        word if len(word) > 1 and word.isupper() else word.lower() for word in others
    ]
    return " ".join([first[0].upper() + first[1:], *lower])[:MAX_TEXT].rstrip()
