/** The parts of Home Assistant's frontend that are used here, and no more. */

export interface EntityState {
  entity_id: string;
  state: string;
  attributes: Record<string, unknown>;
}

export interface EntityEntry {
  entity_id: string;
  device_id?: string;
  platform?: string;
  translation_key?: string;
  hidden?: boolean;
}

export interface DeviceEntry {
  id: string;
  name: string | null;
  name_by_user: string | null;
  identifiers: [string, string][];
  disabled_by: string | null;
  /** The config entry of the device. */
  config_entry_id?: string;
  /** The server's device, in the device of a task. */
  parent_device_id?: string | null;
}

export interface Locale {
  language: string;
  /** "12", "24", "language", or "system" (the browser's own). */
  time_format: string;
  /** "local" (the browser's own) or "server" (that of Home Assistant). */
  time_zone: string;
}

export interface ServiceTarget {
  entity_id?: string;
  device_id?: string;
}

export interface HomeAssistant {
  states: Record<string, EntityState | undefined>;
  entities: Record<string, EntityEntry>;
  devices: Record<string, DeviceEntry>;
  config: { time_zone: string };
  connected: boolean;
  user?: { is_admin: boolean };
  /** The language of the texts, such as "en" or "pt-BR". */
  language: string;
  locale: Locale;
  localize(key: string, values?: Record<string, string | number>): string;
  formatEntityState(entity: EntityState, state?: string): string;
  formatEntityAttributeName(entity: EntityState, attribute: string): string;
  formatEntityAttributeValue(entity: EntityState, attribute: string): string;
  /** Calls an action. Shows its error as a toast and raises it again. */
  callService<T>(
    domain: string,
    service: string,
    data: Record<string, unknown>,
    target: ServiceTarget,
    notifyOnError: boolean,
    returnResponse: boolean,
  ): Promise<{ response?: T }>;
}

export interface CardConfig {
  type: string;
  [option: string]: unknown;
}

/** Sends an event that Home Assistant handles, such as "hass-more-info". */
export const fireEvent = (
  node: HTMLElement,
  type: string,
  detail: unknown = {},
) => {
  node.dispatchEvent(
    new CustomEvent(type, { bubbles: true, composed: true, detail }),
  );
};
