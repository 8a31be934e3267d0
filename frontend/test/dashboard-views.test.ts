import assert from "node:assert/strict";
import { test } from "node:test";
import { serverViews } from "../src/dashboard/views";
import { readServers } from "../src/servers";
import {
  makeDevice,
  makeEntity,
  makeHass,
  makeServer,
  makeTaskDevice,
} from "./hass";

const headingsOf = (views: ReturnType<typeof serverViews>) =>
  views.map(({ sections }) =>
    sections.flatMap(({ cards }) =>
      cards.flatMap((card) => card["heading"] ?? []),
    ),
  );

const attic = {
  devices: [
    makeDevice("attic", "attic", "Attic"),
    makeTaskDevice("coffee", "MakeCoffee", "Make coffee", {
      identifiers: [["plex_butler", "attic_MakeCoffee"]],
      parent_device_id: "attic",
    }),
  ],
  entities: [makeEntity("sensor.coffee", "coffee", "status")],
};

test("A server has a section for each kind of task that it has", () => {
  const views = serverViews(readServers(makeHass(makeServer())));
  assert.deepEqual(headingsOf(views), [
    ["Database and backup", "Cleanup", "Media analysis", "Last 24 hours"],
  ]);
});

test("The only view has no title, and so shows that of the dashboard", () => {
  const [view] = serverViews(readServers(makeHass(makeServer())));
  assert.equal(view?.title, undefined);
  assert.equal(view?.path, undefined);
});

test("Several servers have a view each, with an address that stays", () => {
  const { devices, entities } = makeServer();
  const hass = makeHass({
    devices: [...devices, ...attic.devices],
    entities: [...entities, ...attic.entities],
  });
  const views = serverViews(readServers(hass));
  assert.deepEqual(
    views.map(({ title, path }) => [title, path]),
    [
      ["Attic", "attic"],
      ["Tower", "server"],
    ],
  );
  assert.deepEqual(headingsOf(views)[0], ["Other", "Last 24 hours"]);
});

test("The head takes the width of all columns", () => {
  for (const [{ devices, entities }, columns] of [
    [makeServer(), 3],
    [attic, 2],
  ] as const) {
    const [view] = serverViews(readServers(makeHass({ devices, entities })));
    assert.equal(view!.sections[0]!.column_span, columns);
    assert.equal(view!.max_columns, columns);
  }
});

test("Tasks that a person has hidden need no section", () => {
  const { devices, entities } = makeServer();
  const hass = makeHass({
    devices,
    entities: entities.map((entity) => ({
      ...entity,
      hidden: entity.entity_id === "sensor.music",
    })),
  });
  const headings = headingsOf(serverViews(readServers(hass))).flat();
  assert.ok(!headings.includes("Media analysis"));
  assert.ok(headings.includes("Cleanup"));
});

test("Without a server, the view is that of a card that says so", () => {
  const views = serverViews([]);
  assert.equal(views.length, 1);
  assert.deepEqual(
    views[0]!.sections.map(({ cards }) => cards),
    [[{ type: "custom:plex-butler-header-card" }]],
  );
});
