"""Permissions of the person who calls an action.

They are those for an entity: its entity id counts, also while it's disabled.
"""

from homeassistant.auth.models import User
from homeassistant.auth.permissions.const import POLICY_CONTROL, POLICY_READ
from homeassistant.const import Platform
from homeassistant.core import ServiceCall
from homeassistant.exceptions import Unauthorized, UnknownUser
from homeassistant.helpers import entity_registry as er

from .const import DOMAIN
from .devices import server_unique_id, task_unique_id


class CallPermissions:
    """What the person who called an action may do with the tasks of a server."""

    def __init__(
        self, call: ServiceCall, user: User | None, machine_identifier: str
    ) -> None:
        """Initialize the permissions; without a user, everything is allowed."""
        self._call = call
        self._user = user
        self._machine_identifier = machine_identifier

    def require_control_of_task(self, task: str) -> None:
        """Raise Unauthorized unless a task may be controlled, by Plex's name of it."""
        self._require_control(Platform.SENSOR, self._status_id(task))

    def require_control_of_all(self) -> None:
        """Raise Unauthorized unless all tasks of the server may be controlled."""
        unique_id = server_unique_id(self._machine_identifier, "running")
        self._require_control(Platform.BINARY_SENSOR, unique_id)

    def may_read_task(self, task: str) -> bool:
        """Return whether a task may be read, by Plex's name of it."""
        entity_id = self._entity_id(Platform.SENSOR, self._status_id(task))
        return self._is_allowed(entity_id, POLICY_READ)

    def _require_control(self, platform: Platform, unique_id: str) -> None:
        entity_id = self._entity_id(platform, unique_id)
        if not self._is_allowed(entity_id, POLICY_CONTROL):
            raise Unauthorized(
                context=self._call.context,
                entity_id=entity_id,
                permission=POLICY_CONTROL,
            )

    def _is_allowed(self, entity_id: str | None, permission: str) -> bool:
        if self._user is None or self._user.is_admin:
            return True
        if entity_id is None:
            return self._user.permissions.access_all_entities(permission)
        return self._user.permissions.check_entity(entity_id, permission)

    def _status_id(self, task: str) -> str:
        return task_unique_id(self._machine_identifier, task, "status")

    def _entity_id(self, platform: Platform, unique_id: str) -> str | None:
        registry = er.async_get(self._call.hass)
        return registry.async_get_entity_id(platform, DOMAIN, unique_id)


async def async_call_permissions(
    call: ServiceCall, machine_identifier: str
) -> CallPermissions:
    """Return the permissions of a call; raises UnknownUser."""
    user = None
    if user_id := call.context.user_id:
        user = await call.hass.auth.async_get_user(user_id)
        if user is None:
            raise UnknownUser(context=call.context)
    return CallPermissions(call, user, machine_identifier)
