import assert from "node:assert/strict";
import { test } from "node:test";

import {
  startAllTasks,
  startTask,
  stopAllTasks,
  stopTask,
} from "../src/commands";
import type { HomeAssistant } from "../src/hass";
import { readServers } from "../src/servers";
import { makeHass, makeServer } from "./hass";

type Call = Parameters<HomeAssistant["callService"]>;
type Command = typeof startAllTasks;

const startFirst: Command = (node, hass, { tasks }) =>
  startTask(node, hass, tasks[0]!);
const stopFirst: Command = (node, hass, { tasks }) =>
  stopTask(node, hass, tasks[0]!);

/** Runs a command; `answer` is what Home Assistant responds, or how it fails. */
const run = async (command: Command, answer: object) => {
  const calls: Call[] = [];
  const hass: HomeAssistant = {
    ...makeHass(makeServer()),
    callService: (...call: Call) => {
      calls.push(call);
      return answer instanceof Error
        ? Promise.reject(answer)
        : Promise.resolve(answer);
    },
  };
  const node = new EventTarget() as HTMLElement;
  const toasts: string[] = [];
  node.addEventListener("hass-notification", (event) =>
    toasts.push((event as CustomEvent<{ message: string }>).detail.message),
  );
  await command(node, hass, readServers(hass)[0]!);
  return { calls, toasts };
};

const withResult = (result: string) => ({ response: { result } });

test("a task is started and stopped by its device", async () => {
  const { calls, toasts } = await run(startFirst, withResult("started"));
  const target = { device_id: "backup" };
  assert.deepEqual(calls, [
    ["plex_butler", "start_task", {}, target, true, true],
  ]);
  assert.deepEqual(toasts, []);
  const stopped = await run(stopFirst, withResult("stopped"));
  assert.deepEqual(stopped.calls[0]?.[1], "stop_task");
  assert.deepEqual(stopped.toasts, []);
});

test("a press without effect says why", async () => {
  const started = await run(startFirst, withResult("already_running"));
  assert.deepEqual(started.toasts, ["Backup database is already running."]);
  const stopped = await run(stopFirst, withResult("not_running"));
  assert.deepEqual(stopped.toasts, ["Backup database isn't running."]);
});

test("an error is left to Home Assistant", async () => {
  for (const command of [startFirst, stopFirst, startAllTasks, stopAllTasks]) {
    const { calls, toasts } = await run(command, new Error("refused"));
    assert.equal(calls[0]?.[4], true);
    assert.deepEqual(toasts, []);
  }
});

test("what starts or stops all tasks is confirmed", async () => {
  const target = { device_id: "server" };
  const started = await run(startAllTasks, {});
  assert.deepEqual(started.calls, [
    ["plex_butler", "start_all_tasks", {}, target, true, false],
  ]);
  assert.deepEqual(started.toasts, ["Starting the due tasks of Tower."]);
  const stopped = await run(stopAllTasks, {});
  assert.equal(stopped.calls[0]?.[1], "stop_all_tasks");
  assert.deepEqual(stopped.toasts, ["Stopping all tasks of Tower."]);
});
