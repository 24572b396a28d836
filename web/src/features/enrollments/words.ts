/** What the parts of an enrollment are called on the page. */
import type { Enrollment, TimelineEntry } from "@/api/types";
import type { IconName } from "@/shared/icons";

export const END_REASONS: Record<NonNullable<Enrollment["end_reason"]>, string> = {
  completed: "Came to its end",
  replied: "The customer answered",
  opted_out: "The customer opted out",
  disconnected: "Taken out by hand",
  sequence_deactivated: "The sequence was deactivated",
  record_deactivated: "The record was deactivated",
  unreachable: "The number cannot receive texts",
};

export const TIMELINE_KINDS: Record<TimelineEntry["kind"], { label: string; icon: IconName }> = {
  enrolled: { label: "Enrolled", icon: "enrolled" },
  text_held: { label: "Text is waiting", icon: "clock" },
  text_submitted: { label: "Text sent", icon: "text" },
  text_refused: { label: "Text not sent", icon: "refused" },
  text_failed: { label: "Text failed", icon: "failed" },
  text_retried: { label: "Text tried again", icon: "clock" },
  text_uncertain: { label: "Text uncertain", icon: "uncertain" },
  waited: { label: "Waited", icon: "clock" },
  branched: { label: "Took a branch", icon: "branch" },
  work_item_opened: { label: "Work item opened", icon: "task" },
  work_item_decided: { label: "Work item decided", icon: "check" },
  consent_asked: { label: "Asked what the customer meant", icon: "consent" },
  reply_received: { label: "The customer answered", icon: "reply" },
  paused: { label: "Paused", icon: "pause" },
  resumed: { label: "Resumed", icon: "resume" },
  ended: { label: "Ended", icon: "end" },
};

const SIDES: Record<string, string> = { then: "Yes", else: "No" };

/** Returns what there is to say of an entry beside its kind. */
export function detailOf({ kind, detail }: Pick<TimelineEntry, "kind" | "detail">): string | null {
  if (detail === null) return null;
  switch (kind) {
    case "waited":
      return detail === "skipped" ? "Skipped by hand" : null;
    case "branched":
      return SIDES[detail] ?? detail;
    case "ended":
      return (END_REASONS as Record<string, string>)[detail] ?? detail;
    default:
      return detail.charAt(0).toUpperCase() + detail.slice(1);
  }
}

const TOLD_BY_STEP: ReadonlySet<TimelineEntry["kind"]> = new Set([
  "text_held",
  "text_submitted",
  "text_refused",
  "text_failed",
  "text_retried",
  "text_uncertain",
  "work_item_opened",
  "work_item_decided",
] as const);

/** Returns the ids of the entries that one may ask "why?" about: of each step the last that says what became of it. */
export function explainable(entries: TimelineEntry[]): ReadonlySet<string> {
  const last = new Map<string, string>();
  for (const { id, kind, step_id } of entries) {
    if (step_id !== null && TOLD_BY_STEP.has(kind)) last.set(step_id, id);
  }
  return new Set(last.values());
}
