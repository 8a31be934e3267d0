"""What the Repairs page shows: trouble that a person can mend, for as long as it lasts."""

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

from .const import DOMAIN
from .schedule import switch_of
from .task_state import ButlerData

BACKUP_TASK: Final = "BackupDatabase"

BACKUPS_OFF: Final = "backups_off"
NOT_OWNER: Final = "not_owner"
SSL_ERROR: Final = "ssl_error"

TROUBLES: Final = {
    NOT_OWNER: {"invalid_auth"},
    SSL_ERROR: {NOT_OWNER, "invalid_auth", "not_plex", "starting_up", "wrong_server"},
}
"""The errors of a poll that are an issue too, and the others that prove it over.

By the keys of their texts. A server that can't be reached, for one, proves nothing.
"""

ENTRY_ID: Final = "entry_id"


@callback
def async_setup_issues(hass: HomeAssistant) -> None:
    """Take back the issues of a server that is disabled or removed, in whatever state."""

    @callback
    def follow(change: ConfigEntryChange, entry: ConfigEntry) -> None:
        is_removed = change is ConfigEntryChange.REMOVED
        if entry.domain != DOMAIN or not (is_removed or entry.disabled_by):
            return
        for key in (BACKUPS_OFF, *TROUBLES):
            issue = ir.async_get(hass).async_get_issue(DOMAIN, _issue_id(entry, key))
            # What was ignored is to stay so, should the server be enabled again.
            if is_removed or (issue and not issue.dismissed_version):
                _async_hide(hass, entry, key)

    async_dispatcher_connect(hass, SIGNAL_CONFIG_ENTRY_CHANGED, follow)


@callback
def async_follow_trouble(
    hass: HomeAssistant, entry: ConfigEntry, trouble: str | None
) -> None:
    """Show the trouble that a poll ran into, None where there was none."""
    for key, others in TROUBLES.items():
        if key == trouble:
            _async_show(hass, entry, key)
        elif trouble is None or trouble in others:
            _async_hide(hass, entry, key)


@callback
def async_stop_asking_for_token(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Close the dialog that asks for another token, since the one we have is accepted."""
    for dialog in list(entry.async_get_active_flows(hass, {SOURCE_REAUTH})):
        hass.config_entries.flow.async_abort(dialog["flow_id"])


@callback
def async_follow_backups(
    hass: HomeAssistant, entry: ConfigEntry, data: ButlerData
) -> None:
    """Show that the server makes no backups, as long as it doesn't.

    Where it doesn't tell its settings at the moment, nothing is known of that.
    """
    if data.schedule is None:
        return
    backups = data.tasks.get(BACKUP_TASK)
    switch = data.schedule.get(switch_of(BACKUP_TASK))
    is_on = backups is None or (
        switch.value is not False if switch else backups.task.enabled
    )
    if is_on:
        _async_hide(hass, entry, BACKUPS_OFF)
    else:
        _async_show(hass, entry, BACKUPS_OFF)


@callback
def _async_show(hass: HomeAssistant, entry: ConfigEntry, key: str) -> None:
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
def _async_hide(hass: HomeAssistant, entry: ConfigEntry, key: str) -> None:
    ir.async_delete_issue(hass, DOMAIN, _issue_id(entry, key))


def _issue_id(entry: ConfigEntry, key: str) -> str:
    return f"{key}_{entry.entry_id}"
