/** Times, durations, and numbers in the person's language, clock, and time zone. */

import type { HomeAssistant, Locale } from "./hass";

type Settings = Pick<HomeAssistant, "locale" | "config">;

const SECOND = 1;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const RELATIVE_UNITS: readonly (readonly [
  number,
  Intl.RelativeTimeFormatUnit,
])[] = [
  [365 * DAY, "year"],
  [30 * DAY, "month"],
  [7 * DAY, "week"],
  [DAY, "day"],
  [HOUR, "hour"],
  [MINUTE, "minute"],
];

/** Returns how long ago something is in whole units, such as "2 hours ago". */
export const formatRelative = (
  { locale }: Settings,
  date: Date,
  now = new Date(),
) => {
  // The clock of the browser may be behind that of Home Assistant.
  const seconds = Math.min((date.getTime() - now.getTime()) / 1000, 0);
  const unit = RELATIVE_UNITS.find(([size]) => Math.abs(seconds) >= size);
  // "Yesterday" and "last week" are about the calendar, and whole units aren't.
  const formatter = new Intl.RelativeTimeFormat(locale.language, {
    numeric: unit ? "always" : "auto",
  });
  if (!unit) return formatter.format(0, "second");
  return formatter.format(Math.trunc(seconds / unit[0]), unit[1]);
};

const durationParts = (seconds: number): [number, string][] => {
  if (Math.round(seconds) < MINUTE) return [[Math.round(seconds), "second"]];
  const minutes = Math.round(seconds / MINUTE);
  if (minutes < 60) return [[minutes, "minute"]];
  return [
    [Math.floor(minutes / 60), "hour"],
    [minutes % 60, "minute"],
  ];
};

/** Returns a duration in seconds in its one or two largest units, such as "1 hr 20 min". */
export const formatDuration = ({ locale }: Settings, seconds: number) => {
  const parts = durationParts(seconds).filter(
    ([count], index) => index === 0 || count,
  );
  const texts = parts.map(([count, unit]) =>
    new Intl.NumberFormat(locale.language, {
      style: "unit",
      unit,
      unitDisplay: "short",
    }).format(count),
  );
  const list = new Intl.ListFormat(locale.language, {
    type: "unit",
    style: "narrow",
  });
  return list.format(texts);
};

/** Returns a number of percent, such as "45%". */
export const formatPercent = ({ locale }: Settings, percent: number) =>
  new Intl.NumberFormat(locale.language, {
    style: "percent",
    maximumFractionDigits: 0,
  }).format(Math.floor(percent) / 100);

const isTwelveHours = ({ language, time_format }: Locale) => {
  if (time_format === "12" || time_format === "24") return time_format === "12";
  const own = time_format === "language" ? language : undefined;
  const { hourCycle } = new Intl.DateTimeFormat(own, {
    hour: "numeric",
  }).resolvedOptions();
  return hourCycle === "h11" || hourCycle === "h12";
};

const clock = ({ locale }: Settings): Intl.DateTimeFormatOptions =>
  isTwelveHours(locale)
    ? { hour: "numeric", minute: "2-digit", hourCycle: "h12" }
    : { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };

const zone = ({ locale, config }: Settings): Intl.DateTimeFormatOptions =>
  locale.time_zone === "server" ? { timeZone: config.time_zone } : {};

/** Returns the time of day, such as "2:00 AM". */
export const formatTime = (settings: Settings, date: Date) =>
  new Intl.DateTimeFormat(settings.locale.language, {
    ...clock(settings),
    ...zone(settings),
  }).format(date);

/** Returns the day and the time, such as "Sat 2:00 AM", or further away "Dec 24, 2:00 AM". */
export const formatDateTime = (
  settings: Settings,
  date: Date,
  now = new Date(),
) => {
  const isNear = Math.abs(date.getTime() - now.getTime()) < 6 * DAY * 1000;
  return new Intl.DateTimeFormat(settings.locale.language, {
    ...(isNear ? { weekday: "short" } : { month: "short", day: "numeric" }),
    ...clock(settings),
    ...zone(settings),
  }).format(date);
};

const dayOf = (settings: Settings, date: Date) =>
  new Intl.DateTimeFormat("en", {
    dateStyle: "short",
    ...zone(settings),
  }).format(date);

/** Returns the time of a moment today, and also the day of another moment. */
export const formatRecent = (
  settings: Settings,
  date: Date,
  now = new Date(),
) =>
  dayOf(settings, date) === dayOf(settings, now)
    ? formatTime(settings, date)
    : formatDateTime(settings, date, now);

/** Returns from when until when something was, such as "2:24 – 2:35 AM". */
export const formatPeriod = (
  settings: Settings,
  start: Date,
  end: Date,
  now = new Date(),
) => {
  const day = dayOf(settings, start);
  if (day !== dayOf(settings, end)) {
    // In the format of a range, each day would also have its number.
    return [start, end]
      .map((date) => formatRecent(settings, date, now))
      .join(" – ");
  }
  const isToday = day === dayOf(settings, now);
  return new Intl.DateTimeFormat(settings.locale.language, {
    ...(isToday ? {} : { weekday: "short" }),
    ...clock(settings),
    ...zone(settings),
  }).formatRange(start, end);
};
