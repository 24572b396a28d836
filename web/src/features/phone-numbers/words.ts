/** What is said about the numbers on the page. */
import type { PhoneNumber } from "@/api/types";

export const MOST_A_SECOND = 1000;
export const MOST_A_DAY = 10_000_000;
export const LONGEST_BRAND = 100;

/** How fast a number sends, and how much in a day. */
export function paceOf({ per_second, daily_cap }: PhoneNumber): string {
  const pace = `${per_second.toLocaleString("en")} a second`;
  return daily_cap === null ? pace : `${pace}, ${daily_cap.toLocaleString("en")} a day`;
}

/** How much waits for a number's turn, and how long that takes. */
export function queueOf({ waiting, drains_in_seconds }: PhoneNumber): string {
  if (waiting === 0) return "Empty";
  const [count, unit] =
    drains_in_seconds < 90
      ? [drains_in_seconds, "second"]
      : drains_in_seconds < 5400
        ? [Math.round(drains_in_seconds / 60), "minute"]
        : [Math.round(drains_in_seconds / 3600), "hour"];
  const texts = `${waiting.toLocaleString("en")} ${waiting === 1 ? "text" : "texts"}`;
  return `${texts}, about ${count} ${unit}${count === 1 ? "" : "s"}`;
}
