/** A card with the tasks of a server, or with chosen ones. */

import { css, html, LitElement, nothing, type PropertyValues } from "lit";
import { property, state } from "lit/decorators.js";
import { cardForm } from "./card-form";
import {
  checkConfig,
  selectTasks,
  type Selection,
  type TasksCardConfig,
} from "./card-config";
import { isChanged } from "./changes";
import { fireEvent, type CardConfig, type HomeAssistant } from "./hass";
import { icon, icons } from "./icons";
import { localize, TextsController } from "./localize";
import { readServers, type Server } from "./servers";
import { isServerAway } from "./task-state";
import { shapeStyles } from "./styles";
import { renderRows } from "./task-list";

export const CARD_TYPE = "custom:plex-butler-card";

export class PlexButlerCard extends LitElement {
  @property({ attribute: false }) hass?: HomeAssistant;

  /** Whether the card is shown in an editor. */
  @property({ attribute: false }) preview = false;

  @state() private config?: TasksCardConfig;

  private selection: Selection | undefined;

  /** Lets Home Assistant keep the card on the page while its filter matches nothing. */
  readonly connectedWhileHidden = true;

  constructor() {
    super();
    new TextsController(this);
  }

  static getConfigForm() {
    return cardForm();
  }

  static getStubConfig(hass: HomeAssistant): Partial<TasksCardConfig> {
    const [first, second] = readServers(hass);
    return first && second ? { server: first.id } : {};
  }

  setConfig(config: CardConfig) {
    this.config = checkConfig(config);
  }

  getCardSize() {
    return (this.selection?.tasks.length ?? 1) + (this.config?.title ? 1 : 0);
  }

  getGridOptions() {
    return { columns: 12, min_columns: 6 };
  }

  protected override shouldUpdate(changes: PropertyValues<this>) {
    if (changes.size !== 1 || !changes.has("hass") || !this.selection)
      return true;
    const { servers } = this.selection;
    const shown = servers.flatMap((server) => [server, ...server.tasks]);
    const entityIds = shown.flatMap((each) => Object.values(each.entities));
    return isChanged(changes.get("hass"), this.hass, entityIds);
  }

  protected override willUpdate() {
    if (!this.hass || !this.config) return;
    this.selection = selectTasks(this.hass, this.config);
    const { tasks, missing, problem } = this.selection;
    const isFiltered = Boolean(this.config.kinds?.length || this.config.only);
    const isEmpty = tasks.length === 0 && missing.length === 0 && !problem;
    const hidden = isFiltered && isEmpty && !this.preview;
    if (hidden === this.hidden) return;
    this.hidden = hidden;
    fireEvent(this, "card-visibility-changed", { value: !hidden });
  }

  protected override render() {
    const { hass, config, selection } = this;
    if (!hass || !config || !selection) return nothing;
    const { servers, tasks, missing, problem } = selection;
    const isEmpty = tasks.length === 0 && missing.length === 0;
    const away = servers.filter((server) => isServerAway(hass, server));
    const noticed = config.notice === false ? [] : away;
    return html`<ha-card
      class=${config.title ? "titled" : ""}
      .header=${config.title || undefined}
    >
      ${problem ? this.renderNote(localize(problem)) : nothing}
      ${noticed.map(({ title: server }) =>
        this.renderNote(localize("server_unavailable", { server })),
      )}
      ${isEmpty && !problem ? this.renderNote(localize("no_tasks")) : nothing}
      ${isEmpty ? nothing : this.renderTasks(hass, selection, away)}
    </ha-card>`;
  }

  private renderTasks(
    hass: HomeAssistant,
    { tasks, missing }: Selection,
    away: readonly Server[],
  ) {
    return html`<div class="tasks" role="list">
      ${renderRows(hass, tasks, (task) =>
        away.some((server) => server.tasks.includes(task)),
      )}
      ${missing.map(
        () =>
          html`<div role="listitem">
            ${this.renderNote(`${localize("task_missing")}. ${localize("task_missing_help")}`)}
          </div>`,
      )}
    </div>`;
  }

  private renderNote(text: string) {
    return html`<div class="note">
      <span class="shape unavailable">${icon(icons.alert)}</span>${text}
    </div>`;
  }

  static override styles = [
    shapeStyles,
    css`
      :host([hidden]) {
        display: none;
      }
      ha-card {
        box-sizing: border-box;
        height: 100%;
        overflow: hidden;
      }
      .titled > :first-child {
        margin-block-start: -8px;
      }
      .tasks {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(min(100%, 340px), 1fr));
        align-items: start;
        padding-block-end: 4px;
      }
      .titled .tasks {
        padding-inline: 6px;
      }
      .note {
        display: flex;
        align-items: center;
        gap: 10px;
        padding: 10px;
        color: var(--secondary-text-color);
        font-size: var(--ha-font-size-m, 14px);
        line-height: 1.43;
      }
    `,
  ];
}
