/** Which server a card of the dashboard shows. */

import type { CardConfig, HomeAssistant } from "../hass";
import { readServers } from "../servers";

/** Returns the server of a configuration, or the first one where it names none. */
export const findServer = (hass: HomeAssistant, config?: CardConfig) => {
  const servers = readServers(hass);
  const id = config?.["server"];
  return id ? servers.find((each) => each.id === id) : servers[0];
};

/** Returns the text that says why there is no server to show. */
export const missingServer = (hass: HomeAssistant) =>
  readServers(hass).length > 0 ? "server_missing" : "no_servers";
