"""Where a secret could come to light."""

from collections.abc import Iterator, Mapping
import logging
from typing import Any

import pytest

from homeassistant.config_entries import ConfigFlowResult
from homeassistant.const import MATCH_ALL
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import (
    device_registry as dr,
    entity_registry as er,
    issue_registry as ir,
)
from homeassistant.helpers.json import json_dumps

from .simulator.site import SimulatedSite

_FORMATTER = logging.Formatter()


class Leaks:
    """Collects everything that people, programs and files get to see.

    Log records of all levels and loggers, events, states, registries, steps of flows,
    errors, and the URLs of requests.
    """

    def __init__(
        self,
        hass: HomeAssistant,
        caplog: pytest.LogCaptureFixture,
        *sites: SimulatedSite,
    ) -> None:
        """Initialize, and begin to collect; `sites` receive the requests."""
        self._hass = hass
        self._caplog = caplog
        self._sites = sites
        self._collected: list[tuple[str, str]] = []
        hass.bus.async_listen(MATCH_ALL, self._async_collect_event)
        for name in ("aiohttp", "custom_components.plex_butler", "homeassistant"):
            caplog.set_level(logging.DEBUG, name)

    def add(self, where: str, what: object) -> None:
        """Collect something that a person or a program sees."""
        self._collected.append((where, repr(what)))

    def add_error(self, error: BaseException | None) -> None:
        """Collect an error, with everything that caused it."""
        while error is not None:
            self._collected.append(("error", f"{error!r} {error} {vars(error)}"))
            suppressed = error.__suppress_context__
            error = error.__cause__ or (None if suppressed else error.__context__)

    def add_step(self, step: ConfigFlowResult) -> ConfigFlowResult:
        """Collect a step of a flow as a browser gets it, and return it.

        Home Assistant keeps the data of a created entry to itself.
        """
        shown = {
            key: value
            for key, value in step.items()
            if key not in ("data", "data_schema", "result", "progress_task")
            or (key == "data" and step["type"] is not FlowResultType.CREATE_ENTRY)
        }
        self.add("step", shown)
        if schema := step.get("data_schema"):
            for field, kind in schema.schema.items():
                description = getattr(field, "description", None)
                self.add("field", (field, description, getattr(kind, "config", kind)))
                default = getattr(field, "default", None)
                self.add("default", default() if callable(default) else default)
        return step

    def find(self, *secrets: str) -> list[str]:
        """Return where the secrets are, with what is around them."""
        return [
            f"{where}: …{text[max(0, text.find(secret) - 200) : text.find(secret) + 80]}…"
            for where, text in self._everything()
            for secret in secrets
            if secret in text
        ]

    def _everything(self) -> Iterator[tuple[str, str]]:
        yield from self._collected
        for record in (
            *self._caplog.get_records("setup"),
            *self._caplog.get_records("call"),
        ):
            # Arguments and errors may hold more than the message shows.
            yield f"log of {record.name}", _FORMATTER.format(record)
            yield f"arguments of {record.name}", repr(record.args)
        for state in self._hass.states.async_all():
            yield "state", repr(state.as_dict())
        for issue in ir.async_get(self._hass).issues.values():
            yield "issue", repr(issue)
        for flow in self._hass.config_entries.flow.async_progress():
            yield "flow", repr(flow)
        for device in dr.async_get(self._hass).devices:
            yield "device", repr(device.dict_repr)
        for entity in er.async_get(self._hass).entities.values():
            yield "entity", repr(entity.as_partial_dict)
        for entry in self._hass.config_entries.async_entries():
            yield "entry", repr(entry)
            yield "entry", json_dumps(entry.as_json_fragment)
            yield "runtime data", repr(vars(entry).get("runtime_data"))
        for site in self._sites:
            for request in site.requests:
                yield "URL", f"{request.path} {dict(request.query)}"

    @callback
    def _async_collect_event(self, event: Event[Mapping[str, Any]]) -> None:
        self._collected.append(("event", f"{event.event_type} {event.data}"))
