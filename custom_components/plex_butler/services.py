"""Registers the actions."""

from datetime import datetime, timedelta
from typing import Any, Final

import voluptuous as vol

from homeassistant.const import ATTR_CONFIG_ENTRY_ID
from homeassistant.core import HomeAssistant, SupportsResponse, callback
from homeassistant.helpers import config_validation as cv
from homeassistant.util import dt as dt_util

from .actions.queries import ATTR_END, ATTR_START, async_get_runs, async_get_tasks
from .actions.selection import ATTR_TASK
from .actions.servers import async_start_all_tasks, async_stop_all_tasks
from .actions.tasks import ATTR_TIMEOUT, ATTR_WAIT, async_start_task, async_stop_task
from .const import DOMAIN


def _time(value: Any) -> datetime:
    """Return a time in UTC; one without an offset is in Home Assistant's time zone."""
    try:
        time = dt_util.as_utc(cv.datetime(value))
        # The default start is a day before the end.
        time - timedelta(days=1)
    except OverflowError as err:
        raise vol.Invalid(f"Time out of range: {value}") from err
    return time


SERVER_SCHEMA: Final = vol.Schema({vol.Optional(ATTR_CONFIG_ENTRY_ID): cv.string})
# What a call means may be said in several ways. Whether it is said in one of them is
# checked later, so that the error is translated.
TARGET_SCHEMA: Final = SERVER_SCHEMA.extend(cv.ENTITY_SERVICE_FIELDS)
TASK_SCHEMA: Final = TARGET_SCHEMA.extend({vol.Optional(ATTR_TASK): cv.string})
START_SCHEMA: Final = TASK_SCHEMA.extend(
    {
        vol.Optional(ATTR_WAIT, default=False): cv.boolean,
        vol.Optional(ATTR_TIMEOUT, default=timedelta(hours=1)): cv.positive_time_period,
    }
)
RUNS_SCHEMA: Final = SERVER_SCHEMA.extend(
    {
        vol.Optional(ATTR_TASK): cv.string,
        vol.Optional(ATTR_START): _time,
        vol.Optional(ATTR_END): _time,
    }
)


@callback
def async_setup_services(hass: HomeAssistant) -> None:
    """Register the actions."""
    for name, action, schema, response in (
        ("start_task", async_start_task, START_SCHEMA, SupportsResponse.OPTIONAL),
        ("stop_task", async_stop_task, TASK_SCHEMA, SupportsResponse.OPTIONAL),
        (
            "start_all_tasks",
            async_start_all_tasks,
            TARGET_SCHEMA,
            SupportsResponse.NONE,
        ),
        ("stop_all_tasks", async_stop_all_tasks, TARGET_SCHEMA, SupportsResponse.NONE),
        ("get_tasks", async_get_tasks, SERVER_SCHEMA, SupportsResponse.ONLY),
        ("get_runs", async_get_runs, RUNS_SCHEMA, SupportsResponse.ONLY),
    ):
        hass.services.async_register(
            DOMAIN, name, action, schema, supports_response=response
        )
