import assert from "node:assert/strict";
import { test } from "node:test";

import {
  formatDateTime,
  formatDuration,
  formatPercent,
  formatPeriod,
  formatRelative,
  formatTime,
} from "../src/format";
import { makeHass } from "./hass";

const NOW = new Date("2026-10-10T12:00:00Z");
const secondsBefore = (seconds: number) =>
  new Date(NOW.getTime() - seconds * 1000);

/** Intl separates with special spaces. */
const plain = (text: string) => text.replace(/[\u00a0\u2009\u202f]/g, " ");

test("times are relative to now, in the largest unit", () => {
  const hass = makeHass();
  const expected: [number, string][] = [
    [0, "now"],
    [59, "now"],
    [60, "1 minute ago"],
    [3599, "59 minutes ago"],
    [2 * 3600, "2 hours ago"],
    [47 * 3600, "1 day ago"],
    [6 * 24 * 3600, "6 days ago"],
    [8 * 24 * 3600, "1 week ago"],
    [400 * 24 * 3600, "1 year ago"],
    [-2 * 3600, "now"],
  ];
  for (const [seconds, text] of expected) {
    assert.equal(formatRelative(hass, secondsBefore(seconds), NOW), text);
  }
  const german = makeHass({ language: "de" });
  assert.equal(
    formatRelative(german, secondsBefore(7200), NOW),
    "vor 2 Stunden",
  );
});

test("durations have one or two units", () => {
  const hass = makeHass();
  const expected: [number, string][] = [
    [0, "0 sec"],
    [0.4, "0 sec"],
    [59.6, "1 min"],
    [180, "3 min"],
    [3599, "1 hr"],
    [3600, "1 hr"],
    [4800, "1 hr 20 min"],
    [7199, "2 hr"],
  ];
  for (const [seconds, text] of expected) {
    assert.equal(formatDuration(hass, seconds), text, String(seconds));
  }
});

test("percent are whole, and 100 only at the end", () => {
  assert.equal(formatPercent(makeHass(), 45.7), "45%");
  assert.equal(formatPercent(makeHass(), 99.9), "99%");
  assert.equal(plain(formatPercent(makeHass({ language: "de" }), 45)), "45 %");
});

test("the clock and the time zone are the person's", () => {
  const date = new Date("2026-10-10T00:05:00Z");
  const time = (language: string, time_format: string, time_zone = "server") =>
    plain(formatTime(makeHass({ language, time_format, time_zone }), date));
  assert.equal(time("en", "language"), "2:05 AM");
  assert.equal(time("en", "12"), "2:05 AM");
  assert.equal(time("en", "24"), "02:05");
  assert.equal(time("de", "language"), "02:05");
  assert.equal(time("de", "12"), "2:05 AM");
  // The tests run in UTC.
  assert.equal(time("en", "24", "local"), "00:05");
});

test("days of this week are named, others have a date", () => {
  const hass = makeHass({ time_format: "24" });
  const near = formatDateTime(hass, secondsBefore(24 * 3600), NOW);
  assert.equal(plain(near), "Fri 14:00");
  const far = formatDateTime(hass, secondsBefore(20 * 24 * 3600), NOW);
  assert.equal(plain(far), "Sep 20, 14:00");
});

test("a period has its day unless it is today", () => {
  const hass = makeHass();
  const period = (start: string, end: string) =>
    plain(formatPeriod(hass, new Date(start), new Date(end), NOW));
  assert.equal(
    period("2026-10-10T02:24:00Z", "2026-10-10T02:35:00Z"),
    period("2026-10-10T02:24:00Z", "2026-10-10T02:35:59Z"),
  );
  assert.match(
    period("2026-10-10T09:24:00Z", "2026-10-10T09:35:00Z"),
    /^\d+:24 – \d+:35 [AP]M$/u,
  );
  assert.match(
    period("2026-10-09T09:24:00Z", "2026-10-09T09:24:30Z"),
    /^Fri,? \d+:24 [AP]M$/u,
  );
  assert.match(
    period("2026-10-08T09:00:00Z", "2026-10-09T10:00:00Z"),
    /^Thu,? \d+:00 [AP]M – Fri,? \d+:00 [AP]M$/u,
  );
});
