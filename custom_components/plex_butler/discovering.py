"""A server that announced itself: one of ours that moved, or a new one."""

from collections.abc import Mapping
from typing import Any, override

from homeassistant.config_entries import SOURCE_IGNORE, ConfigFlowResult
from homeassistant.const import CONF_URL
from homeassistant.helpers.service_info.zeroconf import ZeroconfServiceInfo

from .api import DEFAULT_PORT
from .dialogs import TOKEN_SCHEMA, Dialogs
from .known_servers import KnownServer, servers_of_plex_integration
from .validation import async_validate
from .whereabouts import async_discover, async_new_address


class DiscoveringDialogs(Dialogs):
    """The dialogs of a server that was discovered."""

    _host: str
    _port: int
    _address: dict[str, Any]
    _name: str
    _known: KnownServer | None = None

    @override
    async def async_step_zeroconf(
        self, discovery_info: ZeroconfServiceInfo
    ) -> ConfigFlowResult:
        """Find out which server it is that announces itself."""
        self._host = discovery_info.host
        self._port = discovery_info.port or DEFAULT_PORT
        found = await async_discover(self.hass, self._host, self._port)
        if found is None:
            return self.async_abort(reason="no_server_there")
        server, self._address = found
        entry = await self.async_set_unique_id(server.machine_identifier)
        if entry and entry.source != SOURCE_IGNORE:
            before = entry.data
            url = await self._async_new_address(before)
            # A person may have entered another one in the meantime.
            if url and entry.data == before:
                return self.async_update_reload_and_abort(
                    entry, data_updates={CONF_URL: url}, reason="already_configured"
                )
        self._abort_if_unique_id_configured()
        self._name = discovery_info.name.removesuffix(f".{discovery_info.type}")
        self.context["title_placeholders"] = {"name": self._name}
        for known in servers_of_plex_integration(self.hass):
            if known.machine_identifier == server.machine_identifier:
                self._known = known
                return await self.async_step_discovered()
        return await self.async_step_token()

    async def async_step_discovered(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask whose token to use: there is one already."""
        return self.async_show_menu(
            step_id="discovered",
            menu_options=["known_token", "token"],
            description_placeholders={"server": self._name},
        )

    async def async_step_known_token(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Add it as Home Assistant's own Plex integration has it.

        Where it has moved on since then, its new address has to be as safe.
        """
        assert self._known is not None
        data = dict(self._known.data)
        if url := await self._async_new_address(data):
            data[CONF_URL] = url
        errors, server = await async_validate(
            self.hass, data, meant=self.unique_id, known=True
        )
        if server is not None:
            return await self.async_add(server, data)
        return self._async_ask_token(errors)

    async def async_step_token(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Add it with the token that was typed, which is all that is missing."""
        errors: dict[str, str] = {}
        if user_input is not None:
            data = {**self._address, **user_input}
            errors, server = await async_validate(self.hass, data, meant=self.unique_id)
            if server is not None:
                return await self.async_add(server, data)
        return self._async_ask_token(errors)

    async def _async_new_address(self, known: Mapping[str, Any]) -> str | None:
        assert self.unique_id is not None
        return await async_new_address(
            self.hass, self.unique_id, known, self._host, self._port
        )

    def _async_ask_token(self, errors: dict[str, str]) -> ConfigFlowResult:
        return self.async_ask(
            "token",
            TOKEN_SCHEMA,
            None,
            errors,
            server=self._name,
            url=self._address[CONF_URL],
        )
