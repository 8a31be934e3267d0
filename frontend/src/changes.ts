/** Which changes of Home Assistant matter to an element: it changes many times a second. */

import type { LitElement } from "lit";
import type { HomeAssistant } from "./hass";

const SHARED = [
  "devices",
  "entities",
  "locale",
  "language",
  "connected",
] as const;

/** Returns whether an element that shows these entities has to be rendered again. */
export const isChanged = (
  before: HomeAssistant | undefined,
  after: HomeAssistant | undefined,
  entityIds: Iterable<string | undefined>,
) => {
  if (!before || !after) return true;
  if (SHARED.some((key) => before[key] !== after[key])) return true;
  // Functions are replaced when translations of the integration arrive.
  if (before.localize !== after.localize) return true;
  if (before.formatEntityState !== after.formatEntityState) return true;
  for (const id of entityIds) {
    if (id !== undefined && before.states[id] !== after.states[id]) return true;
  }
  return false;
};

/** Renders an element again, also if Home Assistant changes at the same time. */
export const requestRender = (host: LitElement) => {
  // A name of its own tells it from a change of "hass" alone.
  host.requestUpdate("requestRender", true);
};
