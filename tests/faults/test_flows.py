"""Steps of the config flow, against every fault."""

from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any, Final

import pytest

from custom_components.plex_butler.const import DOMAIN
from homeassistant.config_entries import SOURCE_ZEROCONF, ConfigFlowResult
from homeassistant.const import CONF_TOKEN, CONF_URL, CONF_VERIFY_SSL
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers.service_info.zeroconf import ZeroconfServiceInfo

from ..common import choose_option, open_user_menu
from .site import IP_ADDRESS
from .table import FAULTS, OTHER_SERVER, Error, Fault
from .world import ENGLISH, World

TYPE: Final = "_plexmediasvr._tcp.local."

DISCOVERABLE: Final = [fault for fault in FAULTS if fault.host == IP_ADDRESS]
"""Faults of a server that is discovered; it's announced with an IP address."""


async def _submit(
    world: World, step: ConfigFlowResult, data: dict[str, Any]
) -> ConfigFlowResult:
    flows = world.hass.config_entries.flow
    result = await world.clock.run(flows.async_configure(step["flow_id"], data))
    return world.leaks.add_step(result)


async def _discover(world: World) -> ConfigFlowResult:
    address = ip_address(IP_ADDRESS)
    start = world.hass.config_entries.flow.async_init(
        DOMAIN,
        context={"source": SOURCE_ZEROCONF},
        data=ZeroconfServiceInfo(
            ip_address=address,
            ip_addresses=[address],
            port=world.site.simulator.port,
            hostname="tower.local.",
            type=TYPE,
            name=f"Tower.{TYPE}",
            properties={},
        ),
    )
    return world.leaks.add_step(await world.clock.run(start))


def _assert_errors(step: ConfigFlowResult, fault: Fault) -> None:
    """Check the errors of a form: those about a token are beside its field."""
    is_about_token = fault.error in (Error.AUTHENTICATION, Error.PERMISSION)
    field = CONF_TOKEN if is_about_token else "base"
    assert step["type"] is FlowResultType.FORM
    assert step["errors"] == {field: fault.error}
    assert fault.error in ENGLISH["config"]["error"]


def _assert_abort(step: ConfigFlowResult, reason: str) -> None:
    assert step["type"] is FlowResultType.ABORT
    assert step["reason"] == reason
    assert reason in ENGLISH["config"]["abort"]


async def _open_reauth(world: World) -> ConfigFlowResult:
    world.entry.async_start_reauth(world.hass)
    await world.clock.settle()
    (flow,) = world.hass.config_entries.flow.async_progress()
    menu = world.hass.config_entries.flow.async_get(flow["flow_id"])
    form = await choose_option(world.hass, menu, "reauth_token")
    return world.leaks.add_step(form)


async def _open_reconfigure(world: World) -> ConfigFlowResult:
    form = await world.entry.start_reconfigure_flow(world.hass)
    return world.leaks.add_step(form)


@pytest.mark.parametrize("fault", FAULTS, ids=str)
@pytest.mark.parametrize(
    ("operation", "fields"),
    [
        ("reauth", [CONF_TOKEN]),
        ("reconfigure", [CONF_URL, CONF_TOKEN, CONF_VERIFY_SSL]),
    ],
    ids=["reauthentication", "reconfiguration"],
)
async def test_update(
    world: World,
    operation: str,
    fields: list[str],
    fault: Fault,
    entry_data: Mapping[str, Any],
) -> None:
    """The form says what is wrong, changes nothing, and can be submitted again."""
    await world.setup()
    before = dict(world.entry.data)
    form = await (_open_reauth if operation == "reauth" else _open_reconfigure)(world)
    entered = {key: entry_data[key] for key in fields}
    await fault.begin(world.site)
    form = await _submit(world, form, entered)
    assert world.entry.data == before
    await fault.end(world.site) if fault is OTHER_SERVER else None
    if fault is OTHER_SERVER:
        _assert_abort(form, "wrong_server")
        return
    _assert_errors(form, fault)
    await fault.end(world.site)
    _assert_abort(await _submit(world, form, entered), f"{operation}_successful")


@pytest.mark.parametrize(
    "fault", [fault for fault in FAULTS if fault is not OTHER_SERVER], ids=str
)
async def test_manual(
    world: World, fault: Fault, entry_data: Mapping[str, Any]
) -> None:
    """The form says what is wrong, and the server is added once it's well."""
    await world.hass.config_entries.async_remove(world.entry.entry_id)
    form = await choose_option(world.hass, await open_user_menu(world.hass), "manual")
    await fault.begin(world.site)
    form = await _submit(world, form, dict(entry_data))
    _assert_errors(form, fault)
    await fault.end(world.site)
    result = await _submit(world, form, dict(entry_data))
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["data"] == entry_data


@pytest.mark.parametrize("fault", DISCOVERABLE, ids=str)
async def test_discovery(world: World, fault: Fault) -> None:
    """Nothing is shown of a server that can't be asked who it is.

    A certificate isn't expected to be valid for an IP address.
    """
    await world.hass.config_entries.async_remove(world.entry.entry_id)
    await fault.begin(world.site)
    step = await _discover(world)
    if fault is OTHER_SERVER or fault.id.endswith(("certificate", "name", "authority")):
        assert step["type"] is FlowResultType.FORM
        world.hass.config_entries.flow.async_abort(step["flow_id"])
    else:
        _assert_abort(step, "no_server_there")
    await fault.end(world.site)
    assert (await _discover(world))["type"] is FlowResultType.FORM
    assert world.read_log() == []


@pytest.mark.parametrize(
    "fault",
    [fault for fault in DISCOVERABLE if fault.error is not Error.CERTIFICATE],
    ids=str,
)
async def test_discovered(world: World, fault: Fault) -> None:
    """The form of a discovered server says what is wrong, and can be submitted again."""
    await world.hass.config_entries.async_remove(world.entry.entry_id)
    form = await _discover(world)
    await fault.begin(world.site)
    entered = {CONF_TOKEN: world.site.simulator.owner_token}
    form = await _submit(world, form, entered)
    _assert_errors(form, fault)
    await fault.end(world.site)
    result = await _submit(world, form, entered)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["title"] == "Tower"
