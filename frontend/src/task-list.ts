/** Rows of tasks, as a list. */

import { html } from "lit";
import { repeat } from "lit/directives/repeat.js";
import type { HomeAssistant } from "./hass";
import type { Task } from "./servers";

/** Returns the rows of tasks; of some, the list may say itself that their server is away. */
export const renderRows = (
  hass: HomeAssistant,
  tasks: readonly Task[],
  isAway: (task: Task) => boolean,
) =>
  repeat(
    tasks,
    (task) => task.id,
    (task) =>
      html`<plex-butler-task-row
        role="listitem"
        .hass=${hass}
        .task=${task}
        .isAway=${isAway(task)}
      ></plex-butler-task-row>`,
  );
