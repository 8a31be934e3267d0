/** The views of the dashboard, as configurations of Home Assistant's sections and cards. */

import type { CardConfig } from "../hass";
import type { Kind } from "../kinds";
import { localize } from "../localize";
import type { Server } from "../servers";
import { CARD_TYPE } from "../plex-butler-card";
import { HEADER_CARD_TYPE } from "./header-card";
import { RUNS_CARD_TYPE } from "./runs-card";

interface Section {
  type: "grid";
  column_span?: number;
  cards: CardConfig[];
}

export interface View {
  type: "sections";
  title?: string;
  path?: string;
  max_columns: number;
  sections: Section[];
}

/** Kinds by section, which are of about the same height, since they are columns. */
const SECTIONS: readonly (readonly Kind[])[] = [
  ["database", "libraries", "cleanup"],
  ["analysis", "other"],
];

const heading = (text: string): CardConfig => ({
  type: "heading",
  heading: text,
  heading_style: "title",
});

const kindCards = (server: Server, kind: Kind): CardConfig[] => {
  const isShown = server.tasks.some(
    (task) => task.kind === kind && !task.isHidden,
  );
  if (!isShown) return [];
  return [
    heading(localize(`kind_${kind}`)),
    { type: CARD_TYPE, server: server.id, kinds: [kind], notice: false },
  ];
};

/** Returns the view of a server. The only one shows the title of the dashboard instead. */
export const serverView = (server: Server, isOnly: boolean): View => {
  const tasks = SECTIONS.map((kinds) =>
    kinds.flatMap((kind) => kindCards(server, kind)),
  ).filter((cards) => cards.length > 0);
  const runs = [
    heading(localize("section_runs")),
    { type: RUNS_CARD_TYPE, server: server.id },
  ];
  const sections = [...tasks, runs];
  const header = [{ type: HEADER_CARD_TYPE, server: server.id }];
  return {
    type: "sections",
    ...(isOnly ? {} : { title: server.title, path: server.id }),
    max_columns: sections.length,
    sections: [
      { type: "grid", column_span: sections.length, cards: header },
      ...sections.map((cards): Section => ({ type: "grid", cards })),
    ],
  };
};

/** Returns the view that says how to add a server. */
export const emptyView = (): View => ({
  type: "sections",
  max_columns: 1,
  sections: [{ type: "grid", cards: [{ type: HEADER_CARD_TYPE }] }],
});

export const serverViews = (servers: readonly Server[]): View[] =>
  servers.length === 0
    ? [emptyView()]
    : servers.map((server) => serverView(server, servers.length === 1));
