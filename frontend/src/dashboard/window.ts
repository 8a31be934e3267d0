/** What is known of a server's maintenance window, in words. */

import { formatRecent } from "../format";
import type { HomeAssistant } from "../hass";
import { localize } from "../localize";
import type { Server } from "../servers";
import { dateOf, entityOf } from "../task-state";

const MINUTE = 60_000;

/** Returns how far a time zone is ahead of UTC at a time, in milliseconds. */
const zoneOffset = (date: Date, timeZone: string) => {
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
  }).formatToParts(date);
  const part = (type: string) =>
    Number(parts.find((each) => each.type === type)?.value);
  const shown = Date.UTC(
    part("year"),
    part("month") - 1,
    part("day"),
    part("hour"),
    part("minute"),
  );
  return shown - Math.floor(date.getTime() / MINUTE) * MINUTE;
};

/** Returns the time of a calendar's attribute, such as "2026-11-28 05:00:00". */
export const calendarTime = (text: unknown, timeZone: string) => {
  if (typeof text !== "string") return undefined;
  // Calendars tell times in Home Assistant's own time zone, and don't name it.
  const wall = new Date(`${text.replace(" ", "T")}Z`).getTime();
  if (Number.isNaN(wall)) return undefined;
  const about = new Date(wall - zoneOffset(new Date(wall), timeZone));
  return new Date(wall - zoneOffset(about, timeZone));
};

export const windowText = (hass: HomeAssistant, server: Server) => {
  const calendar = entityOf(hass, server, "maintenance");
  const closes = calendarTime(
    calendar?.attributes["end_time"],
    hass.config.time_zone,
  );
  if (calendar?.state === "on" && closes) {
    return localize("window_open", { time: formatRecent(hass, closes) });
  }
  const opens = dateOf(entityOf(hass, server, "next_window"));
  return opens
    ? localize("next_window", { time: formatRecent(hass, opens) })
    : localize("window_unknown");
};
