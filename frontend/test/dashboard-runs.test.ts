import assert from "node:assert/strict";
import { test } from "node:test";
import {
  fetchRuns,
  readRuns,
  recentRuns,
  runsKey,
} from "../src/dashboard/runs";
import { readServers } from "../src/servers";
import { makeHass, makeServer, makeState } from "./hass";

const run = (title: string, values: object = {}) => ({
  title,
  started: "2026-11-28T02:00:00+00:00",
  ended: "2026-11-28T02:01:00+00:00",
  duration: 60,
  outcome: "finished",
  by: "server",
  ...values,
});

test("The newest run comes first", () => {
  const zone = run("Zone", { ended: "2026-11-28T03:00:30+01:00" });
  const last = run("Last", { ended: "2026-11-28T04:00:00+00:00" });
  const open = run("Open", { ended: null });
  const runs = readRuns([open, run("First"), last, zone]);
  assert.deepEqual(
    runs.map(({ title }) => title),
    ["Last", "First", "Zone", "Open"],
  );
});

test("A run without a known start has the time of its end alone", () => {
  const [only] = readRuns([run("Only", { started: null, duration: null })]);
  assert.equal(only?.started, undefined);
  assert.equal(only?.ended?.toISOString(), "2026-11-28T02:01:00.000Z");
  assert.equal(only?.duration, undefined);
});

test("Runs that can't be shown are left out", () => {
  const unknown = run("Unknown", { outcome: "exploded" });
  const timeless = run("Timeless", { started: null, ended: null });
  assert.deepEqual(readRuns([unknown, timeless]), []);
});

test("Runs that ended more than 24 hours ago are left out as time passes", () => {
  const runs = readRuns([run("Only", { ended: "2026-11-28T03:00:00Z" })]);
  const count = (now: string) => recentRuns(runs, new Date(now)).length;
  assert.equal(count("2026-11-29T02:59:00Z"), 1);
  assert.equal(count("2026-11-29T03:01:00Z"), 0);
});

test("The runs are those of the server's config entry", async () => {
  const hass = makeHass(makeServer());
  const calls: unknown[] = [];
  const callService = (...call: unknown[]) => {
    calls.push(call);
    return Promise.resolve({ response: { runs: [run("Only")] } });
  };
  const found = await fetchRuns(
    { ...hass, callService } as typeof hass,
    readServers(hass)[0]!,
  );
  assert.deepEqual(
    found.map(({ title }) => title),
    ["Only"],
  );
  const data = { config_entry_id: "entry" };
  assert.deepEqual(calls, [["plex_butler", "get_runs", data, {}, false, true]]);
});

test("The end of a run is a reason to ask again, and progress isn't", () => {
  const before = makeServer();
  const hass = makeHass(before);
  const server = readServers(hass)[0]!;
  const key = runsKey(hass, server);
  const progress = makeState("sensor.music", "running", { progress: 50 });
  const changed = (states: object) => ({
    ...hass,
    states: { ...hass.states, ...states },
  });
  assert.equal(runsKey(changed({ "sensor.music": progress }), server), key);
  const end = makeState("event.backup", "2026-11-28T02:01:00+00:00");
  assert.notEqual(runsKey(changed({ "event.backup": end }), server), key);
});
