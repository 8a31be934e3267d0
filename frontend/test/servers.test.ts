import assert from "node:assert/strict";
import { test } from "node:test";

import { isChanged } from "../src/changes";
import type { HomeAssistant } from "../src/hass";
import { readServers, serverOfEntity, taskOfEntity } from "../src/servers";
import {
  makeDevice,
  makeEntity,
  makeHass,
  makeServer,
  makeState,
  makeTaskDevice,
} from "./hass";

test("servers have their tasks in the order of the titles", () => {
  const [server, ...others] = readServers(makeHass(makeServer()));
  assert.deepEqual(others, []);
  assert.equal(server?.title, "Tower");
  assert.equal(server?.configEntryId, "entry");
  assert.deepEqual(
    server?.tasks.map(({ title, name, kind }) => [title, name, kind]),
    [
      ["Backup database", "BackupDatabase", "database"],
      ["Clean old bundles", "ButlerTaskCleanOldBundles", "cleanup"],
      ["Music analysis", "MusicAnalysis", "analysis"],
    ],
  );
});

test("spaces around a name that a person gave aren't part of it", () => {
  const named = (name_by_user: string) => {
    const device = makeDevice("server", "machine", "Tower", { name_by_user });
    return readServers(makeHass({ devices: [device] }))[0]?.title;
  };
  assert.equal(named("  Basement "), "Basement");
  assert.equal(named(""), "Tower");
});

test("the name that a person gave a device is its title", () => {
  const hass = makeHass({
    devices: [
      makeDevice("server", "machine", "Tower", { name_by_user: "Basement" }),
      makeTaskDevice("backup", "BackupDatabase", "Backup database", {
        name_by_user: "Nightly backup",
      }),
    ],
  });
  const [server] = readServers(hass);
  assert.equal(server?.title, "Basement");
  assert.equal(server?.tasks[0]?.title, "Nightly backup");
});

test("devices of others, and those that are disabled, don't count", () => {
  const other = makeDevice("other", "machine", "Other");
  const hass = makeHass({
    devices: [
      { ...other, identifiers: [["plex", "machine"]] },
      makeDevice("server", "machine", "Tower"),
      makeTaskDevice("backup", "BackupDatabase", "Backup", {
        disabled_by: "user",
      }),
      makeDevice("away", "elsewhere", "Away", { disabled_by: "user" }),
    ],
  });
  assert.deepEqual(
    readServers(hass).map(({ id, tasks }) => [id, tasks]),
    [["server", []]],
  );
});

test("each server has its own tasks", () => {
  const devices = [
    ...makeServer().devices,
    makeDevice("attic", "m_2", "Attic", { config_entry_id: "second" }),
    makeDevice("attic_backup", "m_2_BackupDatabase", "Backup database", {
      parent_device_id: "attic",
    }),
  ];
  const [attic, tower] = readServers(makeHass({ devices }));
  assert.deepEqual(
    attic?.tasks.map(({ name }) => name),
    ["BackupDatabase"],
  );
  assert.equal(tower?.tasks.length, 3);
});

test("entities are found by what they are, whatever their ids", () => {
  const parts = makeServer();
  parts.entities.push(
    makeEntity("sensor.helper", "backup", "status", { platform: "template" }),
  );
  const hass = makeHass(parts);
  const found = taskOfEntity(hass, "sensor.backup");
  assert.equal(found?.task.id, "backup");
  assert.equal(found?.server.id, "server");
  assert.equal(found?.task.entities["status"], "sensor.backup");
  assert.equal(taskOfEntity(hass, "binary_sensor.running"), undefined);
  assert.equal(serverOfEntity(hass, "binary_sensor.running")?.id, "server");
  assert.equal(serverOfEntity(hass, "sensor.backup"), undefined);
  assert.equal(serverOfEntity(hass, "light.elsewhere"), undefined);
});

test("a task is hidden if its status is", () => {
  const parts = makeServer();
  parts.entities[1] = makeEntity("sensor.backup", "backup", "status", {
    hidden: true,
  });
  const hidden = readServers(makeHass(parts))[0]?.tasks.filter(
    (task) => task.isHidden,
  );
  assert.deepEqual(
    hidden?.map(({ id }) => id),
    ["backup"],
  );
});

test("servers are read again only when a registry changes", () => {
  const hass = makeHass(makeServer());
  const before = readServers(hass);
  const later: HomeAssistant = { ...hass, states: {} };
  assert.equal(readServers(later), before);
  assert.notEqual(
    readServers({ ...hass, devices: { ...hass.devices } }),
    before,
  );
});

test("only changes of the entities that are shown matter", () => {
  const hass = makeHass(makeServer());
  const states = {
    ...hass.states,
    "sensor.music": makeState("sensor.music", "idle"),
  };
  const after = { ...hass, states };
  assert.equal(isChanged(hass, after, ["sensor.backup", undefined]), false);
  assert.equal(isChanged(hass, after, ["sensor.music"]), true);
  assert.equal(isChanged(undefined, hass, []), true);
  assert.equal(isChanged(hass, undefined, []), true);
  assert.equal(
    isChanged(hass, { ...hass, locale: { ...hass.locale } }, []),
    true,
  );
  assert.equal(isChanged(hass, { ...hass, localize: () => "" }, []), true);
});
