"""Calendar platform for Plex Butler."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final, override

from homeassistant.components.calendar import (
    CalendarEntity,
    CalendarEntityDescription,
    CalendarEvent,
)
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.translation import async_get_translations
from homeassistant.util import dt as dt_util

from .butler.window import LONGEST
from .const import DOMAIN
from .coordinator import PlexButlerConfigEntry
from .devices import async_task_titles
from .entity import PlexButlerServerEntity
from .signals import TaskSignal

PARALLEL_UPDATES = 0

MAINTENANCE: Final = CalendarEntityDescription(
    key="maintenance", translation_key="maintenance"
)

MAX_RUNS: Final = 1000
"""Runs that are shown of a period at most, the last ones."""

TRANSLATION: Final = f"component.{DOMAIN}.entity"
# Only there can the translations of an entity have texts that it makes itself.
WINDOW: Final = (
    f"{TRANSLATION}.calendar.maintenance.state_attributes.message.state.window"
)
OUTCOME: Final = f"{TRANSLATION}.event.run.state_attributes.event_type.state"


async def async_setup_entry(
    hass: HomeAssistant,
    entry: PlexButlerConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the calendar of a server."""
    async_add_entities([PlexButlerCalendar(entry.runtime_data, MAINTENANCE)])


class PlexButlerCalendar(PlexButlerServerEntity, CalendarEntity):
    """Calendar of the runs of tasks, and of the maintenance windows to come."""

    entity_description: CalendarEntityDescription
    _texts: Mapping[str, str] = MappingProxyType({})

    @override
    async def async_added_to_hass(self) -> None:
        """Load the texts of events, and listen for runs, which open views show."""
        self._texts = await async_get_translations(
            self.hass, self.hass.config.language, "entity", {DOMAIN}
        )
        await super().async_added_to_hass()
        self.async_on_remove(
            self.coordinator.reporter.async_add_listener(self._async_handle_signal)
        )

    @property
    @override
    def event(self) -> CalendarEvent | None:
        """Return the window that is open, or the next one."""
        now = dt_util.utcnow()
        return next(self._windows(now, now + LONGEST * 2), None)

    @override
    async def async_get_events(
        self, hass: HomeAssistant, start_date: datetime, end_date: datetime
    ) -> list[CalendarEvent]:
        """Return the runs and the windows to come that overlap a period."""
        return [
            *self._ended_runs(start_date, end_date),
            *self._open_runs(start_date, end_date),
            *self._windows(max(start_date, dt_util.utcnow()), end_date),
        ]

    def _ended_runs(self, start: datetime, end: datetime) -> Iterator[CalendarEvent]:
        """Yield the runs that ended; without a known start, only their ends."""
        entry = self.coordinator.config_entry
        for run in self.coordinator.runs_between(start, end)[-MAX_RUNS:]:
            titles = async_task_titles(self.hass, entry, run.task, run.title)
            yield CalendarEvent(
                start=run.began,
                end=run.ended,
                summary=titles[0],
                description=self._texts[f"{OUTCOME}.{run.outcome}"],
            )

    def _open_runs(self, start: datetime, end: datetime) -> Iterator[CalendarEvent]:
        """Yield the runs in progress, which end now, if their start is known."""
        now = dt_util.utcnow()
        for name, state in self.coordinator.task_states.items():
            began = state.started
            if began and began < end and start < now:
                title = self.coordinator.commands.title(name)
                yield CalendarEvent(start=min(began, now), end=now, summary=title)

    def _windows(self, start: datetime, end: datetime) -> Iterator[CalendarEvent]:
        """Yield the windows."""
        if window := self.coordinator.data.window:
            for opens, closes in window.periods(start, end):
                summary = self._texts[WINDOW]
                yield CalendarEvent(start=opens, end=closes, summary=summary)

    @callback
    def _async_handle_signal(self, _: TaskSignal) -> None:
        self.async_update_event_listeners()
