import assert from "node:assert/strict";
import { test } from "node:test";

import { suggestCards } from "../src/suggestions";
import { isSupported } from "../src/task-feature";
import { makeHass, makeServer } from "./hass";

const hass = makeHass(makeServer());
const configs = (entityId: string) =>
  suggestCards(hass, entityId)?.map(({ config }) => config) ?? null;

test("the status of a task suggests a card and a tile with the task", () => {
  assert.deepEqual(configs("sensor.backup"), [
    { type: "custom:plex-butler-card", tasks: ["backup"] },
    {
      type: "tile",
      entity: "sensor.backup",
      features: [{ type: "custom:plex-butler-task-feature" }],
    },
  ]);
});

test("an entity of the server suggests the card with all of its tasks", () => {
  assert.deepEqual(configs("binary_sensor.running"), [
    { type: "custom:plex-butler-card", server: "server" },
  ]);
});

test("nothing is suggested for other entities", () => {
  assert.equal(configs("event.backup"), null);
  assert.equal(configs("light.elsewhere"), null);
});

test("the feature is for the status of a task alone", () => {
  assert.equal(isSupported(hass, { entity_id: "sensor.backup" }), true);
  assert.equal(isSupported(hass, { entity_id: "event.backup" }), false);
  assert.equal(
    isSupported(hass, { entity_id: "binary_sensor.running" }),
    false,
  );
  assert.equal(isSupported(hass, {}), false);
});
