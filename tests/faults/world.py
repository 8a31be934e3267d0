"""What tests of faults do: break the server, let time pass, and see what people see."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import timedelta
import json
import logging
from pathlib import Path
import re
from typing import Any, Final, override

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)

from custom_components.plex_butler.const import DOMAIN
from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import issue_registry as ir

from ..common import STATUS, Clock
from ..leaks import Leaks
from ..simulator import PlexSimulator, RecordedRequest
from .answers import REDIRECTED
from .site import Site
from .table import Fault

ROOT: Final = Path(__file__).parents[2]

ENGLISH: Final[dict[str, Any]] = json.loads(
    (ROOT / "custom_components/plex_butler/translations/en.json").read_text("utf-8")
)

PACKAGE: Final = "custom_components.plex_butler"

QUIET: Final = 30
"""Iterations of the event loop without a request after which nothing is in progress."""

STUCK: Final = 200
"""Iterations after which an unanswered request is waiting for time to pass."""

STEP: Final = 2
"""Seconds by which time moves while something waits for it."""


class FaultClock(Clock):
    """The frozen time, also while requests stay unanswered."""

    def __init__(
        self,
        hass: HomeAssistant,
        freezer: FrozenDateTimeFactory,
        simulator: PlexSimulator,
    ) -> None:
        """Initialize the clock."""
        super().__init__(hass, freezer, simulator)
        self._site = simulator

    @override
    async def settle(self) -> None:
        """Wait until nothing goes on any more without time passing."""
        quiet, requests = 0, -1
        while quiet < (STUCK if self._site.busy else QUIET):
            await asyncio.sleep(0)
            quiet = quiet + 1 if requests == len(self._site.requests) else 0
            requests = len(self._site.requests)

    @override
    async def tick(self, seconds: float) -> None:
        """Let some seconds pass; everything before has settled."""
        self._freezer.tick(timedelta(seconds=seconds))
        async_fire_time_changed(self._hass)
        await self.settle()

    async def run[ResultT](self, work: Coroutine[Any, Any, ResultT]) -> ResultT:
        """Do something, while time passes if it waits for that."""
        task = asyncio.ensure_future(work)
        await self.settle()
        while not task.done():
            await self.tick(STEP)
        return task.result()

    async def pass_time(self, seconds: int) -> None:
        """Let time pass in steps that are no longer than any interval."""
        for _ in range(0, seconds, 30):
            await self.tick(30)


@dataclass
class World:
    """Home Assistant with one server."""

    hass: HomeAssistant
    site: Site
    clock: FaultClock
    entry: MockConfigEntry
    leaks: Leaks
    caplog: pytest.LogCaptureFixture
    _first_record: int = 0

    async def setup(self) -> None:
        """Set up the server, while nothing is wrong."""
        await self.clock.run(self.hass.config_entries.async_setup(self.entry.entry_id))
        # Past the cooldown after the first polls, and the lifetime of names.
        for _ in range(6):
            await self.clock.tick(2)
        assert self.hass.states.is_state(STATUS, "idle")
        self.read_log()

    async def close(self) -> None:
        """Unload the config entry."""
        if self.entry.state is ConfigEntryState.LOADED:
            unload = self.hass.config_entries.async_unload(self.entry.entry_id)
            assert await self.clock.run(unload)

    async def fails(
        self,
        work: Coroutine[Any, Any, object],
        kind: type[HomeAssistantError],
        key: str,
    ) -> None:
        """Do something that fails with a translated text."""
        with pytest.raises(kind) as raised:
            await self.clock.run(work)
        self.leaks.add_error(raised.value)
        assert raised.value.translation_domain == DOMAIN
        assert raised.value.translation_key == key
        assert key in ENGLISH["exceptions"]

    async def recovers(self) -> None:
        """Let time pass until the server is available again, at most five minutes."""
        for _ in range(11):
            await self.clock.tick(30)
            if (
                self.entry.state is ConfigEntryState.LOADED
                and self.hass.states.is_state(STATUS, "idle")
            ):
                return
        pytest.fail("the server isn't available again")

    def read_log(self, level: int = logging.WARNING) -> list[str]:
        """Return the messages since the last call, from a level up; none has a traceback."""
        records = [
            record
            for record in self.caplog.records[self._first_record :]
            if record.levelno >= level
            and (record.levelno >= logging.WARNING or record.name.startswith(PACKAGE))
            # A custom integration isn't a part of Home Assistant, time is frozen, and the
            # web server, which calendars need, has no fast compression in tests; on a busy
            # machine, time is moved on while it is set up.
            and record.name
            not in (
                "homeassistant.loader",
                "homeassistant.setup",
                "asyncio",
                "aiohttp_fast_zlib",
            )
        ]
        self._first_record = len(self.caplog.records)
        assert [record for record in records if record.exc_info] == []
        return [record.getMessage() for record in records]

    def reauth_flows(self) -> int:
        """Return the number of requests for a new token."""
        return len(list(self.entry.async_get_active_flows(self.hass, {SOURCE_REAUTH})))

    def issues(self) -> set[str]:
        """Return the translation keys of the issues."""
        issues = {
            issue.translation_key
            for issue in ir.async_get(self.hass).issues.values()
            if issue.domain == DOMAIN and issue.translation_key
        }
        assert issues <= ENGLISH["issues"].keys()
        return issues

    def misdirected_requests(self) -> list[RecordedRequest]:
        """Return requests that followed a redirect, or showed a token to another server."""
        return [
            *(
                request
                for request in self.site.simulator.requests
                if request.path == REDIRECTED
            ),
            *(
                request
                for request in self.site.foreign_requests
                if "X-Plex-Token" in request.headers
            ),
        ]


def text_of(fault: Fault) -> re.Pattern[str]:
    """Return the pattern of what a person reads about a fault of the server Tower."""
    # Home Assistant leaves out the last period.
    text = ENGLISH["exceptions"][fault.error]["message"].removesuffix(".")
    parts = re.split(r"\{\w+\}", text.replace("{server}", "Tower"))
    return re.compile(".*".join(map(re.escape, parts)))
