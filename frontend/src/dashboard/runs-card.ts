/** A card with the runs of a server in the last 24 hours. */

import { css, html, LitElement, nothing, type PropertyValues } from "lit";
import { property, state } from "lit/decorators.js";
import { serverForm } from "../card-form";
import { isChanged } from "../changes";
import { formatDuration, formatPeriod, formatRecent } from "../format";
import type { CardConfig, HomeAssistant } from "../hass";
import { icon, icons } from "../icons";
import { localize, TextsController, type TextKey } from "../localize";
import { MinutesController } from "../minutes";
import { partsStyles, renderParts } from "../parts";
import { buttonStyles, shapeStyles } from "../styles";
import { rowStyles } from "../task-row-styles";
import { findServer, missingServer } from "./server";
import { fetchRuns, recentRuns, runsKey, type Outcome, type Run } from "./runs";

export const RUNS_CARD_TYPE = "custom:plex-butler-runs-card";

/** Runs that are shown at first. */
const FEW = 6;

const OUTCOME_ICONS: Readonly<Record<Outcome, string>> = {
  finished: icons.check,
  stopped: icons.stop,
  unconfirmed: icons.help,
};

const EVENT =
  "component.plex_butler.entity.event.run.state_attributes.event_type.state";

const timeText = (hass: HomeAssistant, { started, ended }: Run) => {
  if (started && ended) return formatPeriod(hass, started, ended);
  if (ended) return formatRecent(hass, ended);
  if (!started) return undefined;
  return `${hass.localize(`${EVENT}.started`)} ${formatRecent(hass, started)}`;
};

export class RunsCard extends LitElement {
  @property({ attribute: false }) hass?: HomeAssistant;

  @state() private config?: CardConfig;

  @state() private runs?: readonly Run[];

  @state() private hasFailed = false;

  @state() private isOpen = false;

  private loadedKey: string | undefined;

  private isLoading = false;

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
    return FEW;
  }

  getGridOptions() {
    return { columns: 12, min_columns: 6 };
  }

  protected override shouldUpdate(changes: PropertyValues<this>) {
    void this.load();
    if (changes.size !== 1 || !changes.has("hass")) return true;
    return isChanged(changes.get("hass"), this.hass, []);
  }

  /** Loads the runs again until they are those of the latest states. */
  private async load() {
    if (this.isLoading) return;
    this.isLoading = true;
    for (;;) {
      const { hass } = this;
      const server = hass?.connected
        ? findServer(hass, this.config)
        : undefined;
      const key = hass && server && runsKey(hass, server);
      const isLoaded = key === this.loadedKey;
      // A lost connection clears the key, so that the runs are loaded again after it.
      this.loadedKey = key;
      if (!hass || !server || isLoaded) break;
      try {
        this.runs = await fetchRuns(hass, server);
        this.hasFailed = false;
      } catch {
        this.hasFailed = true;
      }
    }
    this.isLoading = false;
  }

  protected override render() {
    if (!this.hass) return nothing;
    return html`<ha-card>${this.renderContent(this.hass)}</ha-card>`;
  }

  private renderContent(hass: HomeAssistant) {
    if (!findServer(hass, this.config)) {
      return this.renderNote(missingServer(hass));
    }
    if (this.hasFailed) return this.renderNote("runs_failed");
    if (!this.runs) return this.renderNote("runs_loading");
    const runs = recentRuns(this.runs);
    if (runs.length === 0) return this.renderNote("no_runs");
    const shown = this.isOpen ? runs : runs.slice(0, FEW);
    const count = runs.length - shown.length;
    return html`<div role="list">
        ${shown.map((run) => this.renderRun(hass, run))}
      </div>
      ${
        count > 0
          ? html`<button class="more" @click=${() => (this.isOpen = true)}>
              ${icon(icons.more)}${localize("runs_more", { count })}
            </button>`
          : nothing
      }`;
  }

  private renderRun(hass: HomeAssistant, run: Run) {
    const { by, duration, outcome } = run;
    const parts = [
      outcome === "unconfirmed"
        ? localize("run_unconfirmed")
        : hass.localize(`${EVENT}.${outcome}`),
      timeText(hass, run),
      duration === undefined ? undefined : formatDuration(hass, duration),
      by === "home_assistant" ? localize("by_home_assistant") : undefined,
    ];
    return html`<div class="row" role="listitem">
      <span class="shape ${run.outcome}">
        ${icon(OUTCOME_ICONS[run.outcome])}
      </span>
      <span class="text">
        <span class="name">${run.title}</span>
        <span class="state">${renderParts(parts)}</span>
      </span>
    </div>`;
  }

  private renderNote(key: TextKey) {
    const isQuiet = key === "no_runs" || key === "runs_loading";
    return html`<div class="row">
      <span class="shape">${icon(isQuiet ? icons.idle : icons.alert)}</span>
      <span class="text state">${localize(key)}</span>
    </div>`;
  }

  static override styles = [
    shapeStyles,
    buttonStyles,
    rowStyles,
    partsStyles,
    css`
      ha-card {
        overflow: hidden;
      }
      .row {
        gap: 10px;
        min-height: 56px;
        padding-block: 10px;
        padding-inline: 10px 16px;
        box-sizing: border-box;
      }
      .shape.finished {
        --shape-color: color-mix(
          in srgb,
          var(--success-color, #43a047) 80%,
          var(--primary-text-color)
        );
      }
      .shape.stopped {
        --shape-color: color-mix(
          in srgb,
          var(--warning-color, #ffa600) 70%,
          var(--primary-text-color)
        );
      }
      .more {
        display: flex;
        align-items: center;
        gap: 16px;
        box-sizing: border-box;
        width: 100%;
        min-height: 48px;
        padding-inline: 16px;
        color: var(--primary-text-color);
        font-weight: var(--ha-font-weight-medium, 500);
      }
      .more:hover {
        background-color: color-mix(
          in srgb,
          var(--primary-text-color) 4%,
          transparent
        );
      }
    `,
  ];
}
