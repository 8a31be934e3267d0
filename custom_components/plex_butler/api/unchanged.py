"""Keeps what was made of the last answer, since most answers are much the same again."""

from collections.abc import Callable
from itertools import islice, zip_longest
from typing import Any

from .exceptions import PlexResponseError


class Unchanged[ResultT]:
    """What was made of the last body of an endpoint.

    An equal body isn't parsed again. Its result is the same object, which is fast to
    compare, and must not be changed.
    """

    def __init__(self, make: Callable[[bytes], ResultT]) -> None:
        """Initialize; `make` returns the result of a body, or raises PlexError."""
        self._make = make
        self._last: tuple[bytes, ResultT] | None = None

    def result(self, body: bytes) -> ResultT:
        """Return the result of a body; raises what `make` raises."""
        if self._last is None or self._last[0] != body:
            self._last = None
            self._last = (body, self._make(body))
        return self._last[1]


class UnchangedRows[ModelT]:
    """The models of the last rows of a list.

    A row that is equal to the one at its place before isn't read again.
    """

    def __init__(self, from_api: Callable[[dict[str, Any]], ModelT]) -> None:
        """Initialize; `from_api` returns the model of a row, or raises PlexResponseError."""
        self._from_api = from_api
        self._rows: list[dict[str, Any]] = []
        self._models: list[ModelT | None] = []

    def models(self, rows: list[dict[str, Any]]) -> list[ModelT]:
        """Return the models of the rows that are valid."""
        known = zip_longest(rows, self._rows, self._models)
        self._models = [
            model if row == before else model_of(self._from_api, row)
            for row, before, model in islice(known, len(rows))
        ]
        self._rows = rows
        return [model for model in self._models if model is not None]


def model_of[ModelT](
    from_api: Callable[[dict[str, Any]], ModelT], row: dict[str, Any]
) -> ModelT | None:
    """Return the model of a row, None if it isn't valid."""
    try:
        return from_api(row)
    except PlexResponseError:
        return None
