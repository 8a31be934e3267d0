/** Icons, as paths of Material Design Icons. */

import {
  mdiAlertCircleOutline,
  mdiBookshelf,
  mdiBroom,
  mdiCalendarRemove,
  mdiCheck,
  mdiChevronDown,
  mdiCloudOffOutline,
  mdiCogOutline,
  mdiDatabaseOutline,
  mdiHelp,
  mdiMagnifyScan,
  mdiPlay,
  mdiPlaylistPlay,
  mdiPlaylistRemove,
  mdiProgressWrench,
  mdiRoomService,
  mdiRoomServiceOutline,
  mdiSleep,
  mdiStop,
  mdiTimerSand,
} from "@mdi/js";
import { html, svg } from "lit";
import type { Kind } from "./kinds";

export const icons = {
  alert: mdiAlertCircleOutline,
  check: mdiCheck,
  disabled: mdiCalendarRemove,
  help: mdiHelp,
  idle: mdiSleep,
  more: mdiChevronDown,
  play: mdiPlay,
  queued: mdiTimerSand,
  running: mdiProgressWrench,
  server: mdiRoomServiceOutline,
  serverActive: mdiRoomService,
  startAll: mdiPlaylistPlay,
  stop: mdiStop,
  stopAll: mdiPlaylistRemove,
  unavailable: mdiCloudOffOutline,
  unknown: mdiHelp,
} as const;

export const kindIcons: Readonly<Record<Kind, string>> = {
  database: mdiDatabaseOutline,
  libraries: mdiBookshelf,
  analysis: mdiMagnifyScan,
  cleanup: mdiBroom,
  other: mdiCogOutline,
};

/** Returns an icon; without a label it says nothing to a screen reader. */
export const icon = (path: string, label?: string) =>
  html`<svg
    class="icon"
    viewBox="0 0 24 24"
    role=${label ? "img" : "presentation"}
    aria-hidden=${label ? "false" : "true"}
    aria-label=${label ?? ""}
  >
    ${svg`<path d=${path}></path>`}
  </svg>`;
