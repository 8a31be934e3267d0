import assert from "node:assert/strict";
import { test } from "node:test";

import { kindOf } from "../src/kinds";

const EXPECTED = {
  database: ["BackupDatabase", "OptimizeDatabase"],
  libraries: [
    "BuildGracenoteCollections",
    "ProcessAssets",
    "RefreshEpgGuides",
    "RefreshLibraries",
    "RefreshLocalMedia",
    "RefreshPeriodicMetadata",
    "ReverseGeocode",
  ],
  analysis: [
    "DeepMediaAnalysis",
    "GenerateAdMarkers",
    "GenerateAutoTags",
    "GenerateBlurHashes",
    "GenerateChapterThumbs",
    "GenerateCreditsMarkers",
    "GenerateIntroMarkers",
    "GenerateMediaIndexFiles",
    "GenerateVoiceActivity",
    "LoudnessAnalysis",
    "MusicAnalysis",
    "UpgradeMediaAnalysis",
  ],
  cleanup: [
    "CleanOldBundles",
    "CleanOldCacheFiles",
    "CleanSupplementalLogFiles",
    "GarbageCollectBlobs",
    "GarbageCollectLibraryMedia",
  ],
  other: ["AutomaticUpdates", "CheckForUpdates", "SomethingNew", ""],
};

test("every known task has its kind", () => {
  for (const [kind, tasks] of Object.entries(EXPECTED)) {
    for (const task of tasks) assert.equal(kindOf(task), kind, task);
  }
});

test("the prefix of some servers' names doesn't matter", () => {
  assert.equal(kindOf("ButlerTaskBackupDatabase"), "database");
});
