// Runs the tests of the modules that need no browser.

import { build } from "esbuild";
import { spawnSync } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const SOURCES = import.meta.dirname;
const folder = await mkdtemp(join(tmpdir(), "plex-butler-tests-"));
try {
  const names = await readdir(join(SOURCES, "test"));
  const tests = names.filter((name) => name.endsWith(".test.ts"));
  await build({
    absWorkingDir: SOURCES,
    entryPoints: tests.map((name) => join("test", name)),
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    platform: "node",
    format: "esm",
    sourcemap: "inline",
    define: { LANGUAGES: JSON.stringify(["de", "en", "pt-BR", "zh-Hans"]) },
  });
  const files = tests.map((name) =>
    join(folder, name.replace(/\.ts$/, ".mjs")),
  );
  const options = ["--enable-source-maps", "--test", "--test-reporter=dot"];
  const { status } = spawnSync(process.execPath, [...options, ...files], {
    stdio: "inherit",
    env: { ...process.env, TZ: "UTC" },
  });
  process.exitCode = status ?? 1;
} finally {
  await rm(folder, { recursive: true });
}
