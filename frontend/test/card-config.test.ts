import assert from "node:assert/strict";
import { test } from "node:test";

import {
  checkConfig,
  selectTasks,
  type TasksCardConfig,
} from "../src/card-config";
import { makeDevice, makeHass, makeServer } from "./hass";

const TYPE = "custom:plex-butler-card";

const select = (
  config: Partial<TasksCardConfig>,
  hass = makeHass(makeServer()),
) => {
  const { tasks, missing, problem } = selectTasks(hass, {
    type: TYPE,
    ...config,
  });
  return { tasks: tasks.map(({ id }) => id), missing, problem };
};

test("every option may be left out or empty", () => {
  const config = { type: TYPE };
  assert.equal(checkConfig(config), config);
  checkConfig({ type: TYPE, server: "", tasks: [], title: "", kinds: [] });
});

test("what can't be is refused with the option's name", () => {
  const wrong: [Record<string, unknown>, RegExp][] = [
    [{ server: 5 }, /"server" must be text/],
    [{ title: {} }, /"title" must be text/],
    [{ tasks: "backup" }, /"tasks" must be a list/],
    [{ tasks: [5] }, /"tasks" must be a list/],
    [{ kinds: ["nonsense"] }, /"kinds" must be a list of: database, /],
    [{ only: "running" }, /"only" must be one of: active, inactive/],
    [{ notice: "no" }, /"notice" must be one of: true, false/],
  ];
  for (const [options, message] of wrong) {
    assert.throws(() => checkConfig({ type: TYPE, ...options }), message);
  }
});

test("one server needs no choice", () => {
  assert.deepEqual(select({}).tasks, ["backup", "clean", "music"]);
  assert.deepEqual(select({ server: "server" }).tasks, [
    "backup",
    "clean",
    "music",
  ]);
});

test("chosen tasks are shown in their order, and missing ones are known", () => {
  const { tasks, missing } = select({ tasks: ["music", "gone", "backup"] });
  assert.deepEqual(tasks, ["music", "backup"]);
  assert.deepEqual(missing, ["gone"]);
});

test("a task that is chosen twice is shown once", () => {
  const { tasks, missing } = select({
    tasks: ["music", "gone", "music", "gone", "backup", "music"],
  });
  assert.deepEqual(tasks, ["music", "backup"]);
  assert.deepEqual(missing, ["gone"]);
});

test("filters choose by kind and state", () => {
  assert.deepEqual(select({ kinds: ["database"] }).tasks, ["backup"]);
  assert.deepEqual(select({ only: "active" }).tasks, ["clean", "music"]);
  assert.deepEqual(select({ only: "inactive" }).tasks, ["backup"]);
  assert.deepEqual(select({ kinds: ["database"], only: "active" }).tasks, []);
});

test("a card without a server says why", () => {
  assert.equal(select({}, makeHass()).problem, "no_servers");
  assert.equal(select({ server: "gone" }).problem, "server_missing");
  const parts = makeServer();
  parts.devices.push(makeDevice("attic", "m2", "Attic"));
  assert.equal(select({}, makeHass(parts)).problem, "server_required");
  assert.deepEqual(select({ server: "attic" }, makeHass(parts)).tasks, []);
});
