"""Conversion of values from outside, which may be of any type, size and content.

Plex types its values loosely: the same field is a boolean, a number or a string,
depending on version and format, or missing. Therefore all of these are accepted. A list
or an object where a single value is expected is none, and is never turned into text: for
a deeply nested one that takes seconds.
"""

import re
from typing import Any, Final

MAX_TEXT: Final = 300
"""Maximum length of names, titles and identifiers in characters."""

MAX_DESCRIPTION: Final = 2000
"""Maximum length of descriptions in characters."""

MAX_NUMBER: Final = 10**9
"""Maximum absolute value of numbers."""

# Line and paragraph separators are no control characters, but break lines too. Characters
# that set the direction of a text would also turn around what is shown after it.
_REPLACEMENTS: Final = {
    **dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A))),
    **dict.fromkeys((*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029), " "),
    **dict.fromkeys(range(0xD800, 0xE000), "\ufffd"),
}
# Unicode's default ignorable characters and the blank of braille are shown as nothing.
_VISIBLE: Final = re.compile(
    r"[^\s\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    r"\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8"
    r"\U000e0000-\U000e0fff]"
)
_NUMBER: Final = re.compile(r"[+-]?[0-9]{1,20}(\.[0-9]{1,20})?")
_NUMBERS: Final = int | float
_LONGEST_NUMBER: Final = 50
_BOOLEANS: Final = {"true": True, "1": True, "false": False, "0": False}


def items(value: Any) -> list[dict[str, Any]]:
    """Return the objects in a list; a single object is treated as a list of one."""
    if isinstance(value, dict):
        return [value]
    candidates = value if isinstance(value, list) else []
    return [item for item in candidates if isinstance(item, dict)]


def text(value: Any, limit: int = MAX_TEXT) -> str | None:
    """Return a string for people to read, None if it shows nothing or is no string.

    It is cut to `limit` characters and can be encoded: halves of surrogate pairs, which
    JSON can contain, are replaced. Control characters are replaced by spaces, those that
    set the direction are removed, and so is surrounding whitespace.
    """
    if not isinstance(value, str):
        return None
    if value.isascii() and value.isprintable() and len(value) <= limit:
        # Most texts are such, and a burst of notifications has thousands.
        return value.strip() or None
    cut = value.strip()[:limit]
    shown = (cut if cut.isprintable() else cut.translate(_REPLACEMENTS)).strip()
    return shown if _VISIBLE.search(shown) else None


def identifier(value: Any, limit: int = MAX_TEXT) -> str | None:
    """Return a string that is compared or sent back, None if it can't be used unchanged.

    An identifier that is too long, or that `text` changes, would become another one.
    """
    return value if isinstance(value, str) and text(value, limit) == value else None


def task_name(value: Any) -> str | None:
    """Return the name of a butler task, None if it can't be sent in a path.

    A name of dots alone would address another resource.
    """
    name = identifier(value)
    return name if name and name.strip(".") else None


def boolean(value: Any) -> bool | None:
    """Return a boolean for True, 1, "1", "true" and their opposites, else None."""
    if isinstance(value, str):
        return _BOOLEANS.get(value.strip().lower())
    if isinstance(value, _NUMBERS) and value in (0, 1):
        return bool(value)
    return None


def number(value: Any) -> int | float | None:
    """Return a number, an integer if it is whole, or a number in a string, else None.

    Numbers beyond MAX_NUMBER, and those that aren't finite, are None.
    """
    if isinstance(value, str):
        digits = value[:_LONGEST_NUMBER].strip()
        value = float(digits) if _NUMBER.fullmatch(digits) else None
    if isinstance(value, bool) or not isinstance(value, _NUMBERS):
        return None
    # Comparisons with NaN are false.
    if not -MAX_NUMBER <= value <= MAX_NUMBER:
        return None
    return whole if (whole := int(value)) == value else value


def integer(value: Any) -> int | None:
    """Return a whole number, or one in a string, within MAX_NUMBER, else None."""
    return found if isinstance(found := number(value), int) else None


def progress(value: Any) -> float | None:
    """Return a progress in percent, -1 for an indeterminate one, else None."""
    found = number(value)
    if found is not None and (found == -1 or 0 <= found <= 100):
        return found
    return None
