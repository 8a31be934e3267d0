// Builds the frontend into the integration's folder.
//
//   node build.mjs            write the built files
//   node build.mjs --check    fail if the built files aren't those of the sources

import { build } from "esbuild";
import {
  cp,
  mkdtemp,
  readdir,
  readFile,
  rm,
  writeFile,
  mkdir,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { gzipSync } from "node:zlib";

const SOURCES = import.meta.dirname;
const TARGET = join(SOURCES, "../custom_components/plex_butler/frontend");
const BUNDLE = "plex-butler.js";
const MAX_GZIPPED = 40_000;

const translations = async () => {
  const names = await readdir(join(SOURCES, "translations"));
  return names.filter((name) => name.endsWith(".json")).sort();
};

const writeTranslations = async (folder) => {
  await mkdir(join(folder, "translations"), { recursive: true });
  for (const name of await translations()) {
    // English is part of the bundle.
    if (name === "en.json") continue;
    const text = await readFile(join(SOURCES, "translations", name), "utf8");
    const path = join(folder, "translations", name);
    await writeFile(path, `${JSON.stringify(JSON.parse(text))}\n`);
  }
};

const writeBundle = async (folder) => {
  const names = await translations();
  await build({
    absWorkingDir: SOURCES,
    entryPoints: ["src/index.ts"],
    outfile: join(folder, BUNDLE),
    bundle: true,
    minify: true,
    format: "esm",
    // As old as the browsers that Home Assistant's own build for old ones is for.
    target: "es2020",
    charset: "utf8",
    legalComments: "none",
    define: {
      LANGUAGES: JSON.stringify(
        names.map((name) => name.slice(0, -".json".length)),
      ),
    },
  });
  const size = gzipSync(await readFile(join(folder, BUNDLE))).length;
  if (size > MAX_GZIPPED) {
    throw new Error(
      `${BUNDLE} has ${size} bytes gzipped, more than ${MAX_GZIPPED}`,
    );
  }
  return size;
};

const contents = async (folder) => {
  const entries = await readdir(folder, {
    recursive: true,
    withFileTypes: true,
  });
  const files = new Map();
  for (const entry of entries.filter((each) => each.isFile())) {
    const path = join(entry.parentPath, entry.name);
    files.set(relative(folder, path), await readFile(path, "utf8"));
  }
  return files;
};

/** Builds into a temporary folder, so that a failed build changes nothing. */
const withBuild = async (use) => {
  const parent = await mkdtemp(join(tmpdir(), "plex-butler-"));
  // Others can't read the parent, and a copy has the permissions of what is copied.
  const folder = join(parent, "frontend");
  try {
    const size = await writeBundle(folder);
    await writeTranslations(folder);
    return await use(folder, size);
  } finally {
    await rm(parent, { recursive: true });
  }
};

const compare = async (folder) => {
  const [wanted, found] = [await contents(folder), await contents(TARGET)];
  const names = [...new Set([...wanted.keys(), ...found.keys()])].sort();
  return names.filter((name) => wanted.get(name) !== found.get(name));
};

const replace = async (folder, size) => {
  await rm(TARGET, { recursive: true, force: true });
  await cp(folder, TARGET, { recursive: true });
  console.log(`Built ${BUNDLE}, ${size} bytes gzipped.`);
};

if (process.argv.includes("--check")) {
  const different = await withBuild(compare);
  if (different.length > 0) {
    console.error(
      `Not built from the current sources: ${different.join(", ")}`,
    );
    console.error("Run scripts/frontend, and commit what it builds.");
    process.exitCode = 1;
  }
} else {
  await withBuild(replace);
}
