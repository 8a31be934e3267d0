import assert from "node:assert/strict";
import { test } from "node:test";

import { closestLanguage, localize } from "../src/localize";

test("the closest language that has a file is used", () => {
  assert.equal(closestLanguage("de"), "de");
  assert.equal(closestLanguage("de-CH"), "de");
  assert.equal(closestLanguage("pt-BR"), "pt-BR");
  assert.equal(closestLanguage("zh-Hans"), "zh-Hans");
  assert.equal(closestLanguage("zh-Hant"), "en");
  assert.equal(closestLanguage(""), "en");
});

test("values are inserted, and a count selects the plural form", () => {
  assert.equal(localize("start_task", { task: "Backup" }), "Start Backup");
  assert.equal(localize("every_days", { count: 1 }), "every day");
  assert.equal(localize("every_days", { count: 1000 }), "every 1,000 days");
});
