/** The options of the card: what they may be, and the tasks that they select. */

import type { CardConfig, HomeAssistant } from "./hass";
import { KINDS, type Kind } from "./kinds";
import { localize } from "./localize";
import { readServers, type Server, type Task } from "./servers";
import { isActive, readTaskState } from "./task-state";

export const STATES = ["active", "inactive"] as const;

export interface TasksCardConfig extends CardConfig {
  /** The id of the server's device; needed only where there are several. */
  server?: string;
  /** The ids of the devices of tasks, in the order to show them in. */
  tasks?: string[];
  title?: string;
  kinds?: Kind[];
  /** Shows only tasks that are running or waiting, or only those that aren't. */
  only?: (typeof STATES)[number];
  /** Whether the card says that a server is unavailable, by default it does. */
  notice?: boolean;
}

const isText = (value: unknown) => typeof value === "string";

const isListOf = (value: unknown, isItem: (item: unknown) => boolean) =>
  Array.isArray(value) && value.every(isItem);

const isOneOf = (choices: readonly unknown[]) => (value: unknown) =>
  choices.includes(value);

/** Returns the configuration. Raises an error that people can read on what can't be. */
export const checkConfig = (config: CardConfig): TasksCardConfig => {
  const check = (
    option: string,
    isRight: (value: unknown) => boolean,
    error: string,
  ) => {
    const value = config[option];
    if (value !== undefined && value !== null && !isRight(value))
      throw new Error(error);
  };
  for (const option of ["server", "title"]) {
    check(option, isText, localize("config_text", { option }));
  }
  const isIds = (value: unknown) => isListOf(value, isText);
  check("tasks", isIds, localize("config_list", { option: "tasks" }));
  const isKinds = (value: unknown) => isListOf(value, isOneOf(KINDS));
  const kinds = { option: "kinds", choices: KINDS.join(", ") };
  check("kinds", isKinds, localize("config_choices", kinds));
  const states = { option: "only", choices: STATES.join(", ") };
  check("only", isOneOf(STATES), localize("config_choice", states));
  const notice = { option: "notice", choices: "true, false" };
  check("notice", isOneOf([true, false]), localize("config_choice", notice));
  return config;
};

/** What a card shows: tasks, or why there are none. */
export interface Selection {
  servers: readonly Server[];
  tasks: readonly Task[];
  /** Ids among the chosen tasks that no task has. */
  missing: readonly string[];
  problem?: "no_servers" | "server_required" | "server_missing";
}

const NOTHING: Selection = { servers: [], tasks: [], missing: [] };

const selectChosen = (
  servers: readonly Server[],
  ids: readonly string[],
): Selection => {
  const all = new Map(
    servers.flatMap(({ tasks }) => tasks.map((task) => [task.id, task])),
  );
  const tasks = ids
    .map((id) => all.get(id))
    .filter((task) => task !== undefined);
  return {
    servers: servers.filter((server) =>
      server.tasks.some((task) => tasks.includes(task)),
    ),
    tasks,
    missing: ids.filter((id) => !all.has(id)),
  };
};

const selectAll = (
  servers: readonly Server[],
  id: string | undefined,
): Selection => {
  if (servers.length === 0) return { ...NOTHING, problem: "no_servers" };
  if (!id && servers.length > 1)
    return { ...NOTHING, problem: "server_required" };
  const server = id ? servers.find((each) => each.id === id) : servers[0];
  if (!server) return { ...NOTHING, problem: "server_missing" };
  const tasks = server.tasks.filter((task) => !task.isHidden);
  return { servers: [server], tasks, missing: [] };
};

export const selectTasks = (
  hass: HomeAssistant,
  config: TasksCardConfig,
): Selection => {
  const servers = readServers(hass);
  const chosen = config.tasks?.length ? [...new Set(config.tasks)] : undefined;
  const found = chosen
    ? selectChosen(servers, chosen)
    : selectAll(servers, config.server);
  const kinds = config.kinds?.length ? config.kinds : KINDS;
  const isWanted = (task: Task) =>
    !config.only ||
    isActive(readTaskState(hass, task).status) === (config.only === "active");
  const tasks = found.tasks.filter(
    (task) => kinds.includes(task.kind) && isWanted(task),
  );
  return { ...found, tasks };
};
