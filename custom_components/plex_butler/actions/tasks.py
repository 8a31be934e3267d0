"""The actions that start and stop tasks."""

from asyncio import Future, get_running_loop, wait
from typing import Final

from homeassistant.core import ServiceCall, ServiceResponse
from homeassistant.util.json import JsonObjectType

from ..api import StartResult, StopResult
from ..butler.models import TaskEvent
from .failures import Failures
from .selection import CalledTask, async_called_tasks, loaded_coordinator

ATTR_TIMEOUT: Final = "timeout"
ATTR_WAIT: Final = "wait"

type StartedTask = tuple[CalledTask, StartResult, Future[TaskEvent]]


async def async_start_task(call: ServiceCall) -> ServiceResponse:
    """Start tasks, and wait for the ends of their runs if requested."""
    tasks = await async_called_tasks(call)
    failures = Failures("tasks_not_started", total=len(tasks))
    if call.data[ATTR_WAIT]:
        responses = await _async_start_and_wait(call, tasks, failures)
    else:
        responses = await _async_start(call, tasks, failures)
    failures.raise_any()
    return _response(responses)


async def async_stop_task(call: ServiceCall) -> ServiceResponse:
    """Stop tasks."""
    tasks = await async_called_tasks(call)
    failures = Failures("tasks_not_stopped", total=len(tasks))
    responses = []
    for each in tasks:
        with failures.collect(each.title_with_server):
            commands = each.commands()
            result = await commands.async_stop_task(each.name, context=call.context)
            responses.append(_task_response(each, result))
    failures.raise_any()
    return _response(responses)


async def _async_start(
    call: ServiceCall, tasks: list[CalledTask], failures: Failures
) -> list[JsonObjectType]:
    """Start tasks one after the other, and return their responses."""
    responses = []
    for each in tasks:
        with failures.collect(each.title_with_server):
            commands = each.commands()
            result = await commands.async_start_task(each.name, context=call.context)
            responses.append(_task_response(each, result))
    return responses


async def _async_start_and_wait(
    call: ServiceCall, tasks: list[CalledTask], failures: Failures
) -> list[JsonObjectType]:
    """Start tasks one after the other, and wait for all of them until the timeout."""
    loop = get_running_loop()
    waiters: list[Future[TaskEvent]] = [loop.create_future() for _ in tasks]
    started: list[StartedTask] = []
    try:
        for each, waiter in zip(tasks, waiters, strict=True):
            with failures.collect(each.title_with_server):
                commands = each.commands()
                result = await commands.async_start_task(
                    each.name, context=call.context, waiter=waiter
                )
                started.append((each, result, waiter))
        if started:
            timeout = call.data[ATTR_TIMEOUT].total_seconds()
            await wait([waiter for _, _, waiter in started], timeout=timeout)
        responses = []
        for each, result, waiter in started:
            with failures.collect(each.title_with_server):
                outcome = _outcome(each, waiter)
                responses.append(_task_response(each, result) | outcome)
        return responses
    finally:
        for waiter in waiters:
            # Also keeps asyncio from logging an error that nobody has retrieved.
            waiter.cancel()


def _response(tasks: list[JsonObjectType]) -> JsonObjectType:
    """Return the response of an action; that of a single task has its fields at the top."""
    response: JsonObjectType = {"tasks": [*tasks]}
    return response | tasks[0] if len(tasks) == 1 else response


def _task_response(
    called: CalledTask, result: StartResult | StopResult
) -> JsonObjectType:
    return {
        "task": called.name,
        "title": called.title,
        "server": called.entry.title,
        "enabled": called.enabled,
        "result": result.value,
    }


def _outcome(called: CalledTask, waiter: Future[TaskEvent]) -> JsonObjectType:
    """Return how a run ended, or what is known of it if the wait ended first.

    Raises the error that the waiter got.
    """
    if waiter.done():
        end = waiter.result()
        return {
            "outcome": end.type.value,
            "duration": end.duration,
            "evidence": end.evidence.value,
        }
    state = loaded_coordinator(called.entry).task_states.get(called.name)
    evidence = state.evidence if state else None
    return {
        "outcome": "timeout",
        "duration": None,
        "evidence": evidence.value if evidence else None,
    }
