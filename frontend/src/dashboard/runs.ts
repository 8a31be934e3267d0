/** The runs of the last 24 hours, as the action that returns them answers. */

import type { HomeAssistant } from "../hass";
import type { Server } from "../servers";

const PERIOD = 24 * 3600 * 1000;

const OUTCOMES = ["finished", "stopped", "unconfirmed"] as const;

export type Outcome = (typeof OUTCOMES)[number];

export interface Run {
  title: string;
  started: Date | undefined;
  ended: Date | undefined;
  /** In seconds. */
  duration: number | undefined;
  outcome: Outcome;
  by: "home_assistant" | "server";
}

interface RunJson {
  title: string;
  started: string | null;
  ended: string | null;
  duration: number | null;
  outcome: string;
  by: string;
}

const readDate = (text: string | null) => {
  const date = new Date(text ?? NaN);
  return Number.isNaN(date.getTime()) ? undefined : date;
};

/** When a run ended, or where that isn't known, when it started. */
const timeOf = ({ started, ended }: Run) =>
  (ended ?? started ?? new Date(0)).getTime();

const readRun = (run: RunJson): Run[] => {
  const outcome = OUTCOMES.find((each) => each === run.outcome);
  const [started, ended] = [readDate(run.started), readDate(run.ended)];
  // A later version may have outcomes that this page, loaded earlier, doesn't know.
  if (!outcome || !(started ?? ended)) return [];
  return [
    {
      title: run.title,
      started,
      ended,
      duration: run.duration ?? undefined,
      outcome,
      by: run.by === "home_assistant" ? "home_assistant" : "server",
    },
  ];
};

/** Returns the runs in an answer, newest first. */
export const readRuns = (runs: readonly RunJson[]): Run[] =>
  runs.flatMap(readRun).sort((a, b) => timeOf(b) - timeOf(a));

/** Returns the runs that are still of the last 24 hours, since pages stay open. */
export const recentRuns = (runs: readonly Run[], now = new Date()) =>
  runs.filter((run) => now.getTime() - timeOf(run) < PERIOD);

/** Asks for the runs of a server. Raises an error if it isn't set up at the moment. */
export const fetchRuns = async (hass: HomeAssistant, server: Server) => {
  const { response } = await hass.callService<{ runs: RunJson[] }>(
    "plex_butler",
    "get_runs",
    { config_entry_id: server.configEntryId },
    {},
    false,
    true,
  );
  return readRuns(response?.runs ?? []);
};

/** What changes when a run of the server starts or ends. */
export const runsKey = (
  hass: Pick<HomeAssistant, "states">,
  server: Server,
) => {
  const states = server.tasks.flatMap(({ entities }) =>
    ["run", "status", "last_started", "last_finished"].map((key) => {
      const entityId = entities[key];
      return entityId && hass.states[entityId]?.state;
    }),
  );
  return JSON.stringify([server.configEntryId, states]);
};
