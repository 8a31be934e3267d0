import assert from "node:assert/strict";
import { test } from "node:test";

import type { HomeAssistant } from "../src/hass";
import { readServers, type Task } from "../src/servers";
import { isServerAway, readTaskState } from "../src/task-state";
import { detailText, taskParts } from "../src/task-text";
import { makeHass, makeServer, makeState } from "./hass";

const ago = (minutes: number) =>
  new Date(Date.now() - minutes * 60_000 - 500).toISOString();

const textOf = (hass: HomeAssistant, task: Task) =>
  taskParts(hass, task, readTaskState(hass, task)).join(" · ");

const withStates = (...states: ReturnType<typeof makeState>[]) => {
  const parts = makeServer();
  const hass = makeHass({ ...parts, states: [...parts.states, ...states] });
  const tasks = readServers(hass)[0]!.tasks;
  const text = (id: string) => {
    const task = tasks.find((each) => each.id === id)!;
    return textOf(hass, task);
  };
  return { hass, tasks, text };
};

const started = (minutes: number) =>
  makeState("sensor.backup_started", ago(minutes));
const finished = (minutes: number) =>
  makeState("sensor.backup_finished", ago(minutes));
const run = (
  minutes: number,
  event_type: string,
  duration: number | null = null,
) => makeState("event.backup", ago(minutes), { event_type, duration });
const status = (state: string, attributes: Record<string, unknown> = {}) =>
  makeState("sensor.backup", state, attributes);

test("a running task shows its progress and what it works on", () => {
  assert.equal(withStates().text("music"), "<running> · 45% · Kind of Blue");
  const bare = withStates(
    makeState("sensor.music", "running", { progress: null }),
  );
  assert.equal(bare.text("music"), "<running>");
});

test("the title of the task isn't repeated", () => {
  const detail = "Music Analysis";
  const { text } = withStates(makeState("sensor.music", "running", { detail }));
  assert.equal(text("music"), "<running>");
});

test("Plex's title isn't shown beside one in another language", () => {
  const parts = makeServer();
  for (const device of parts.devices) device.name_by_user = "Aufräumen";
  for (const detail of ["Clean Old Bundles", "Bundle 5"]) {
    const running = makeState("sensor.clean", "running", { detail });
    const hass = makeHass({ ...parts, states: [running] });
    const task = readServers(hass)[0]!.tasks.find(({ id }) => id === "clean")!;
    const shown = detailText(task, readTaskState(hass, task));
    assert.equal(shown, detail === "Bundle 5" ? detail : undefined);
  }
});

test("a stalled task says since when", () => {
  const attributes = {
    progress: 42,
    stalled_since: ago(60 * 24 * 30),
  };
  const { text } = withStates(makeState("sensor.music", "running", attributes));
  assert.match(
    text("music"),
    /^<running> · 42% · No progress since \w+ \d+, \d+:\d+.[AP]M$/u,
  );
});

test("a waiting task says that it waits", () => {
  assert.equal(withStates().text("clean"), "<queued>");
});

test("an idle task shows its last run", () => {
  const expected: [ReturnType<typeof makeState>[], string][] = [
    [[], "no run seen yet · every 3 days"],
    [[started(123), finished(120)], "2 hours ago · 3 min · every 3 days"],
    [
      [started(123), finished(120), run(120, "finished", 150)],
      "2 hours ago · 3 min · every 3 days",
    ],
    [
      [started(33), finished(3000), run(30, "finished", 180)],
      "30 minutes ago · 3 min · every 3 days",
    ],
    [
      [started(33), run(30, "finished", 180)],
      "30 minutes ago · 3 min · every 3 days",
    ],
    [[finished(120)], "2 hours ago · every 3 days"],
    [
      [started(60), run(5, "stopped", 30)],
      "stopped · 5 minutes ago · 30 sec · every 3 days",
    ],
    [
      [started(60), finished(180), run(5, "unconfirmed")],
      "1 hour ago · end not confirmed · every 3 days",
    ],
    [
      [started(200), finished(180), run(5, "unconfirmed")],
      "5 minutes ago · end not confirmed · every 3 days",
    ],
    [
      [started(60), finished(180)],
      "1 hour ago · end not confirmed · every 3 days",
    ],
  ];
  for (const [states, text] of expected) {
    assert.equal(withStates(...states).text("backup"), text);
  }
});

test("times that can't be of one run give no duration", () => {
  const { text } = withStates(started(60 * 24 * 30), finished(120));
  assert.equal(text("backup"), "2 hours ago · every 3 days");
});

test("an interval of one day has its own words", () => {
  const { text } = withStates(status("idle", { interval_days: 1 }));
  assert.equal(text("backup"), "no run seen yet · every day");
});

test("an interval that can't be isn't shown", () => {
  for (const interval_days of [0, -5]) {
    const { text } = withStates(status("idle", { interval_days }));
    assert.equal(text("backup"), "no run seen yet");
  }
});

test("a task that is switched off has no interval", () => {
  const { text } = withStates(
    status("disabled", { interval_days: 3 }),
    finished(120),
  );
  assert.equal(text("backup"), "<disabled> · 2 hours ago");
});

test("the last run stays while the server is away", () => {
  const away = makeState("binary_sensor.running", "unavailable");
  const { hass, text } = withStates(away, status("unavailable"), finished(120));
  assert.equal(text("backup"), "<unavailable> · 2 hours ago");
  assert.equal(isServerAway(hass, readServers(hass)[0]!), true);
  const here = withStates().hass;
  assert.equal(isServerAway(here, readServers(here)[0]!), false);
});

test("that a task never ran isn't said before its runs are known", () => {
  const away = [
    "sensor.backup_started",
    "sensor.backup_finished",
    "event.backup",
  ];
  const states = away.map((id) => makeState(id, "unavailable"));
  const unavailable = withStates(...states, status("unavailable"));
  assert.equal(unavailable.text("backup"), "<unavailable>");
  // A person may disable every entity that tells of runs.
  assert.equal(withStates(...states, status("idle")).text("backup"), "<idle>");
});

test("without the server's own entity, its tasks tell whether it's away", () => {
  const parts = makeServer();
  const entities = parts.entities.slice(1);
  const here = makeHass({ ...parts, entities });
  assert.equal(isServerAway(here, readServers(here)[0]!), false);
  const away = makeHass({ ...parts, entities, states: [] });
  assert.equal(isServerAway(away, readServers(away)[0]!), true);
});

test("without the status of a task, its last run is still known", () => {
  const parts = makeServer();
  const entities = parts.entities.filter(
    (each) => each.entity_id !== "sensor.backup",
  );
  const states = [...parts.states, finished(120)];
  const hass = makeHass({ ...parts, entities, states });
  const task = readServers(hass)[0]!.tasks[0]!;
  assert.equal(readTaskState(hass, task).status, "unknown");
  assert.equal(textOf(hass, task), "2 hours ago");
});

test("a status that the person may not see is unavailable", () => {
  const hass = makeHass({ ...makeServer(), states: [] });
  const task = readServers(hass)[0]!.tasks[0]!;
  assert.match(textOf(hass, task), /^state\.default\.unavailable/);
});

test("progress stays between 0 and 100", () => {
  for (const [value, expected] of [
    [-1, 0],
    [250, 100],
    ["45", undefined],
    [NaN, undefined],
  ]) {
    const { hass, tasks } = withStates(
      makeState("sensor.music", "running", { progress: value }),
    );
    const music = tasks.find(({ id }) => id === "music")!;
    assert.equal(readTaskState(hass, music).progress, expected);
  }
});
