import { expect, test } from "vitest";
import { clockIn, day, moment, momentWithin, relative } from "./instants";

const NOW = new Date("2026-03-10T12:00:00Z");

test.each([
  ["2026-03-10T09:05:00Z", "9:05 AM"],
  ["2026-03-09T09:05:00Z", "Yesterday, 9:05 AM"],
  ["2026-03-11T09:05:00Z", "Tomorrow, 9:05 AM"],
  ["2026-03-14T09:05:00Z", "Sat, Mar 14, 9:05 AM"],
  ["2025-03-14T09:05:00Z", "Mar 14, 2025, 9:05 AM"],
])("a moment says the day only when it is not today: %s", (at, written) => {
  expect(moment(new Date(at), NOW).replaceAll("\u202f", " ")).toBe(written);
});

test("within a sentence, a near day is written small", () => {
  const written = [8, 9, 11, 14].map((date) =>
    momentWithin(new Date(Date.UTC(2026, 2, date, 9, 5)), NOW).replaceAll("\u202f", " "),
  );
  expect(written).toEqual([
    "Sun, Mar 8, 9:05 AM",
    "yesterday, 9:05 AM",
    "tomorrow, 9:05 AM",
    "Sat, Mar 14, 9:05 AM",
  ]);
});

test("the day changes at the reader's midnight, also when the clock has changed in between", () => {
  // London's summer time begins on 29 March 2026 at 01:00 UTC
  expect(day(new Date("2026-03-28T23:30:00Z"), new Date("2026-03-29T22:30:00Z"))).toBe("Yesterday");
  expect(day(new Date("2026-03-29T23:30:00Z"), new Date("2026-03-29T22:30:00Z"))).toBe("Tomorrow");
});

test.each([
  ["2026-03-10T12:00:30Z", "now"],
  ["2026-03-10T12:19:30Z", "in 19m"],
  ["2026-03-10T09:30:00Z", "2h ago"],
  ["2026-03-12T12:00:00Z", "in 2d"],
])("says how far away an instant is: %s", (at, written) => {
  expect(relative(new Date(at), NOW)).toBe(written);
});

test.each([
  ["America/New_York", "8:00 AM"],
  ["Pacific/Kiritimati", "Wed 2:00 AM"],
  ["Nowhere/Else", null],
])("tells the time in %s", (zone, written) => {
  expect(clockIn(zone, NOW)?.replaceAll("\u202f", " ") ?? null).toBe(written);
});
