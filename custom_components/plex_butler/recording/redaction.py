"""Hides private texts, so that diagnostics can be posted in public."""

from collections.abc import Container, Iterable, Iterator
import re
from typing import Final
from urllib.parse import urlsplit

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_TOKEN, CONF_URL

from ..api import ButlerTask

HIDDEN: Final = "•"

SHORT_SECRET: Final = 4
"""Length below which a secret is hidden only as a word of its own: a server's name may
be two letters that occur in many words."""

COMMON_WORDS: Final = frozenset(
    {"backup", "butler", "database", "library", "media", "music", "plex", "server"}
)
"""Names of servers that identify nobody. Hiding them would hide the names of tasks."""

_ADDRESS: Final = re.compile(r"[/\\@]|[.:]\w|[0-9A-Fa-f]{12}")
"""Part of an address, a path or an id, within a text without spaces."""

_WORD: Final = re.compile(r"[^\W_]+")
_LETTERS: Final = re.compile(r"[^\W\d_]+")
_CAMEL_CASE: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_NO_PUNCTUATION: Final = re.compile(rf"[^\w{HIDDEN}:;,.!?()\[\]/&+%'\"-]+")


class Redactor:
    """Hides secrets in texts that a server or its owner chose."""

    def __init__(self, secrets: Iterable[str | None]) -> None:
        """Initialize; `secrets` are hidden wherever they occur, in any case."""
        known = {
            secret
            for secret in secrets
            if secret and secret.casefold() not in COMMON_WORDS
        }
        longest_first = sorted(known, key=len, reverse=True)
        alternatives = "|".join(map(_secret_pattern, longest_first)) or "(?!)"
        self._secrets = re.compile(alternatives, re.IGNORECASE)

    def hide_secrets(self, text: str) -> str:
        """Return a text without the secrets."""
        return self._secrets.sub(HIDDEN, text)

    def text(self, text: str) -> str:
        """Return a text without the secrets, and without what looks like an address."""
        return " ".join(
            HIDDEN if _ADDRESS.search(part) else part
            for part in self.hide_secrets(text).split()
        )

    def task(self, task: ButlerTask) -> tuple[str, str]:
        """Return the name and the title of a task.

        A title that was made from a name with something private isn't recognized as such.
        """
        name, title = self.text(task.name), self.text(task.title)
        if name != task.name and _letters(task.title) in _letters(task.name):
            title = name
        return name, title

    def dotted(self, text: str, known: Container[str]) -> str:
        """Return a text of dotted lower-case words; any other text is hidden.

        Secrets are hidden too, unless they are known words.
        """
        words = text.split(".")
        if len(text) > 64 or not all(re.fullmatch(r"[a-z_]+", word) for word in words):
            return HIDDEN
        return ".".join(
            word if word in known else self.hide_secrets(word) for word in words
        )


def entry_redactor(entry: ConfigEntry, *names: str | None) -> Redactor:
    """Return a redactor for what a config entry and its server are known by."""
    token, url = entry.data.get(CONF_TOKEN), entry.data[CONF_URL]
    return Redactor(
        (*_address_secrets(url), token, entry.unique_id, entry.title, *names)
    )


def _address_secrets(url: str) -> Iterator[str]:
    """Yield what identifies a server in its URL."""
    yield url
    parts = urlsplit(url)
    yield parts.netloc
    host = parts.hostname or ""
    yield host
    yield parts.username or ""
    yield parts.password or ""
    if host.endswith(".plex.direct"):
        # The IP address with dashes, and the id of the server's certificate.
        address, _, rest = host.partition(".")
        yield address
        yield address.replace("-", ".")
        yield rest.partition(".")[0]


def vocabulary(texts: Iterable[str]) -> frozenset[str]:
    """Return the words of texts in lower case, and the parts of those in CamelCase.

    Words with digits are left out: they may be parts of an address.
    """
    words: set[str] = set()
    for text in texts:
        for word in _LETTERS.findall(text):
            words.add(word.casefold())
            words.update(part.casefold() for part in _CAMEL_CASE.findall(word))
    return frozenset(words)


def words_in(text: str, known: Container[str]) -> str:
    """Return a text in which every word is hidden that isn't known.

    `known` are words in lower case. A word in CamelCase is known if its parts are.
    """

    def redacted(match: re.Match[str]) -> str:
        word = match.group()
        parts = [word]
        if word.casefold() not in known:
            parts = _CAMEL_CASE.findall(word)
        is_known = "".join(parts) == word and all(
            part.casefold() in known for part in parts
        )
        return word if is_known else HIDDEN

    return _NO_PUNCTUATION.sub(" ", _WORD.sub(redacted, text)).strip()


def squeezed(text: str) -> str:
    """Return a text with one mark in place of several hidden words in a row."""
    return re.sub(rf"{HIDDEN}(?:[^\w{HIDDEN}]*{HIDDEN})+", HIDDEN, text)


def _letters(text: str) -> str:
    return "".join(_WORD.findall(text)).casefold()


def _secret_pattern(secret: str) -> str:
    pattern = re.escape(secret)
    return pattern if len(secret) >= SHORT_SECRET else rf"(?<!\w){pattern}(?!\w)"
