/** Texts of the head of a server's view. */

import { nothing } from "lit";
import { formatRelative } from "../format";
import type { HomeAssistant } from "../hass";
import { localize } from "../localize";
import { renderParts } from "../parts";
import type { Server } from "../servers";
import { readTaskState } from "../task-state";
import { windowText } from "./window";

/** Returns how many tasks run and wait, and what the window does, as parts of a line. */
export const renderSummary = (
  hass: HomeAssistant,
  server: Server,
  running: number,
  queued: number,
) => {
  const parts = [
    running > 0 ? localize("running_count", { count: running }) : undefined,
    queued > 0 ? localize("queued_count", { count: queued }) : undefined,
    windowText(hass, server),
  ];
  return renderParts(parts);
};

/** Returns which task ran last, and when; nothing if none has. */
export const lastRunText = (hass: HomeAssistant, server: Server) => {
  const runs = server.tasks.flatMap((task) => {
    const run = readTaskState(hass, task).lastRun;
    return run ? [{ title: task.title, at: run.at }] : [];
  });
  const [last] = runs.sort((a, b) => b.at.getTime() - a.at.getTime());
  if (!last) return nothing;
  const time = formatRelative(hass, last.at);
  return localize("last_run", { task: last.title, time });
};
