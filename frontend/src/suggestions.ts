/** What the card picker suggests for an entity of ours. */

import type { CardConfig, HomeAssistant } from "./hass";
import { localize } from "./localize";
import { CARD_TYPE } from "./plex-butler-card";
import { serverOfEntity, taskOfEntity } from "./servers";
import { FEATURE_TYPE } from "./task-feature";

interface Suggestion {
  label: string;
  config: CardConfig;
}

export const suggestCards = (
  hass: HomeAssistant,
  entityId: string,
): Suggestion[] | null => {
  const server = serverOfEntity(hass, entityId);
  if (server) {
    const config = { type: CARD_TYPE, server: server.id };
    return [{ label: localize("suggestion_server"), config }];
  }
  const task = taskOfEntity(hass, entityId)?.task;
  if (task?.entities["status"] !== entityId) return null;
  return [
    {
      label: localize("suggestion_task"),
      config: { type: CARD_TYPE, tasks: [task.id] },
    },
    {
      label: localize("suggestion_tile"),
      config: {
        type: "tile",
        entity: entityId,
        features: [{ type: FEATURE_TYPE }],
      },
    },
  ];
};
