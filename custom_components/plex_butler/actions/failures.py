"""The errors of a call that is about several tasks or servers."""

from collections.abc import Generator
from contextlib import contextmanager

from homeassistant.exceptions import HomeAssistantError

from ..const import LOGGER
from ..errors import translated


class Failures:
    """Collects the errors of several tasks or servers, so that the others go on.

    If there is only one task or server, its error is raised at once instead.
    """

    def __init__(self, key: str, *, total: int) -> None:
        """Initialize with the translation key of the error that names all that failed."""
        self._key = key
        self._total = total
        self._failed: list[str] = []
        self._errors: list[HomeAssistantError] = []

    @contextmanager
    def collect(self, name: str) -> Generator[None]:
        """Collect the error of a block that is about a task or server, by its name."""
        try:
            yield
        except HomeAssistantError as err:
            if self._total == 1:
                raise
            # The error that names all that failed doesn't say why.
            LOGGER.debug("%s failed: %s", name, err)
            self._failed.append(name)
            self._errors.append(err)

    def raise_any(self) -> None:
        """Raise one error that names all that failed, caused by their own errors."""
        if self._errors:
            raise translated(
                HomeAssistantError, self._key, failed=", ".join(self._failed)
            ) from ExceptionGroup(self._key, self._errors)
