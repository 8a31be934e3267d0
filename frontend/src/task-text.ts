/** The line under the name of a task: what it's doing, or what its last run was. */

import {
  formatDuration,
  formatPercent,
  formatRecent,
  formatRelative,
} from "./format";
import type { HomeAssistant } from "./hass";
import { localize } from "./localize";
import type { Task } from "./servers";
import { entityOf, type LastRun, type TaskState } from "./task-state";

/** Longer than any run: such times aren't those of one run. */
const MAX_DURATION = 7 * 24 * 3600;

const lastRunParts = (
  hass: HomeAssistant,
  task: Task,
  { lastRun: run, isRecorded }: TaskState,
) => {
  if (!run) return isRecorded ? [localize("run_never")] : [];
  const time = formatRelative(hass, run.at);
  const event = entityOf(hass, task, "run");
  if (run.outcome === "unconfirmed") return [time, localize("run_unconfirmed")];
  if (run.outcome === "finished" || !event) return [time];
  return [hass.formatEntityAttributeValue(event, "event_type"), time];
};

const durationText = (hass: HomeAssistant, run: LastRun | undefined) => {
  const seconds = run?.duration;
  if (seconds === undefined || seconds < 0 || seconds > MAX_DURATION)
    return undefined;
  return formatDuration(hass, seconds);
};

const lettersOf = (text: string) =>
  text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");

/** Some servers show the title of the task in place of what it's working on. */
export const detailText = (task: Task, { detail }: TaskState) => {
  // Plex's own titles are in English, and have the words of the name.
  const names = [task.title, task.name.replace(/^ButlerTask/, "")];
  const isTitle = names.map(lettersOf).includes(lettersOf(detail ?? ""));
  return isTitle ? undefined : detail;
};

const runningParts = (hass: HomeAssistant, task: Task, state: TaskState) => [
  state.progress === undefined
    ? undefined
    : formatPercent(hass, state.progress),
  state.stalledSince
    ? localize("stalled_since", {
        time: formatRecent(hass, state.stalledSince),
      })
    : detailText(task, state),
];

const restingParts = (hass: HomeAssistant, task: Task, state: TaskState) => [
  ...lastRunParts(hass, task, state),
  durationText(hass, state.lastRun),
  state.status === "idle" && state.intervalDays !== undefined
    ? localize("every_days", { count: state.intervalDays })
    : undefined,
];

/** Returns the state in words, such as "Running" or "Switched off". */
export const statusText = (hass: HomeAssistant, task: Task) => {
  const entity = entityOf(hass, task, "status");
  if (entity) return hass.formatEntityState(entity);
  const isDisabled = task.entities["status"] === undefined;
  return hass.localize(
    `state.default.${isDisabled ? "unknown" : "unavailable"}`,
  );
};

/** Returns the parts of the line, which can be wrapped between them. */
export const taskParts = (
  hass: HomeAssistant,
  task: Task,
  state: TaskState,
) => {
  const status = statusText(hass, task);
  const parts = {
    running: () => [status, ...runningParts(hass, task, state)],
    queued: () => [status],
    idle: () => restingParts(hass, task, state),
    disabled: () => [status, ...restingParts(hass, task, state)],
    unavailable: () => [status, ...restingParts(hass, task, state)],
    unknown: () => restingParts(hass, task, state),
  }[state.status]();
  const known = parts.filter((part) => part !== undefined);
  return known.length > 0 ? known : [status];
};
