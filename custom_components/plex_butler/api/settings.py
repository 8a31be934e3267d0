"""A server's settings, as `GET /:/prefs` tells them."""

from dataclasses import dataclass
from typing import Any, Self

from .exceptions import PlexResponseError
from .models import boolean, integer, text

type SettingValue = bool | int | str


@dataclass(frozen=True, kw_only=True)
class ServerSetting:
    """A setting of the server.

    `value` is None where it isn't one of its type: bool, int or text. `choices` are the values that it can have, as text, where the server lists them.
    Its labels are left out: they are in the server's language, and in captures garbled.
    """

    id: str
    type: str
    value: SettingValue | None
    choices: tuple[str, ...]

    @classmethod
    def from_api(cls, item: dict[str, Any]) -> Self:
        """Read one Setting of `GET /:/prefs`.

        Raises PlexResponseError for a setting without an id.
        """
        if (setting := text(item.get("id"))) is None:
            raise PlexResponseError("a setting has no id")
        kind = text(item.get("type")) or ""
        return cls(
            id=setting,
            type=kind,
            value=_value(kind, item.get("value")),
            choices=_choices(item.get("enumValues")),
        )


def _value(kind: str, value: Any) -> SettingValue | None:
    match kind:
        case "bool":
            return boolean(value)
        case "int":
            return integer(value)
        case "text":
            return text(value)
    return None


def _choices(listed: Any) -> tuple[str, ...]:
    """Return the values of "never:never|asap:as soon as possible"."""
    pairs = listed.split("|") if isinstance(listed, str) else []
    return tuple(value for pair in pairs if (value := pair.partition(":")[0]))
