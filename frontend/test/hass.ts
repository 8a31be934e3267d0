/** A small Home Assistant with one or two servers, for the tests. */

import type {
  DeviceEntry,
  EntityEntry,
  EntityState,
  HomeAssistant,
} from "../src/hass";

const PLATFORM = "plex_butler";

export const makeDevice = (
  id: string,
  identifier: string,
  name: string,
  extra: Partial<DeviceEntry> = {},
): DeviceEntry => ({
  id,
  name,
  name_by_user: null,
  identifiers: [[PLATFORM, identifier]],
  disabled_by: null,
  config_entry_id: "entry",
  parent_device_id: null,
  ...extra,
});

export const makeTaskDevice = (
  id: string,
  name: string,
  title: string,
  extra: Partial<DeviceEntry> = {},
) =>
  makeDevice(id, `machine_${name}`, title, {
    parent_device_id: "server",
    ...extra,
  });

export const makeEntity = (
  entity_id: string,
  device_id: string,
  translation_key: string,
  extra: Partial<EntityEntry> = {},
): EntityEntry => ({
  entity_id,
  device_id,
  translation_key,
  platform: PLATFORM,
  ...extra,
});

export const makeState = (
  entity_id: string,
  state: string,
  attributes: Record<string, unknown> = {},
): EntityState => ({ entity_id, state, attributes });

const byId = <T>(items: readonly T[], idOf: (item: T) => string) =>
  Object.fromEntries(items.map((item) => [idOf(item), item]));

export const makeHass = ({
  devices = [],
  entities = [],
  states = [],
  language = "en",
  time_format = "language",
  time_zone = "server",
}: {
  devices?: DeviceEntry[];
  entities?: EntityEntry[];
  states?: EntityState[];
  language?: string;
  time_format?: string;
  time_zone?: string;
} = {}): HomeAssistant => ({
  devices: byId(devices, (device) => device.id),
  entities: byId(entities, (entity) => entity.entity_id),
  states: byId(states, (state) => state.entity_id),
  config: { time_zone: "Europe/Berlin" },
  connected: true,
  language,
  locale: { language, time_format, time_zone },
  localize: (key) => key,
  formatEntityState: (entity, state) => `<${state ?? entity.state}>`,
  formatEntityAttributeName: (_, attribute) => attribute,
  formatEntityAttributeValue: (entity, attribute) =>
    String(entity.attributes[attribute]),
  callService: () => Promise.resolve({}),
});

/** A server with three tasks, of which one runs, one waits, and one rests. */
export const makeServer = () => ({
  devices: [
    makeDevice("server", "machine", "Tower"),
    makeTaskDevice("backup", "BackupDatabase", "Backup database"),
    makeTaskDevice("music", "MusicAnalysis", "Music analysis"),
    makeTaskDevice("clean", "ButlerTaskCleanOldBundles", "Clean old bundles"),
  ],
  entities: [
    makeEntity("binary_sensor.running", "server", "running"),
    makeEntity("sensor.backup", "backup", "status"),
    makeEntity("sensor.music", "music", "status"),
    makeEntity("sensor.clean", "clean", "status"),
    makeEntity("sensor.backup_started", "backup", "last_started"),
    makeEntity("sensor.backup_finished", "backup", "last_finished"),
    makeEntity("event.backup", "backup", "run"),
  ],
  states: [
    makeState("binary_sensor.running", "on"),
    makeState("sensor.backup", "idle", { interval_days: 3 }),
    makeState("sensor.music", "running", {
      progress: 45.7,
      detail: "Kind of Blue",
    }),
    makeState("sensor.clean", "queued"),
    makeState("sensor.backup_started", "unknown"),
    makeState("sensor.backup_finished", "unknown"),
    makeState("event.backup", "unknown"),
  ],
});
