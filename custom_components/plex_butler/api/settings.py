"""Model of a server's settings, from `GET /:/prefs`."""

from typing import Any, Final, NamedTuple, Self

from .exceptions import PlexResponseError
from .values import MAX_DESCRIPTION, boolean, identifier, integer, text

MAX_CHOICES: Final = 50
"""Maximum number of choices of a setting, of which the first are used; hours have 24."""

type SettingValue = bool | int | str


class ServerSetting(NamedTuple):
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

        Raises PlexResponseError if the setting has no usable id.
        """
        if (setting := identifier(item.get("id"))) is None:
            raise PlexResponseError("a setting has no usable id")
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
            return text(value, MAX_DESCRIPTION)
    return None


def _choices(enum_values: Any) -> tuple[str, ...]:
    """Return the values in a list such as "never:never|asap:as soon as possible"."""
    if not isinstance(enum_values, str):
        return ()
    pairs = enum_values.split("|", MAX_CHOICES)[:MAX_CHOICES]
    values = (identifier(pair.partition(":")[0]) for pair in pairs)
    return tuple(value for value in values if value)
