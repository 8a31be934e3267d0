/** The head of a server's view: what runs now, the window, and all tasks at once. */

import { html, LitElement, nothing, type PropertyValues } from "lit";
import { property, state } from "lit/decorators.js";
import { serverForm } from "../card-form";
import { isChanged } from "../changes";
import { startAllTasks, stopAllTasks } from "../commands";
import type { CardConfig, HomeAssistant } from "../hass";
import { icon, icons } from "../icons";
import { localize, TextsController } from "../localize";
import { MinutesController } from "../minutes";
import { partsStyles } from "../parts";
import type { Server, Task } from "../servers";
import { buttonStyles, shapeStyles } from "../styles";
import { renderRows } from "../task-list";
import { rowStyles } from "../task-row-styles";
import {
  entityOf,
  isServerAway,
  readTaskState,
  type Status,
} from "../task-state";
import { headerStyles } from "./header-styles";
import { lastRunText, renderSummary } from "./header-text";
import { findServer, missingServer } from "./server";

export const HEADER_CARD_TYPE = "custom:plex-butler-header-card";

const ADD_SERVER = "/config/integrations/dashboard/add?domain=plex_butler";

const BUTTONS = "component.plex_butler.entity.button";

const RUNNING = "component.plex_butler.entity.binary_sensor.running.name";

export class HeaderCard extends LitElement {
  @property({ attribute: false }) hass?: HomeAssistant;

  @state() private config?: CardConfig;

  @state() private isBusy = false;

  constructor() {
    super();
    new TextsController(this);
    new MinutesController(this);
  }

  static getConfigForm() {
    return serverForm();
  }

  setConfig(config: CardConfig) {
    this.config = config;
  }

  getCardSize() {
    return 3;
  }

  getGridOptions() {
    return { columns: "full", min_columns: 6 };
  }

  protected override shouldUpdate(changes: PropertyValues<this>) {
    const server = this.hass && findServer(this.hass, this.config);
    if (changes.size !== 1 || !changes.has("hass") || !server) return true;
    const entityIds = [server, ...server.tasks].flatMap((each) =>
      Object.values(each.entities),
    );
    return isChanged(changes.get("hass"), this.hass, entityIds);
  }

  protected override render() {
    const { hass } = this;
    if (!hass) return nothing;
    const server = findServer(hass, this.config);
    return html`<ha-card>
      ${server ? this.renderServer(hass, server) : this.renderEmpty(hass)}
    </ha-card>`;
  }

  private renderServer(hass: HomeAssistant, server: Server) {
    const tasksWith = (status: Status) =>
      server.tasks.filter(
        (task) => readTaskState(hass, task).status === status,
      );
    const [running, queued] = [tasksWith("running"), tasksWith("queued")];
    const isAway = isServerAway(hass, server);
    const tasks = [...running, ...queued];
    // The server may also be at work on something that no task is known for.
    const isActive =
      tasks.length > 0 || entityOf(hass, server, "running")?.state === "on";
    const status = isAway ? "unavailable" : isActive ? "running" : "idle";
    return html`
      <div class="head">
        <span class="shape ${status}">
          ${icon(isActive ? icons.serverActive : icons.server)}
        </span>
        <span class="text">
          <h2>${server.title}</h2>
          <span class="state" role="status">
            ${isAway ? nothing : renderSummary(hass, server, running.length, queued.length)}
          </span>
        </span>
        ${this.renderButtons(hass, server, isAway, isActive)}
      </div>
      ${
        tasks.length > 0
          ? this.renderTasks(hass, tasks)
          : this.renderRest(hass, server, status)
      }
    `;
  }

  private renderButtons(
    hass: HomeAssistant,
    server: Server,
    isAway: boolean,
    isActive: boolean,
  ) {
    return html`<div class="buttons">
      <button
        class="text-button"
        ?disabled=${isAway || this.isBusy}
        @click=${() => this.press(hass, server, startAllTasks)}
      >
        ${icon(icons.startAll)}${hass.localize(`${BUTTONS}.start_all_tasks.name`)}
      </button>
      <button
        class="text-button"
        ?disabled=${isAway || this.isBusy || !isActive}
        @click=${() => this.press(hass, server, stopAllTasks)}
      >
        ${icon(icons.stopAll)}${hass.localize(`${BUTTONS}.stop_all_tasks.name`)}
      </button>
    </div>`;
  }

  private async press(
    hass: HomeAssistant,
    server: Server,
    command: typeof startAllTasks,
  ) {
    this.isBusy = true;
    await command(this, hass, server);
    this.isBusy = false;
  }

  private renderTasks(hass: HomeAssistant, tasks: readonly Task[]) {
    return html`<div
      class="now"
      role="list"
      aria-label=${localize("section_active")}
    >
      ${renderRows(hass, tasks, () => false)}
    </div>`;
  }

  /** Takes the place of a running task, so that what is below doesn't move at its start. */
  private renderRest(
    hass: HomeAssistant,
    server: Server,
    status: "unavailable" | "running" | "idle",
  ) {
    const text = {
      unavailable: () =>
        localize("server_unavailable", { server: server.title }),
      running: () => hass.localize(RUNNING),
      idle: () => localize("nothing_running"),
    }[status]();
    return html`<div class="now">
      <div class="row rest">
        <span class="shape ${status}">${icon(icons[status])}</span>
        <span class="text">
          <span class="name">${text}</span>
          <span class="state"
            >${status === "idle" ? lastRunText(hass, server) : nothing}</span
          >
        </span>
      </div>
    </div>`;
  }

  private renderEmpty(hass: HomeAssistant) {
    const problem = missingServer(hass);
    return html`<div class="empty">
      <span class="shape">${icon(icons.server)}</span>
      <h2>${localize(problem)}</h2>
      ${problem === "no_servers" ? this.renderFirstStep(hass) : nothing}
    </div>`;
  }

  private renderFirstStep(hass: HomeAssistant) {
    return html`<p>${localize("no_servers_help")}</p>
      ${
        hass.user?.is_admin
          ? html`<a class="text-button" href=${ADD_SERVER}
              >${localize("add_server")}</a
            >`
          : nothing
      }`;
  }

  static override styles = [
    shapeStyles,
    buttonStyles,
    rowStyles,
    partsStyles,
    headerStyles,
  ];
}
