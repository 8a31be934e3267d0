/** The servers and their tasks, as Home Assistant's registries show them. */

import type { DeviceEntry, EntityEntry, HomeAssistant } from "./hass";
import { kindOf, type Kind } from "./kinds";

const PLATFORM = "plex_butler";

/** Entity ids by translation key. An entity that is disabled isn't among them. */
export type EntityIds = Readonly<Partial<Record<string, string>>>;

export interface Task {
  /** The id of the task's device. */
  id: string;
  /** The title for people: the name of the task's device. */
  title: string;
  /** Plex's name of the task. */
  name: string;
  kind: Kind;
  entities: EntityIds;
  /** Whether a person has hidden the status of the task. */
  isHidden: boolean;
}

export interface Server {
  /** The id of the server's device. */
  id: string;
  title: string;
  configEntryId: string | undefined;
  entities: EntityIds;
  /** In the order of their titles. */
  tasks: readonly Task[];
}

type Registries = Pick<HomeAssistant, "devices" | "entities" | "language">;

const titleOf = (device: DeviceEntry) =>
  (device.name_by_user || device.name || "").trim();

const identifierOf = (device: DeviceEntry) =>
  device.identifiers.find(([domain]) => domain === PLATFORM)?.[1];

const entitiesByDevice = (entities: Registries["entities"]) => {
  const found = new Map<string, EntityEntry[]>();
  for (const entity of Object.values(entities)) {
    if (entity.platform !== PLATFORM || !entity.device_id) continue;
    const others = found.get(entity.device_id);
    if (others) others.push(entity);
    else found.set(entity.device_id, [entity]);
  }
  return found;
};

const entityIds = (entities: readonly EntityEntry[]): EntityIds =>
  Object.fromEntries(
    entities
      .filter((entity) => entity.translation_key)
      .map((entity) => [entity.translation_key, entity.entity_id]),
  );

const isStatus = (entity: EntityEntry) => entity.translation_key === "status";

const readTask = (
  device: DeviceEntry,
  server: DeviceEntry,
  entities: readonly EntityEntry[],
): Task => {
  // The identifier of a task is that of its server, an underscore, and Plex's name.
  const prefix = `${identifierOf(server)}_`;
  const name = identifierOf(device)!.slice(prefix.length);
  return {
    id: device.id,
    title: titleOf(device),
    name,
    kind: kindOf(name),
    entities: entityIds(entities),
    isHidden: entities.some((entity) => isStatus(entity) && entity.hidden),
  };
};

const read = ({
  devices,
  entities,
  language,
}: Registries): readonly Server[] => {
  const ours = Object.values(devices).filter(
    (device) => identifierOf(device) && !device.disabled_by,
  );
  const found = entitiesByDevice(entities);
  const collator = new Intl.Collator(language);
  const sorted = <T extends { title: string }>(items: T[]) =>
    items.sort((a, b) => collator.compare(a.title, b.title));
  const readServer = (server: DeviceEntry): Server => ({
    id: server.id,
    title: titleOf(server),
    configEntryId: server.config_entry_id,
    entities: entityIds(found.get(server.id) ?? []),
    tasks: sorted(
      ours
        .filter((device) => device.parent_device_id === server.id)
        .map((device) => readTask(device, server, found.get(device.id) ?? [])),
    ),
  });
  return sorted(
    ours.filter((device) => !device.parent_device_id).map(readServer),
  );
};

let last: (Registries & { servers: readonly Server[] }) | undefined;

/** Returns all servers in the order of their titles, the same ones until a registry changes. */
export const readServers = (hass: Registries): readonly Server[] => {
  const { devices, entities, language } = hass;
  if (
    last?.devices !== devices ||
    last.entities !== entities ||
    last.language !== language
  ) {
    last = { devices, entities, language, servers: read(hass) };
  }
  return last.servers;
};

/** Returns the task that an entity belongs to, with its server. */
export const taskOfEntity = (hass: Registries, entityId: string) => {
  const device = hass.entities[entityId]?.device_id;
  for (const server of readServers(hass)) {
    const task = server.tasks.find((each) => each.id === device);
    if (task) return { server, task };
  }
  return undefined;
};

/** Returns the server that an entity belongs to itself, not one of its tasks. */
export const serverOfEntity = (hass: Registries, entityId: string) =>
  readServers(hass).find(
    (each) => each.id === hass.entities[entityId]?.device_id,
  );
