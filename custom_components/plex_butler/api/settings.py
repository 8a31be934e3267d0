"""Model of a server's settings, from `GET /:/prefs`."""

from dataclasses import dataclass
from typing import Any, Self

from .exceptions import PlexResponseError
from .models import boolean, integer, text

type SettingValue = bool | int | str


@dataclass(frozen=True, kw_only=True)
class ServerSetting:
    """A setting of the server.

    `value` is None if it doesn't match the type, or the type isn't bool, int or text.
    `choices` are the allowed values as text, if the server lists them. Their labels are
    left out: they are in the server's language, and garbled in captures.
    """

    id: str
    type: str
    value: SettingValue | None
    choices: tuple[str, ...]

    @classmethod
    def from_api(cls, item: dict[str, Any]) -> Self:
        """Return the setting in a Setting of `GET /:/prefs`.

        Raises PlexResponseError if the setting has no id.
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


def _choices(enum_values: Any) -> tuple[str, ...]:
    """Return the values in a list such as "never:never|asap:as soon as possible"."""
    pairs = enum_values.split("|") if isinstance(enum_values, str) else []
    return tuple(value for pair in pairs if (value := pair.partition(":")[0]))
