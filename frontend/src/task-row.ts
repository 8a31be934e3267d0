/** A task in a list: what it's doing, its progress, and the button to start or stop it. */

import { html, LitElement, nothing, type PropertyValues } from "lit";
import { property, state } from "lit/decorators.js";
import { isChanged } from "./changes";
import type { HomeAssistant } from "./hass";
import { icon, icons, kindIcons } from "./icons";
import { localize, TextsController } from "./localize";
import { MinutesController } from "./minutes";
import { partsStyles, renderParts } from "./parts";
import type { Task } from "./servers";
import { buttonStyles, shapeStyles } from "./styles";
import { renderDetails } from "./task-details";
import { TaskPress } from "./task-press";
import { rowStyles } from "./task-row-styles";
import { isActive, readTaskState, type TaskState } from "./task-state";
import { statusText, taskParts } from "./task-text";

export class TaskRow extends LitElement {
  @property({ attribute: false }) hass!: HomeAssistant;

  @property({ attribute: false }) task!: Task;

  /** Whether the list says itself that the server is away. */
  @property({ attribute: false }) isAway = false;

  @state() private isOpen = false;

  private readonly button = new TaskPress(this);

  static override styles = [shapeStyles, buttonStyles, rowStyles, partsStyles];

  constructor() {
    super();
    new TextsController(this);
    new MinutesController(this);
  }

  protected override shouldUpdate(changes: PropertyValues<this>) {
    if (changes.size !== 1 || !changes.has("hass")) return true;
    return isChanged(
      changes.get("hass"),
      this.hass,
      Object.values(this.task.entities),
    );
  }

  protected override render() {
    const now = readTaskState(this.hass, this.task);
    return html`
      <div class="row ${now.status}">
        ${this.renderSummary(now)} ${this.renderButton(now)}
      </div>
      ${now.status === "running" ? this.renderProgress(now) : nothing}
      <div id="details" ?hidden=${!this.isOpen}>
        ${this.isOpen ? renderDetails(this.hass, this.task, now) : nothing}
      </div>
    `;
  }

  private renderSummary(now: TaskState) {
    const [status, parts] = [statusText(this.hass, this.task), this.parts(now)];
    const path =
      now.status === "idle" ? kindIcons[this.task.kind] : icons[now.status];
    // Where the text doesn't have the state, such as for an idle task, the icon says it.
    const label = parts.includes(status) ? undefined : status;
    return html`<button
      class="summary"
      aria-expanded=${this.isOpen}
      aria-controls="details"
      @click=${() => (this.isOpen = !this.isOpen)}
    >
      <span class="shape ${now.status}">${icon(path, label)}</span>
      <span class="text">
        <span class="name">${this.task.title}</span>
        <span class="state">${renderParts(parts)}</span>
      </span>
    </button>`;
  }

  private parts(now: TaskState) {
    const parts = taskParts(this.hass, this.task, now);
    // The list says that the status is unavailable, unless there is nothing else to say.
    const isSaid = this.isAway && now.status === "unavailable";
    return isSaid && parts.length > 1 ? parts.slice(1) : parts;
  }

  private renderButton(now: TaskState) {
    const stops = isActive(now.status);
    const label = localize(stops ? "stop_task" : "start_task", {
      task: this.task.title,
    });
    return html`<button
      class="icon-button"
      aria-label=${label}
      title=${label}
      aria-busy=${this.button.isBusy}
      ?disabled=${now.status === "unavailable"}
      @click=${(event: MouseEvent) =>
        this.button.press(event, this.hass, this.task, now.status)}
      @keydown=${this.button.ignoreRepeated}
    >
      ${icon(stops ? icons.stop : icons.play)}
    </button>`;
  }

  private renderProgress({ progress }: TaskState) {
    return html`<div
      class="progress ${progress === undefined ? "unknown" : ""}"
      role="progressbar"
      aria-label=${localize("progress_of", { task: this.task.title })}
      aria-valuemin="0"
      aria-valuemax="100"
      aria-valuenow=${progress === undefined ? nothing : Math.floor(progress)}
    >
      <div
        style=${progress === undefined ? nothing : `inline-size: ${progress}%`}
      ></div>
    </div>`;
  }
}
