"""The Repairs page's dialogs: each mends its issue, or leads to the dialog that does."""

from typing import Any, Final

from homeassistant.components.repairs import FlowType, RepairsFlow, RepairsFlowResult
from homeassistant.config_entries import (
    SOURCE_REAUTH,
    SOURCE_RECONFIGURE,
    ConfigEntryState,
)
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import issue_registry as ir

from .const import DOMAIN
from .coordinator import PlexButlerConfigEntry
from .issues import BACKUP_TASK, ENTRY_ID, NOT_OWNER, SSL_ERROR
from .schedule import switch_of

DIALOGS: Final = {NOT_OWNER: SOURCE_REAUTH, SSL_ERROR: SOURCE_RECONFIGURE}
"""The dialog of the config flow that mends an issue."""


async def async_create_fix_flow(
    hass: HomeAssistant, issue_id: str, data: dict[str, str | int | float | None] | None
) -> RepairsFlow:
    """Return the dialog for an issue."""
    entry_id = str((data or {}).get(ENTRY_ID))
    entry: PlexButlerConfigEntry = hass.config_entries.async_get_known_entry(entry_id)
    source = DIALOGS.get(issue_id.removesuffix(f"_{entry_id}"))
    return ConfigDialogFlow(entry, source) if source else BackupsOffFlow(entry)


class BackupsOffFlow(RepairsFlow):
    """Switches backups on, or lets the matter rest."""

    def __init__(self, entry: PlexButlerConfigEntry) -> None:
        """Take the server's entry."""
        self._entry = entry

    async def async_step_init(
        self, user_input: dict[str, Any] | None = None
    ) -> RepairsFlowResult:
        """Offer both."""
        return self.async_show_menu(
            step_id="init",
            menu_options=["switch_on", "ignore"],
            description_placeholders={"server": self._entry.title},
        )

    async def async_step_switch_on(
        self, user_input: dict[str, Any] | None = None
    ) -> RepairsFlowResult:
        """Switch backups on."""
        if self._entry.state is not ConfigEntryState.LOADED:
            return self._async_abort("not_loaded")
        coordinator = self._entry.runtime_data
        switch = switch_of(BACKUP_TASK)
        if switch not in (coordinator.data.schedule or {}):
            return self._async_abort("no_switch")
        try:
            await coordinator.async_change_setting(switch, True)
        except HomeAssistantError:
            return self._async_abort("failed")
        return self.async_create_entry(data={})

    async def async_step_ignore(
        self, user_input: dict[str, Any] | None = None
    ) -> RepairsFlowResult:
        """Let the matter rest."""
        if ir.async_get(self.hass).async_get_issue(DOMAIN, self.issue_id) is None:
            # It was mended elsewhere, while the dialog was open.
            return self.async_create_entry(data={})
        ir.async_ignore_issue(self.hass, DOMAIN, self.issue_id, True)
        return self._async_abort("ignored")

    def _async_abort(self, reason: str) -> RepairsFlowResult:
        return self.async_abort(
            reason=reason, description_placeholders={"server": self._entry.title}
        )


class ConfigDialogFlow(RepairsFlow):
    """Leads to the dialog that mends the issue; the next poll finds it mended."""

    def __init__(self, entry: PlexButlerConfigEntry, source: str) -> None:
        """Take the server's entry, and the source of the dialog."""
        self._entry = entry
        self._source = source
        self._placeholders = {"server": entry.title}

    async def async_step_init(
        self, user_input: dict[str, Any] | None = None
    ) -> RepairsFlowResult:
        """Begin."""
        return await self.async_step_explain()

    async def async_step_explain(
        self, user_input: dict[str, Any] | None = None
    ) -> RepairsFlowResult:
        """Explain what to do, then open the dialog to do it, or the one that is open."""
        if user_input is None:
            return self.async_show_form(
                step_id="explain", description_placeholders=self._placeholders
            )
        dialog = next(
            self._entry.async_get_active_flows(self.hass, {self._source}), None
        ) or await self.hass.config_entries.flow.async_init(
            DOMAIN,
            context={"source": self._source, "entry_id": self._entry.entry_id},
            data=dict(self._entry.data) if self._source == SOURCE_REAUTH else None,
        )
        return self.async_abort(
            reason="continued",
            description_placeholders=self._placeholders,
            next_flow=(FlowType.CONFIG_FLOW, dialog["flow_id"]),
        )
