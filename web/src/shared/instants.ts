/** How an instant is written for the person who reads it, in their own time zone. */

/** The page speaks English; a reader's own English keeps its order of day and month and its 12 or 24 hours. */
const LOCALE = navigator.language.startsWith("en") ? navigator.language : "en-GB";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const clockFormat = new Intl.DateTimeFormat(LOCALE, { hour: "numeric", minute: "2-digit" });
const dayFormat = new Intl.DateTimeFormat(LOCALE, { weekday: "short", day: "numeric", month: "short" });
const dateFormat = new Intl.DateTimeFormat(LOCALE, { day: "numeric", month: "short", year: "numeric" });
const exactFormat = new Intl.DateTimeFormat(LOCALE, { dateStyle: "full", timeStyle: "long" });
const relativeFormat = new Intl.RelativeTimeFormat(LOCALE, { numeric: "auto", style: "narrow" });

/** The whole of it, with the zone: for titles. */
export function exact(at: Date): string {
  return exactFormat.format(at);
}

/** The time of day. */
export function clock(at: Date): string {
  return clockFormat.format(at);
}

/** The day, in words when it is near. */
export function day(at: Date, now: Date): string {
  const days = Math.round((startOfDay(at) - startOfDay(now)) / DAY);
  if (days === 0) return "Today";
  if (days === -1) return "Yesterday";
  if (days === 1) return "Tomorrow";
  return at.getFullYear() === now.getFullYear() ? dayFormat.format(at) : dateFormat.format(at);
}

/** The time of day, with the day unless it is today. */
export function moment(at: Date, now: Date): string {
  const name = day(at, now);
  return name === "Today" ? clock(at) : `${name}, ${clock(at)}`;
}

/** The same in the middle of a sentence: "due tomorrow, 9:05". */
export function momentWithin(at: Date, now: Date): string {
  return moment(at, now).replace(/^(Tomorrow|Yesterday)/, (name) => name.toLowerCase());
}

/** How far away it is: "in 5min", "2h ago". */
export function relative(at: Date, now: Date): string {
  const distance = at.getTime() - now.getTime();
  const size = Math.abs(distance);
  if (size < MINUTE) return "now";
  if (size < HOUR) return relativeFormat.format(Math.trunc(distance / MINUTE), "minute");
  if (size < DAY) return relativeFormat.format(Math.trunc(distance / HOUR), "hour");
  return relativeFormat.format(Math.trunc(distance / DAY), "day");
}

/** The time of day in `zone`, with the weekday when it is not the reader's; null for a zone the browser does not know. */
export function clockIn(zone: string, now: Date): string | null {
  try {
    const there = new Intl.DateTimeFormat(LOCALE, { timeZone: zone, weekday: "short" }).format(now);
    const here = new Intl.DateTimeFormat(LOCALE, { weekday: "short" }).format(now);
    const time = new Intl.DateTimeFormat(LOCALE, {
      timeZone: zone,
      hour: "numeric",
      minute: "2-digit",
    }).format(now);
    return there === here ? time : `${there} ${time}`;
  } catch {
    return null;
  }
}

/** A name for the day an instant falls on, to group by. */
export function dayKey(at: Date): string {
  return `${at.getFullYear()}-${at.getMonth()}-${at.getDate()}`;
}

function startOfDay(at: Date): number {
  return Date.UTC(at.getFullYear(), at.getMonth(), at.getDate());
}
