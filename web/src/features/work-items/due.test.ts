import { expect, test } from "vitest";
import { isOverdue, isWaiting } from "./due";

const ARRIVED = "2026-03-02T10:00:00Z";

test.each([
  ["a call a second after its time", "call", "2026-03-02T10:00:01Z", true],
  ["a call at its time", "call", "2026-03-02T10:00:00Z", false],
  ["a reply the second it arrives", "reply", "2026-03-02T10:00:01Z", false],
  ["a reply that waited for an hour", "reply", "2026-03-02T11:00:00Z", false],
  ["a reply that waited for longer", "reply", "2026-03-02T11:00:01Z", true],
  ["a failed text just now", "failed_text", "2026-03-02T10:05:00Z", false],
] as const)("%s", (_what, kind, now, overdue) => {
  expect(isOverdue({ kind, status: "open", due_at: ARRIVED }, new Date(now))).toBe(overdue);
});

test("what is decided neither waits nor is overdue", () => {
  const decided = { kind: "reply", status: "completed", due_at: ARRIVED } as const;
  expect(isWaiting(decided)).toBe(false);
  expect(isOverdue(decided, new Date("2026-03-05T10:00:00Z"))).toBe(false);
});
