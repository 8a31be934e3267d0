"""Fixtures of the tests of the blueprints."""

from collections.abc import AsyncGenerator
import logging
from typing import Final

import pytest
import voluptuous as vol

from homeassistant.const import ATTR_ENTITY_ID
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.helpers import config_validation as cv

from .common import Notification, Person

LOGGERS: Final = (
    "homeassistant.components.automation",
    "homeassistant.components.blueprint",
    "homeassistant.components.script",
    "homeassistant.helpers",
)


@pytest.fixture
def hass_config_dir(hass_tmp_config_dir: str) -> str:
    """Return a directory of the test's own, for the blueprints and the configuration."""
    return hass_tmp_config_dir


@pytest.fixture
async def person(
    hass: HomeAssistant, caplog: pytest.LogCaptureFixture
) -> AsyncGenerator[Person]:
    """Return a person who makes automations and scripts from the blueprints.

    The errors of these and of their templates are only logged. A test that expects some
    checks and clears `caplog`.
    """
    person = Person(hass)
    yield person
    await person.remove_all()
    for record in caplog.get_records("call"):
        is_own = record.name.startswith(LOGGERS)
        assert not is_own or record.levelno < logging.WARNING, record.getMessage()


@pytest.fixture
def notifications(hass: HomeAssistant) -> list[Notification]:
    """Return the notifications that were sent so far, in order."""
    sent: list[Notification] = []

    async def send(call: ServiceCall) -> None:
        to = call.data.get(ATTR_ENTITY_ID, ())
        title, message = call.data.get("title"), call.data["message"]
        sent.append(Notification(title=title, message=message, to=tuple(to)))

    text = {vol.Optional("title"): cv.string, vol.Required("message"): cv.string}
    hass.services.async_register(
        "notify",
        "send_message",
        send,
        vol.Schema({vol.Required(ATTR_ENTITY_ID): cv.entity_ids, **text}),
    )
    hass.services.async_register(
        "persistent_notification",
        "create",
        send,
        vol.Schema({vol.Optional("notification_id"): cv.string, **text}),
    )
    return sent
