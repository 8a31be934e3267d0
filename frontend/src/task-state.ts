/** What a task is doing, and what its last run was, as its entities show it. */

import type { EntityState, HomeAssistant } from "./hass";
import type { Server, Task } from "./servers";

/** "unknown" where a person has disabled the status of the task. */
export type Status =
  "disabled" | "idle" | "queued" | "running" | "unavailable" | "unknown";

export interface LastRun {
  outcome: "finished" | "stopped" | "unconfirmed";
  /** When the run ended, or where that isn't known, when it started. */
  at: Date;
  /** In seconds. */
  duration: number | undefined;
}

export interface TaskState {
  status: Status;
  /** In percent. */
  progress: number | undefined;
  detail: string | undefined;
  description: string | undefined;
  intervalDays: number | undefined;
  isRandomized: boolean;
  /** Whether the server has shown this task at work at least once. */
  isObserved: boolean;
  stalledSince: Date | undefined;
  lastRun: LastRun | undefined;
  /** Whether runs would be known, which they aren't before the server is set up. */
  isRecorded: boolean;
}

type States = Pick<HomeAssistant, "states">;

const STATUSES: readonly string[] = ["disabled", "idle", "queued", "running"];

export const isUnavailable = (entity: EntityState | undefined) =>
  !entity || entity.state === "unavailable" || entity.state === "unknown";

export const entityOf = (
  hass: States,
  { entities }: Task | Server,
  key: string,
) => {
  const entityId = entities[key];
  return entityId === undefined ? undefined : hass.states[entityId];
};

const asText = (value: unknown) =>
  typeof value === "string" && value !== "" ? value : undefined;

const asNumber = (value: unknown) =>
  typeof value === "number" && Number.isFinite(value) ? value : undefined;

/** Zero or less isn't a number of days between two runs. */
const asInterval = (value: unknown) => {
  const days = asNumber(value);
  return days !== undefined && days > 0 ? days : undefined;
};

const asDate = (value: unknown) => {
  const date = new Date(typeof value === "string" ? value : NaN);
  return Number.isNaN(date.getTime()) ? undefined : date;
};

export const dateOf = (entity: EntityState | undefined) =>
  asDate(entity?.state);

const readLastRun = (hass: States, task: Task): LastRun | undefined => {
  const started = dateOf(entityOf(hass, task, "last_started"));
  const finished = dateOf(entityOf(hass, task, "last_finished"));
  const event = entityOf(hass, task, "run");
  const [type, at] = [event?.attributes["event_type"], dateOf(event)];
  const duration = asNumber(event?.attributes["duration"]);
  if (type === "stopped" && at) return { outcome: type, at, duration };
  // A start that has an end isn't that of a later run without one.
  const open = started && finished && started <= finished ? undefined : started;
  if (type === "unconfirmed" && at) {
    return { outcome: type, at: open ?? at, duration: undefined };
  }
  // The time of the last end leaves out runs that may not have been the task's.
  if (type === "finished" && at) return { outcome: type, at, duration };
  // Without the event of the end, the two times tell whether the last run has one.
  if (open) return { outcome: "unconfirmed", at: open, duration: undefined };
  if (!finished) return undefined;
  const seconds = started && (finished.getTime() - started.getTime()) / 1000;
  return { outcome: "finished", at: finished, duration: seconds };
};

/** The entities that tell of runs, each of which a person may have disabled. */
const RECORDS = ["last_started", "last_finished", "run"] as const;

const isThere = (entity: EntityState | undefined) =>
  entity !== undefined && entity.state !== "unavailable";

const isStatus = (state: string): state is Status => STATUSES.includes(state);

const readStatus = (task: Task, entity: EntityState | undefined): Status => {
  if (entity && isStatus(entity.state)) return entity.state;
  return task.entities["status"] === undefined ? "unknown" : "unavailable";
};

export const readTaskState = (hass: States, task: Task): TaskState => {
  const entity = entityOf(hass, task, "status");
  const attributes = entity?.attributes ?? {};
  const progress = asNumber(attributes["progress"]);
  return {
    status: readStatus(task, entity),
    progress:
      progress === undefined ? undefined : Math.min(Math.max(progress, 0), 100),
    detail: asText(attributes["detail"]),
    description: asText(attributes["description"]),
    intervalDays: asInterval(attributes["interval_days"]),
    isRandomized: attributes["schedule_randomized"] === true,
    isObserved: attributes["observed"] !== false,
    stalledSince: asDate(attributes["stalled_since"]),
    lastRun: readLastRun(hass, task),
    isRecorded: RECORDS.some((key) => isThere(entityOf(hass, task, key))),
  };
};

export const isActive = (status: Status) =>
  status === "running" || status === "queued";

/** Returns whether nothing is known of what a server is doing. */
export const isServerAway = (hass: States, server: Server) => {
  if (server.entities["running"] !== undefined)
    return isUnavailable(entityOf(hass, server, "running"));
  const isKnown = (task: Task) =>
    !isUnavailable(entityOf(hass, task, "status"));
  return server.tasks.length > 0 && !server.tasks.some(isKnown);
};
