/** What people can ask of a server, and how they learn what it led to. */

import { fireEvent, type HomeAssistant, type ServiceTarget } from "./hass";
import { localize } from "./localize";
import type { Server, Task } from "./servers";

type Result = "started" | "already_running" | "stopped" | "not_running";

/** Calls an action; undefined where it failed, which Home Assistant has shown as a toast. */
const call = async <T>(
  hass: HomeAssistant,
  action: string,
  target: ServiceTarget,
  returnResponse: boolean,
) => {
  try {
    const data = {};
    return await hass.callService<T>(
      "plex_butler",
      action,
      data,
      target,
      true,
      returnResponse,
    );
  } catch {
    return undefined;
  }
};

const showToast = (node: HTMLElement, message: string) =>
  fireEvent(node, "hass-notification", { message });

const callTask = async (
  node: HTMLElement,
  hass: HomeAssistant,
  task: Task,
  action: "start_task" | "stop_task",
) => {
  const target = { device_id: task.id };
  const answer = await call<{ result?: Result }>(hass, action, target, true);
  const result = answer?.response?.result;
  if (result === "already_running" || result === "not_running") {
    showToast(node, localize(`toast_${result}`, { task: task.title }));
  }
};

export const startTask = (node: HTMLElement, hass: HomeAssistant, task: Task) =>
  callTask(node, hass, task, "start_task");

export const stopTask = (node: HTMLElement, hass: HomeAssistant, task: Task) =>
  callTask(node, hass, task, "stop_task");

const callServer = async (
  node: HTMLElement,
  hass: HomeAssistant,
  server: Server,
  action: "start_all_tasks" | "stop_all_tasks",
) => {
  if (await call(hass, action, { device_id: server.id }, false)) {
    showToast(node, localize(`toast_${action}`, { server: server.title }));
  }
};

export const startAllTasks = (
  node: HTMLElement,
  hass: HomeAssistant,
  server: Server,
) => callServer(node, hass, server, "start_all_tasks");

export const stopAllTasks = (
  node: HTMLElement,
  hass: HomeAssistant,
  server: Server,
) => callServer(node, hass, server, "stop_all_tasks");
