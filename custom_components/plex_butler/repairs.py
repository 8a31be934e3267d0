"""Fix flows of the repair issues."""

from collections.abc import Mapping
from typing import Any, Final

from homeassistant.components.repairs import FlowType, RepairsFlow, RepairsFlowResult
from homeassistant.config_entries import (
    SOURCE_REAUTH,
    SOURCE_RECONFIGURE,
    ConfigEntryState,
)
from homeassistant.const import CONF_URL
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import issue_registry as ir

from .butler.schedule import enabled_setting_id
from .const import DOMAIN, LOGGER
from .coordinator import PlexButlerConfigEntry
from .flow.probe import async_answers
from .issues import (
    BACKUP_TASK,
    ENTRY_ID,
    NEW_URL,
    NOT_OWNER,
    OLD_URL,
    SERVER_MOVED,
    SSL_ERROR,
    moved_url,
)
from .markdown import plain_text

CONFIG_FLOW_SOURCES: Final = {NOT_OWNER: SOURCE_REAUTH, SSL_ERROR: SOURCE_RECONFIGURE}
"""Source of the config flow that fixes an issue."""


async def async_create_fix_flow(
    hass: HomeAssistant, issue_id: str, data: dict[str, str | int | float | None] | None
) -> RepairsFlow:
    """Create the fix flow of an issue."""
    entry_id = str((data or {}).get(ENTRY_ID))
    entry: PlexButlerConfigEntry = hass.config_entries.async_get_known_entry(entry_id)
    key = issue_id.removesuffix(f"_{entry_id}")
    if source := CONFIG_FLOW_SOURCES.get(key):
        return ConfigFlowFixFlow(entry, source)
    if key == SERVER_MOVED:
        return ServerMovedFixFlow(entry)
    return BackupsOffFixFlow(entry)


class BackupsOffFixFlow(RepairsFlow):
    """Fix flow that switches backups on, or ignores the issue."""

    def __init__(self, entry: PlexButlerConfigEntry) -> None:
        """Initialize the fix flow of a server."""
        self._entry = entry

    async def async_step_init(
        self, user_input: dict[str, Any] | None = None
    ) -> RepairsFlowResult:
        """Show both options."""
        return self.async_show_menu(
            step_id="init",
            menu_options=["switch_on", "ignore"],
            description_placeholders={"server": plain_text(self._entry.title)},
        )

    async def async_step_switch_on(
        self, user_input: dict[str, Any] | None = None
    ) -> RepairsFlowResult:
        """Switch backups on."""
        if self._entry.state is not ConfigEntryState.LOADED:
            return self._async_abort("not_loaded")
        coordinator = self._entry.runtime_data
        setting = enabled_setting_id(BACKUP_TASK)
        if setting not in (coordinator.data.schedule or {}):
            return self._async_abort("no_switch")
        try:
            await coordinator.commands.async_change_setting(setting, True)
        except HomeAssistantError as err:
            LOGGER.debug("Backups can't be switched on: %s", err)
            return self._async_abort("failed")
        return self.async_create_entry(data={})

    async def async_step_ignore(
        self, user_input: dict[str, Any] | None = None
    ) -> RepairsFlowResult:
        """Ignore the issue."""
        if ir.async_get(self.hass).async_get_issue(DOMAIN, self.issue_id) is None:
            # It was resolved elsewhere while this flow was open.
            return self.async_create_entry(data={})
        ir.async_ignore_issue(self.hass, DOMAIN, self.issue_id, True)
        return self._async_abort("ignored")

    def _async_abort(self, reason: str) -> RepairsFlowResult:
        return self.async_abort(
            reason=reason,
            description_placeholders={"server": plain_text(self._entry.title)},
        )


class ServerMovedFixFlow(RepairsFlow):
    """Fix flow that updates the URL of a server, after a person saw both."""

    def __init__(self, entry: PlexButlerConfigEntry) -> None:
        """Initialize the fix flow of a server."""
        self._entry = entry
        self._shown_url: str | None = None

    async def async_step_init(
        self, user_input: dict[str, Any] | None = None
    ) -> RepairsFlowResult:
        """Start the flow."""
        return await self.async_step_confirm()

    async def async_step_confirm(
        self, user_input: dict[str, Any] | None = None
    ) -> RepairsFlowResult:
        """Show both URLs, then update the entry if the server is at the new one."""
        data = self._entry.data
        url = moved_url(self.hass, self._entry)
        if url is None:
            # It was resolved elsewhere while this flow was open.
            return self.async_create_entry(data={})
        errors = {}
        # A newer announcement has to be shown first.
        if user_input is not None and url == self._shown_url:
            new_data = {**data, CONF_URL: url}
            if await async_answers(self.hass, str(self._entry.unique_id), new_data):
                return self._async_update_entry(data, new_data)
            errors = {"base": "not_there"}
        self._shown_url = url
        return self.async_show_form(
            step_id="confirm",
            errors=errors,
            description_placeholders={
                "server": plain_text(self._entry.title),
                OLD_URL: data[CONF_URL],
                NEW_URL: url,
            },
        )

    def _async_update_entry(
        self, data: Mapping[str, Any], new_data: Mapping[str, Any]
    ) -> RepairsFlowResult:
        # A person may have changed the entry meanwhile.
        if self._entry.data == data:
            entries = self.hass.config_entries
            entries.async_update_entry(self._entry, data=new_data)
            entries.async_schedule_reload(self._entry.entry_id)
        return self.async_create_entry(data={})


class ConfigFlowFixFlow(RepairsFlow):
    """Fix flow that leads to the config flow that fixes the issue."""

    def __init__(self, entry: PlexButlerConfigEntry, source: str) -> None:
        """Initialize the fix flow of a server, with the source of its config flow."""
        self._entry = entry
        self._source = source
        self._placeholders = {"server": plain_text(entry.title)}

    async def async_step_init(
        self, user_input: dict[str, Any] | None = None
    ) -> RepairsFlowResult:
        """Start the flow."""
        return await self.async_step_explain()

    async def async_step_explain(
        self, user_input: dict[str, Any] | None = None
    ) -> RepairsFlowResult:
        """Explain what to do, then open the config flow, or the one that is open."""
        if user_input is None:
            return self.async_show_form(
                step_id="explain", description_placeholders=self._placeholders
            )
        flow = next(
            self._entry.async_get_active_flows(self.hass, {self._source}), None
        ) or await self.hass.config_entries.flow.async_init(
            DOMAIN,
            context={"source": self._source, "entry_id": self._entry.entry_id},
            data=dict(self._entry.data) if self._source == SOURCE_REAUTH else None,
        )
        return self.async_abort(
            reason="continued",
            description_placeholders=self._placeholders,
            next_flow=(FlowType.CONFIG_FLOW, flow["flow_id"]),
        )
