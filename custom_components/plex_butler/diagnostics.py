"""Diagnostics support for Plex Butler."""

import re
from typing import Any, Final

from homeassistant.components.diagnostics import async_redact_data
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import CONF_TOKEN, CONF_URL
from homeassistant.core import HomeAssistant

from .api import ServerSetting, SettingValue
from .butler.models import TaskState
from .butler.schedule import Schedule
from .coordinator import PlexButlerConfigEntry
from .recording.redaction import HIDDEN, Redactor, entry_redactor

TO_REDACT: Final = {
    CONF_TOKEN,
    CONF_URL,
    # The item that a task is working on names libraries and media.
    "detail",
    "friendly_name",
    "machine_identifier",
}

SHOWN_VALUES: Final = {
    *("never", "scheduled", "asap"),
    # Where markers come from.
    *("any", "cloud", "local"),
    # What to do about a new version of the server.
    *("askme", "always"),
}
"""Values of settings of type text. Any other may be a path or a name."""

_SETTING_ID: Final = re.compile(r"[A-Za-z]{1,64}")
_VERSION: Final = re.compile(r"[\w.+-]{1,64}")


async def async_get_config_entry_diagnostics(
    hass: HomeAssistant, entry: PlexButlerConfigEntry
) -> dict[str, Any]:
    """Return diagnostics of a config entry, without requests to the server.

    They are made to be posted in public: of texts that the server or its owner chose,
    only those of tasks are included, without what identifies the server.
    """
    if entry.state is not ConfigEntryState.LOADED:
        return {
            "entry": async_redact_data(entry.data, TO_REDACT),
            "state": entry.state.value,
            "reason": entry.error_reason_translation_key,
        }
    coordinator = entry.runtime_data
    data = coordinator.data
    error = coordinator.last_exception
    redactor = entry_redactor(entry, data.server.friendly_name)
    return async_redact_data(
        {
            "entry": dict(entry.data),
            "last_update_success": coordinator.last_update_success,
            # Only the key: the text has the server's name, often a person's.
            "last_error": getattr(error, "translation_key", None),
            "last_error_cause": error and type(error.__cause__).__name__,
            "server": {
                **data.server._asdict(),
                "version": _version(data.server.version, redactor),
            },
            "push_connected": coordinator.push_connected,
            "running": data.running,
            "settings": _settings(data.schedule, redactor),
            "tasks": [_task(state, redactor) for state in data.tasks.values()],
            "commands": coordinator.commands.answers.as_list(redactor),
            **coordinator.activity_log.as_dict(redactor),
        },
        TO_REDACT,
    )


def _version(version: str | None, redactor: Redactor) -> str | None:
    if version is None or _VERSION.fullmatch(version):
        return version and redactor.hide_secrets(version)
    return HIDDEN


def _settings(schedule: Schedule | None, redactor: Redactor) -> dict[str, Any] | None:
    if schedule is None:
        return None
    return {
        redactor.text(name): _value(setting)
        for name, setting in schedule.items()
        if _SETTING_ID.fullmatch(name)
    }


def _value(setting: ServerSetting) -> SettingValue | None:
    is_text = isinstance(setting.value, str)
    return HIDDEN if is_text and setting.value not in SHOWN_VALUES else setting.value


def _task(state: TaskState, redactor: Redactor) -> dict[str, Any]:
    """Return the state of a task, without its description."""
    task = state.task._asdict()
    del task["description"]
    task["name"], task["title"] = redactor.task(state.task)
    return {**state._asdict(), "task": task, "last_run": state.last_run._asdict()}
