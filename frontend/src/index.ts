/** Defines the elements and announces them to Home Assistant. */

import { HeaderCard } from "./dashboard/header-card";
import { RunsCard } from "./dashboard/runs-card";
import { DashboardStrategy, strategyEntry } from "./dashboard/strategy";
import { followLanguage, localize } from "./localize";
import { PlexButlerCard } from "./plex-butler-card";
import { suggestCards } from "./suggestions";
import { isSupported, TaskFeature } from "./task-feature";
import { TaskRow } from "./task-row";

const ELEMENTS = {
  "ll-strategy-dashboard-plex-butler": DashboardStrategy,
  "plex-butler-card": PlexButlerCard,
  "plex-butler-header-card": HeaderCard,
  "plex-butler-runs-card": RunsCard,
  "plex-butler-task-feature": TaskFeature,
  "plex-butler-task-row": TaskRow,
};

/** What Home Assistant offers in its dialogs. Texts are read when a dialog opens. */
const announce = (
  list: "customCards" | "customCardFeatures" | "customStrategies",
  entry: object,
) => {
  const lists = window as unknown as Partial<Record<typeof list, object[]>>;
  (lists[list] ??= []).push(entry);
};

const announceAll = () => {
  announce("customCards", {
    type: "plex-butler-card",
    preview: true,
    get name() {
      return localize("card_name");
    },
    get description() {
      return localize("card_description");
    },
    getEntitySuggestion: suggestCards,
  });
  announce("customCardFeatures", {
    type: "plex-butler-task-feature",
    get name() {
      return localize("feature_name");
    },
    isSupported,
  });
  announce("customStrategies", strategyEntry);
};

const defineAll = () => {
  // The module can be loaded twice, by addresses of two versions.
  if (customElements.get("plex-butler-card")) return;
  followLanguage();
  for (const [name, element] of Object.entries(ELEMENTS)) {
    customElements.define(name, element);
  }
  announceAll();
};

// The frontend replaces the registry of elements while it starts. An element that is defined
// before that is lost.
void customElements.whenDefined("home-assistant").then(defineAll);
