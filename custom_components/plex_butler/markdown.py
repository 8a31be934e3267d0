"""Names from outside, in texts that Home Assistant renders as Markdown.

Anyone in the network chooses the name under which a server is announced, and anyone with
access to a server that of the server. Such a name must never become a link, an image or
markup in a dialog.
"""

import re
from typing import Final

_JOINER: Final = "\N{WORD JOINER}"
"""Invisible, and neither a space nor punctuation for Markdown."""

_LOOK_ALIKES: Final = str.maketrans(
    {
        "[": "(",
        "]": ")",
        "<": "\N{SINGLE LEFT-POINTING ANGLE QUOTATION MARK}",
        ">": "\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}",
        "*": "\N{ASTERISK OPERATOR}",
        "~": "\N{TILDE OPERATOR}",
        "`": "'",
        "\\": "\N{SET MINUS}",
        "|": "\N{DIVIDES}",
        # They reverse what follows, also outside the name.
        **dict.fromkeys("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"),
    }
)

_SUBSTITUTIONS: Final = (
    # Within a word, as in "my_server", it isn't markup.
    (re.compile(r"(?<![^\W_])_|_(?![^\W_])"), "\N{MODIFIER LETTER LOW MACRON}"),
    # An entity, such as "&lt;".
    (re.compile(r"&(?=#?\w+;)"), "\N{FULLWIDTH AMPERSAND}"),
    # Addresses become links by themselves.
    (re.compile(r"(://?|@|www(?=\.))", re.IGNORECASE), rf"\1{_JOINER}"),
    # At the beginning of a line: a heading, a list, or a line.
    (re.compile(r"^(?=([-+=]+|#+|\d+[.)])( |$))"), _JOINER),
)


def plain_text(name: str) -> str:
    """Return a name that looks the same in Markdown and in plain text.

    The characters of markup are replaced by similar ones. Escaping them with backslashes
    isn't possible: most placeholders are used in descriptions, which are Markdown, and in
    titles, which aren't and would show the backslashes.
    """
    text = " ".join(name.translate(_LOOK_ALIKES).split())
    for pattern, replacement in _SUBSTITUTIONS:
        text = pattern.sub(replacement, text)
    return text
