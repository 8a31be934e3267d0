"""Repair issues and reauthentication requests."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from homeassistant.config_entries import (
    SIGNAL_CONFIG_ENTRY_CHANGED,
    SOURCE_REAUTH,
    ConfigEntry,
    ConfigEntryChange,
)
from homeassistant.const import CONF_URL
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.issue_registry import IssueSeverity

from .butler.models import ButlerData
from .butler.schedule import enabled_setting_id
from .const import DOMAIN
from .markdown import plain_text

BACKUP_TASK: Final = "BackupDatabase"

BACKUPS_OFF: Final = "backups_off"
NOT_OWNER: Final = "not_owner"
SERVER_MOVED: Final = "server_moved"
SSL_ERROR: Final = "ssl_error"

CONNECTION_ISSUES: Final = {
    NOT_OWNER: {"invalid_auth"},
    SERVER_MOVED: set(),
    SSL_ERROR: {
        NOT_OWNER,
        "invalid_auth",
        "not_plex",
        "server_trouble",
        "starting_up",
        "wrong_server",
    },
}
"""Issues of the connection, each with the errors of a poll that prove it resolved.

All by their translation keys. An unreachable server, for example, proves nothing. A poll
that succeeds proves all of them resolved.
"""

ENTRY_ID: Final = "entry_id"
OLD_URL: Final = "old_url"
NEW_URL: Final = "new_url"
ANNOUNCED: Final = "announced"

EMPTY: Final[Mapping[str, Any]] = MappingProxyType({})


@callback
def async_abort_reauth(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Abort the reauthentication flows of a config entry."""
    for flow in list(entry.async_get_active_flows(hass, {SOURCE_REAUTH})):
        hass.config_entries.flow.async_abort(flow["flow_id"])


@callback
def async_setup_issues(hass: HomeAssistant) -> None:
    """Delete the issues of servers that get disabled or removed, in whatever state."""

    @callback
    def handle_change(change: ConfigEntryChange, entry: ConfigEntry) -> None:
        is_removed = change is ConfigEntryChange.REMOVED
        if entry.domain != DOMAIN or not (is_removed or entry.disabled_by):
            _async_delete_outdated_move(hass, entry)
            return
        for key in (BACKUPS_OFF, *CONNECTION_ISSUES):
            issue = ir.async_get(hass).async_get_issue(DOMAIN, _issue_id(entry, key))
            # An ignored issue has to stay ignored when the server is enabled again.
            if is_removed or (issue and not issue.dismissed_version):
                _async_delete(hass, entry, key)

    async_dispatcher_connect(hass, SIGNAL_CONFIG_ENTRY_CHANGED, handle_change)


@callback
def async_create_moved_issue(
    hass: HomeAssistant, entry: ConfigEntry, new_url: str, announced: float
) -> None:
    """Create the issue that asks whether a server moved, in place of an earlier one.

    `announced` is when the server was announced, in monotonic seconds: the newest
    announcement counts, also if the server answered later to an earlier one.
    """
    known = _moved_data(hass, entry)
    if entry.disabled_by or float(known.get(ANNOUNCED) or 0) > announced:
        return
    if known.get(NEW_URL) != new_url:
        # Otherwise the new URL would be ignored if the earlier one was.
        _async_delete(hass, entry, SERVER_MOVED)
    urls = {OLD_URL: str(entry.data[CONF_URL]), NEW_URL: new_url}
    _async_create(hass, entry, SERVER_MOVED, urls, {ANNOUNCED: announced})


@callback
def moved_url(hass: HomeAssistant, entry: ConfigEntry) -> str | None:
    """Return the URL to which a server may have moved, None if there is no such issue."""
    url = _moved_data(hass, entry).get(NEW_URL)
    return None if url is None else str(url)


@callback
def _async_delete_outdated_move(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Delete the issue that a server may have moved if a person changed its URL."""
    url = entry.data.get(CONF_URL)
    if _moved_data(hass, entry).get(OLD_URL, url) != url:
        _async_delete(hass, entry, SERVER_MOVED)


@callback
def _moved_data(
    hass: HomeAssistant, entry: ConfigEntry
) -> Mapping[str, str | int | float | None]:
    """Return the data of the issue that a server may have moved, if there is one."""
    issue_id = _issue_id(entry, SERVER_MOVED)
    issue = ir.async_get(hass).async_get_issue(DOMAIN, issue_id)
    return (issue and issue.data) or {}


@callback
def async_update_connection_issues(
    hass: HomeAssistant,
    entry: ConfigEntry,
    error_key: str | None,
    *,
    is_lasting: bool = True,
) -> None:
    """Create and delete the connection issues after a poll.

    `error_key` is the translation key of its error, None if it succeeded. An error that
    isn't lasting yet creates no issue.
    """
    for key, other_errors in CONNECTION_ISSUES.items():
        if key == error_key:
            if is_lasting:
                _async_create(hass, entry, key)
        elif error_key is None or error_key in other_errors:
            _async_delete(hass, entry, key)


@callback
def async_update_backup_issue(
    hass: HomeAssistant, entry: ConfigEntry, data: ButlerData
) -> None:
    """Create or delete the issue that the server's database backups are switched off.

    Without the server's settings, nothing is known about it.
    """
    if data.schedule is None:
        return
    task = data.tasks.get(BACKUP_TASK)
    setting = data.schedule.get(enabled_setting_id(BACKUP_TASK))
    is_on = task is None or (
        setting.value is not False if setting else task.task.enabled
    )
    if is_on:
        _async_delete(hass, entry, BACKUPS_OFF)
    else:
        _async_create(hass, entry, BACKUPS_OFF)


@callback
def _async_create(
    hass: HomeAssistant,
    entry: ConfigEntry,
    key: str,
    urls: Mapping[str, str] = EMPTY,
    data: Mapping[str, float] = EMPTY,
) -> None:
    is_error = key in (NOT_OWNER, SSL_ERROR)
    ir.async_create_issue(
        hass,
        DOMAIN,
        _issue_id(entry, key),
        data={ENTRY_ID: entry.entry_id, **urls, **data},
        is_fixable=True,
        is_persistent=False,
        severity=IssueSeverity.ERROR if is_error else IssueSeverity.WARNING,
        translation_key=key,
        translation_placeholders={"server": plain_text(entry.title), **urls},
    )


@callback
def _async_delete(hass: HomeAssistant, entry: ConfigEntry, key: str) -> None:
    ir.async_delete_issue(hass, DOMAIN, _issue_id(entry, key))


def _issue_id(entry: ConfigEntry, key: str) -> str:
    return f"{key}_{entry.entry_id}"
