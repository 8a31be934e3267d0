/** The strategy of the dashboard: which views there are follows the servers and tasks. */

import type { CardConfig, HomeAssistant } from "../hass";
import { loadTexts, localize } from "../localize";
import { readServers } from "../servers";
import { serverViews } from "./views";

const NAME = "Plex Butler";

const REGISTRIES = ["devices", "entities", "language"] as const;

export class DashboardStrategy extends HTMLElement {
  static readonly noEditor = true;

  static async generate(_config: CardConfig, hass: HomeAssistant) {
    await loadTexts();
    return { title: NAME, views: serverViews(readServers(hass)) };
  }

  /** Cards follow the states themselves. */
  static shouldRegenerate(
    _config: CardConfig,
    before: HomeAssistant,
    after: HomeAssistant,
  ) {
    return REGISTRIES.some((key) => before[key] !== after[key]);
  }

  static getCreateSuggestions() {
    return { title: NAME, icon: "mdi:room-service" };
  }
}

/** What the dialog for a new dashboard offers. */
export const strategyEntry = {
  type: "plex-butler",
  strategyType: "dashboard",
  name: NAME,
  get description() {
    return localize("dashboard_description");
  },
  documentationURL: "https://github.com/plex-butler/plex-butler",
};
