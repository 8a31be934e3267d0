/** The button that starts a task, or stops it while it's running or waiting. */

import type { LitElement } from "lit";
import { requestRender } from "./changes";
import { startTask, stopTask } from "./commands";
import type { HomeAssistant } from "./hass";
import type { Task } from "./servers";
import { isActive, type Status } from "./task-state";

export class TaskPress {
  /** Whether the server hasn't answered yet. */
  isBusy = false;

  constructor(private readonly host: LitElement) {}

  async press(
    event: MouseEvent,
    hass: HomeAssistant,
    task: Task,
    status: Status,
  ) {
    event.stopPropagation();
    // A double-click would start a task and stop it again.
    if (this.isBusy || event.detail > 1) return;
    this.isBusy = true;
    requestRender(this.host);
    const command = isActive(status) ? stopTask : startTask;
    await command(this.host, hass, task);
    this.isBusy = false;
    requestRender(this.host);
  }

  /** So does a key that is held down. */
  ignoreRepeated(event: KeyboardEvent) {
    if (event.repeat && event.key === "Enter") event.preventDefault();
  }
}
