import assert from "node:assert/strict";
import { test } from "node:test";
import { calendarTime, windowText } from "../src/dashboard/window";
import { readServers } from "../src/servers";
import { makeEntity, makeHass, makeServer, makeState } from "./hass";

const time = (text: unknown, zone: string) =>
  calendarTime(text, zone)?.toISOString();

test("Times of calendars are in Home Assistant's time zone", () => {
  const text = "2026-11-28 05:00:00";
  assert.equal(time(text, "UTC"), "2026-11-28T05:00:00.000Z");
  assert.equal(time(text, "Europe/Berlin"), "2026-11-28T04:00:00.000Z");
  assert.equal(time(text, "America/St_Johns"), "2026-11-28T08:30:00.000Z");
});

test("Times on the day of a change of the clocks are right", () => {
  const zone = "Europe/Berlin";
  assert.equal(time("2026-10-25 01:00:00", zone), "2026-10-24T23:00:00.000Z");
  assert.equal(time("2026-10-25 05:00:00", zone), "2026-10-25T04:00:00.000Z");
  assert.equal(time("2026-03-29 05:00:00", zone), "2026-03-29T03:00:00.000Z");
});

test("What isn't a time is none", () => {
  assert.equal(time(undefined, "UTC"), undefined);
  assert.equal(time("soon", "UTC"), undefined);
});

const textOf = (calendar: string, next: string) => {
  const { devices, entities } = makeServer();
  const hass = makeHass({
    devices,
    entities: [
      ...entities,
      makeEntity("calendar.maintenance", "server", "maintenance"),
      makeEntity("sensor.next", "server", "next_window"),
    ],
    states: [
      makeState("calendar.maintenance", calendar, {
        end_time: "2026-01-03 05:00:00",
      }),
      makeState("sensor.next", next),
    ],
    time_format: "24",
  });
  return windowText(hass, readServers(hass)[0]!);
};

test("The window is open until its end, else it opens next", () => {
  const next = "2026-01-04T01:00:00+00:00";
  assert.equal(
    textOf("on", next),
    "The maintenance window is open until Jan 3, 05:00",
  );
  assert.equal(textOf("off", next), "Next maintenance window: Jan 4, 02:00");
  assert.equal(textOf("off", "unknown"), "The maintenance window isn't known");
});
