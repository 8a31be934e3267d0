"""Records the server's answers to commands."""

from asyncio import CancelledError
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final, NamedTuple

from ..api import (
    PlexAuthenticationError,
    PlexError,
    PlexPermissionError,
    PlexStartingError,
    PlexTaskNotFoundError,
    StartResult,
    StopResult,
)
from ..butler.models import Moment
from ..butler.settings import ChangeResult
from .redaction import Redactor

MAX_ANSWERS: Final = 200
"""Answers that are kept."""

_STATUS: Final[Mapping[object, int]] = {
    None: HTTPStatus.OK,
    ChangeResult.APPLIED: HTTPStatus.OK,
    StartResult.STARTED: HTTPStatus.OK,
    StartResult.ALREADY_RUNNING: HTTPStatus.ACCEPTED,
    StopResult.STOPPED: HTTPStatus.OK,
    StopResult.NOT_RUNNING: HTTPStatus.NOT_FOUND,
    PlexAuthenticationError: HTTPStatus.UNAUTHORIZED,
    PlexPermissionError: HTTPStatus.FORBIDDEN,
    PlexStartingError: HTTPStatus.SERVICE_UNAVAILABLE,
    PlexTaskNotFoundError: HTTPStatus.NOT_FOUND,
}
"""Status of each result, and of each error without a status of its own.

That of a change of a setting is known only if the change was applied.
"""


class Answer(NamedTuple):
    """Answer to a command about a task or setting; `status` is None without an answer."""

    time: datetime
    command: str
    target: str | None
    status: int | None
    result: str | None
    milliseconds: int


class AnswerLog:
    """The server's last answers to commands."""

    def __init__(self, now: Callable[[], Moment]) -> None:
        """Initialize an empty log."""
        self._now = now
        self._answers: deque[Answer] = deque(maxlen=MAX_ANSWERS)

    async def async_record[ResultT](
        self, command: str, target: str | None, answer: Awaitable[ResultT]
    ) -> ResultT:
        """Wait for the answer to a command, record it, and return or raise its result.

        `command` is the method and path of the request, `target` the task or setting.
        """
        sent = self._now()
        try:
            result = await answer
        except (PlexError, CancelledError) as err:
            status = getattr(err, "status", None) or _STATUS.get(type(err))
            self._append(sent, command, target, status, type(err).__name__)
            raise
        text = None if result is None else str(result)
        self._append(sent, command, target, _STATUS.get(result), text)
        return result

    def as_list(self, redactor: Redactor) -> list[dict[str, Any]]:
        """Return the answers for diagnostics."""
        return [
            {
                **answer._asdict(),
                "target": answer.target and redactor.text(answer.target),
            }
            for answer in self._answers
        ]

    def _append(
        self,
        sent: Moment,
        command: str,
        target: str | None,
        status: int | None,
        result: str | None,
    ) -> None:
        self._answers.append(
            Answer(
                time=sent.time,
                command=command,
                target=target,
                status=status,
                result=result,
                milliseconds=round((self._now().seconds - sent.seconds) * 1000),
            )
        )
