/** What kind of work a task does, by Plex's name of the task. */

export const KINDS = [
  "database",
  "libraries",
  "analysis",
  "cleanup",
  "other",
] as const;

export type Kind = (typeof KINDS)[number];

/** By pattern, so that tasks of future versions of Plex mostly find their place. */
const PATTERNS: readonly (readonly [RegExp, Kind])[] = [
  [/Database$/, "database"],
  [/^(Clean|GarbageCollect)/, "cleanup"],
  [/Analysis$|^Generate/, "analysis"],
  [/^Refresh|Collections$|^ProcessAssets$|^ReverseGeocode$/, "libraries"],
];

export const kindOf = (task: string): Kind => {
  const name = task.replace(/^ButlerTask/, "");
  return PATTERNS.find(([pattern]) => pattern.test(name))?.[1] ?? "other";
};
