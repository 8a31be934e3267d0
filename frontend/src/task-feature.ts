/** A feature of a tile with the status of a task: the button to start or stop it. */

import { css, html, LitElement, nothing, type PropertyValues } from "lit";
import { property } from "lit/decorators.js";
import { isChanged } from "./changes";
import type { CardConfig, HomeAssistant } from "./hass";
import { icon, icons } from "./icons";
import { localize, TextsController } from "./localize";
import { taskOfEntity } from "./servers";
import { buttonStyles, shapeStyles } from "./styles";
import { TaskPress } from "./task-press";
import { isActive, readTaskState } from "./task-state";

export const FEATURE_TYPE = "custom:plex-butler-task-feature";

export interface FeatureContext {
  entity_id?: string;
}

/** Returns the task of a tile, if the tile shows the status of one. */
const taskOf = (hass: HomeAssistant, context: FeatureContext) => {
  const task = context.entity_id && taskOfEntity(hass, context.entity_id)?.task;
  return task && task.entities["status"] === context.entity_id
    ? task
    : undefined;
};

export const isSupported = (hass: HomeAssistant, context: FeatureContext) =>
  taskOf(hass, context) !== undefined;

export class TaskFeature extends LitElement {
  @property({ attribute: false }) hass?: HomeAssistant;

  @property({ attribute: false }) context?: FeatureContext;

  private readonly button = new TaskPress(this);

  constructor() {
    super();
    new TextsController(this);
  }

  static getStubConfig(): CardConfig {
    return { type: FEATURE_TYPE };
  }

  /** There is nothing to configure. */
  setConfig() {}

  protected override shouldUpdate(changes: PropertyValues<this>) {
    if (changes.size !== 1 || !changes.has("hass") || !this.hass) return true;
    return isChanged(changes.get("hass"), this.hass, [this.context?.entity_id]);
  }

  protected override render() {
    const { hass, context } = this;
    const task = hass && context && taskOf(hass, context);
    if (!task) return nothing;
    const { status } = readTaskState(hass, task);
    const key = isActive(status) ? "stop" : "start";
    return html`<button
      class=${status}
      aria-label=${localize(`${key}_task`, { task: task.title })}
      aria-busy=${this.button.isBusy}
      ?disabled=${status === "unavailable"}
      @click=${(event: MouseEvent) => this.button.press(event, hass, task, status)}
      @keydown=${this.button.ignoreRepeated}
    >
      ${icon(isActive(status) ? icons.stop : icons.play)}
      ${hass.localize(`component.plex_butler.entity.button.${key}.name`)}
    </button>`;
  }

  static override styles = [
    shapeStyles,
    buttonStyles,
    css`
      button {
        display: flex;
        align-items: center;
        justify-content: center;
        gap: 8px;
        box-sizing: border-box;
        width: 100%;
        min-height: var(--feature-height, 42px);
        padding-inline: 8px;
        border-radius: var(--feature-border-radius, 12px);
        background-color: color-mix(
          in srgb,
          var(--disabled-color) 20%,
          transparent
        );
        color: var(--primary-text-color);
        font-size: var(--ha-font-size-m, 14px);
        font-weight: var(--ha-font-weight-medium, 500);
        overflow-wrap: anywhere;
      }
      button:hover:enabled {
        background-color: color-mix(
          in srgb,
          var(--disabled-color) 35%,
          transparent
        );
      }
      button:disabled {
        color: var(--disabled-text-color);
      }
      .icon {
        width: 20px;
        height: 20px;
      }
    `,
  ];
}
