"""Repair issues and reauthentication requests."""

from typing import Final

from homeassistant.config_entries import (
    SIGNAL_CONFIG_ENTRY_CHANGED,
    SOURCE_REAUTH,
    ConfigEntry,
    ConfigEntryChange,
)
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.issue_registry import IssueSeverity

from .butler.models import ButlerData
from .butler.schedule import enabled_setting_id
from .const import DOMAIN

BACKUP_TASK: Final = "BackupDatabase"

BACKUPS_OFF: Final = "backups_off"
NOT_OWNER: Final = "not_owner"
SSL_ERROR: Final = "ssl_error"

CONNECTION_ISSUES: Final = {
    NOT_OWNER: {"invalid_auth"},
    SSL_ERROR: {NOT_OWNER, "invalid_auth", "not_plex", "starting_up", "wrong_server"},
}
"""Errors of a poll that are issues, each with the other errors that prove it resolved.

All by their translation keys. An unreachable server, for example, proves nothing.
"""

ENTRY_ID: Final = "entry_id"


class ReauthRequest:
    """The request for a new token, open until the server accepts the current one."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        """Initialize without a request."""
        self._hass = hass
        self._entry = entry
        self._is_open = False

    @callback
    def async_open(self) -> None:
        """Start a reauthentication flow unless one is in progress."""
        self._is_open = True
        self._entry.async_start_reauth(self._hass)

    @callback
    def async_withdraw(self) -> None:
        """Withdraw the request, since the server accepts the current token."""
        if self._is_open:
            self._is_open = False
            async_abort_reauth(self._hass, self._entry)


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
            return
        for key in (BACKUPS_OFF, *CONNECTION_ISSUES):
            issue = ir.async_get(hass).async_get_issue(DOMAIN, _issue_id(entry, key))
            # An ignored issue has to stay ignored when the server is enabled again.
            if is_removed or (issue and not issue.dismissed_version):
                _async_delete(hass, entry, key)

    async_dispatcher_connect(hass, SIGNAL_CONFIG_ENTRY_CHANGED, handle_change)


@callback
def async_update_connection_issues(
    hass: HomeAssistant, entry: ConfigEntry, error_key: str | None
) -> None:
    """Create and delete the connection issues after a poll.

    `error_key` is the translation key of its error, None if it succeeded.
    """
    for key, other_errors in CONNECTION_ISSUES.items():
        if key == error_key:
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
def _async_create(hass: HomeAssistant, entry: ConfigEntry, key: str) -> None:
    ir.async_create_issue(
        hass,
        DOMAIN,
        _issue_id(entry, key),
        data={ENTRY_ID: entry.entry_id},
        is_fixable=True,
        is_persistent=False,
        severity=IssueSeverity.WARNING if key == BACKUPS_OFF else IssueSeverity.ERROR,
        translation_key=key,
        translation_placeholders={"server": entry.title},
    )


@callback
def _async_delete(hass: HomeAssistant, entry: ConfigEntry, key: str) -> None:
    ir.async_delete_issue(hass, DOMAIN, _issue_id(entry, key))


def _issue_id(entry: ConfigEntry, key: str) -> str:
    return f"{key}_{entry.entry_id}"
