/** The form of the card's visual editor. */

import type { CardConfig } from "./hass";
import { checkConfig, STATES } from "./card-config";
import { KINDS } from "./kinds";
import { loadTexts, localize, type TextKey } from "./localize";

const LABELS: Readonly<Record<string, TextKey>> = {
  server: "editor_server",
  tasks: "editor_tasks",
  title: "editor_title",
  kinds: "editor_kinds",
  only: "editor_only",
};

const HELP: Readonly<Record<string, TextKey>> = {
  server: "editor_server_help",
  tasks: "editor_tasks_help",
  kinds: "editor_kinds_help",
  only: "editor_only_help",
};

// Only the server has a calendar, and only tasks have events.
const deviceSelector = (domain: string, multiple: boolean) => ({
  device: {
    multiple,
    filter: { integration: "plex_butler" },
    entity: { integration: "plex_butler", domain },
  },
});

const filters = () => [
  {
    name: "kinds",
    selector: {
      select: {
        multiple: true,
        options: KINDS.map((value) => ({
          value,
          label: localize(`kind_${value}`),
        })),
      },
    },
  },
  {
    name: "only",
    selector: {
      select: {
        mode: "dropdown",
        options: STATES.map((value) => ({
          value,
          label: localize(`only_${value}`),
        })),
      },
    },
  },
];

const textOf =
  (keys: Readonly<Record<string, TextKey>>) => (schema: { name: string }) => {
    const key = keys[schema.name];
    return key && localize(key);
  };

const SERVER = { name: "server", selector: deviceSelector("calendar", false) };

/** The form of a card that shows one server. */
export const serverForm = async () => {
  await loadTexts();
  return {
    schema: [SERVER],
    computeLabel: textOf(LABELS),
    computeHelper: textOf(HELP),
  };
};

export const cardForm = async () => {
  await loadTexts();
  return {
    schema: [
      SERVER,
      { name: "title", selector: { text: {} } },
      { name: "tasks", selector: deviceSelector("event", true) },
      {
        name: "",
        type: "expandable",
        flatten: true,
        title: localize("editor_filter"),
        schema: filters(),
      },
    ],
    computeLabel: textOf(LABELS),
    computeHelper: textOf(HELP),
    assertConfig: (config: CardConfig) => void checkConfig(config),
  };
};
