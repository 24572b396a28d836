/** When a work item is late: past the time that somebody set, or left waiting for long. */
import type { WorkItem } from "@/api/types";

type Timed = Pick<WorkItem, "kind" | "status" | "due_at">;

/** What is due the moment it arrives, as it has no time of its own: it waits, and nobody has missed anything yet. */
const ARRIVE: ReadonlySet<WorkItem["kind"]> = new Set([
  "reply",
  "consent_question",
  "failed_text",
  "uncertain_text",
] as const);

/** An hour, as the list's order tells "within the hour" from later. */
const PATIENCE = 60 * 60_000;

/** Returns whether an item waits since it arrived, rather than for a time that was set. */
export function isWaiting({ kind, status }: Timed): boolean {
  return status === "open" && ARRIVE.has(kind);
}

export function isOverdue(item: Timed, now: Date): boolean {
  const late = now.getTime() - Date.parse(item.due_at);
  return item.status === "open" && late > (isWaiting(item) ? PATIENCE : 0);
}
