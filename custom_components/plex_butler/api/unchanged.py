"""Keeps the last answer of an endpoint, since most polls get the same one again."""

from collections.abc import Callable


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
