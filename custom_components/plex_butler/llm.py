"""Tools for assistants: which tasks there are, start one, stop one.

For a tool, a task that isn't exposed to the assistant doesn't exist. A model reads the
texts, and each word is paid for: so they are in English, and short.
"""

from abc import abstractmethod
from typing import Any, Final, override

import voluptuous as vol

from homeassistant.components.llm import LLMTools
from homeassistant.const import ATTR_CONFIG_ENTRY_ID
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError, Unauthorized
from homeassistant.helpers import config_validation as cv, intent
from homeassistant.helpers.llm import (
    LLM_API_ASSIST,
    LLMContext,
    Tool,
    ToolAnnotations,
    ToolInput,
    ToolResult,
)
from homeassistant.util.json import JsonObjectType, JsonValueType

from .const import DOMAIN
from .descriptions import describe_server, describe_task, unavailable_reason
from .exposure import (
    ExposedTask,
    SelectionError,
    async_exposed_tasks,
    async_readable_tasks,
    by_server,
    find_task,
    tasks_of_server,
    unknown_task,
)

ATTR_SERVER: Final = "server"
ATTR_TASK: Final = "task"

NONE_EXPOSED: Final = (
    "No Plex maintenance task is exposed to this assistant. To expose tasks, the user can"
    " open Settings > Voice assistants > Expose in Home Assistant, and add the sensors"
    " named after the tasks, such as Backup database."
)
NOT_ALLOWED: Final = "The user doesn't have permission to do this."


class PlexButlerTool(Tool):
    """Base class of the tools."""

    integration = DOMAIN

    @override
    async def async_call(
        self, hass: HomeAssistant, tool_input: ToolInput, llm_context: LLMContext
    ) -> ToolResult:
        """Call the tool; the model is told what went wrong."""
        # Models also fill in what they don't need.
        arguments = {
            key: value
            for key, value in tool_input.tool_args.items()
            if not intent.is_blank_slot_value(value)
        }
        try:
            data = self.parameters(arguments)
            tasks = await _async_usable_tasks(hass, llm_context, data.get(ATTR_SERVER))
            answer = await self._async_answer(hass, llm_context, tasks, data)
        except Unauthorized:
            return _error(NOT_ALLOWED)
        except (HomeAssistantError, SelectionError, vol.Invalid) as err:
            return _error(str(err))
        return ToolResult(data=answer)

    @abstractmethod
    async def _async_answer(
        self,
        hass: HomeAssistant,
        llm_context: LLMContext,
        tasks: list[ExposedTask],
        data: dict[str, Any],
    ) -> JsonObjectType:
        """Return the answer, given the tasks that may be used."""


class GetTasksTool(PlexButlerTool):
    """Tool that lists the tasks."""

    name = f"{DOMAIN}__get_tasks"
    title = "Get Plex maintenance tasks"
    description = (
        "Lists the maintenance tasks of the user's Plex Media Servers, such as Backup"
        " database, with their status, and whether each server is busy with maintenance."
        " Use it to answer questions like 'Is Plex busy?' or 'When was the last backup of"
        " Plex?'. Disabled tasks can be started too. last_started and last_finished are"
        " missing if Home Assistant hasn't seen any."
    )
    parameters = vol.Schema(
        {
            vol.Optional(
                ATTR_SERVER, description="Name of a server, to list only its tasks"
            ): cv.string
        }
    )
    annotations = ToolAnnotations(
        read_only=True, destructive=False, idempotent=True, open_world=False
    )

    @override
    async def _async_answer(
        self,
        hass: HomeAssistant,
        llm_context: LLMContext,
        tasks: list[ExposedTask],
        data: dict[str, Any],
    ) -> JsonObjectType:
        if not tasks:
            return {"tasks": [], "hint": NONE_EXPOSED}
        servers: list[JsonValueType] = []
        answers: list[JsonValueType] = []
        for own in by_server(tasks):
            problem = unavailable_reason(own[0].entry)
            servers.append(describe_server(own, problem))
            answers += [describe_task(task, is_known=problem is None) for task in own]
        return {"servers": servers, "tasks": answers}


class CommandTool(PlexButlerTool):
    """Base class of the tools that call the action of the same name for a task."""

    parameters = vol.Schema(
        {
            vol.Required(
                ATTR_TASK,
                description=f"Title or ID of the task, from {DOMAIN}__get_tasks",
            ): cv.string,
            vol.Optional(
                ATTR_SERVER, description="Name of the server, if several have the task"
            ): cv.string,
        }
    )

    @override
    async def _async_answer(
        self,
        hass: HomeAssistant,
        llm_context: LLMContext,
        tasks: list[ExposedTask],
        data: dict[str, Any],
    ) -> JsonObjectType:
        if not tasks:
            raise SelectionError(NONE_EXPOSED)
        reference: str = data[ATTR_TASK]
        task = find_task(tasks, reference)
        try:
            response = await hass.services.async_call(
                DOMAIN,
                self.name.removeprefix(f"{DOMAIN}__"),
                {ATTR_TASK: task.name, ATTR_CONFIG_ENTRY_ID: task.entry.entry_id},
                blocking=True,
                context=llm_context.context,
                return_response=True,
            )
        except HomeAssistantError as err:
            if err.translation_key == "unknown_task":
                # The action's error names every task of the server, exposed or not.
                others = [each for each in tasks if each is not task]
                raise unknown_task(others, reference) from err
            raise
        assert response is not None
        return {
            "task": task.name,
            "title": task.title,
            "server": task.server,
            "result": response["result"],
        }


class StartTaskTool(CommandTool):
    """Tool that starts a task."""

    name = f"{DOMAIN}__start_task"
    title = "Start Plex maintenance task"
    description = (
        "Starts a maintenance task of a Plex Media Server, for example Backup database to"
        " back up Plex. Doesn't wait for its end. The result is started or"
        " already_running."
    )
    # Some tasks delete files or update the server.
    annotations = ToolAnnotations(open_world=False)


class StopTaskTool(CommandTool):
    """Tool that stops a task."""

    name = f"{DOMAIN}__stop_task"
    title = "Stop Plex maintenance task"
    description = (
        "Stops a maintenance task of a Plex Media Server. The result is stopped or"
        " not_running."
    )
    annotations = ToolAnnotations(idempotent=True, open_world=False)


@callback
def async_get_tools(
    hass: HomeAssistant, llm_context: LLMContext, api_id: str
) -> LLMTools | None:
    """Return the tools for an assistant."""
    if api_id != LLM_API_ASSIST or not llm_context.assistant:
        return None
    if not hass.config_entries.async_entries(DOMAIN, include_ignore=False):
        return None
    tools: list[Tool] = [GetTasksTool()]
    if async_exposed_tasks(hass, llm_context.assistant):
        tools += [StartTaskTool(), StopTaskTool()]
    return LLMTools(tools=tools)


async def _async_usable_tasks(
    hass: HomeAssistant, llm_context: LLMContext, server: str | None
) -> list[ExposedTask]:
    """Return the exposed tasks, or those of one server; raises SelectionError."""
    exposed = async_exposed_tasks(hass, llm_context.assistant)
    tasks = await async_readable_tasks(hass, exposed, llm_context.context)
    if exposed and not tasks:
        raise SelectionError(NOT_ALLOWED)
    return tasks_of_server(tasks, server) if tasks and server else tasks


def _error(text: str) -> ToolResult:
    return ToolResult(data={"error": text}, error=True)
