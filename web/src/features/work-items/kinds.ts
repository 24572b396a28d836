/** What the kinds of work items are called, and what each asks of the seller. */
import type { WorkItem } from "@/api/types";
import type { IconName } from "@/shared/icons";

interface Kind {
  label: string;
  icon: IconName;
  color: string;
}

export const KINDS: Record<WorkItem["kind"], Kind> = {
  manual_text: { label: "Text to approve", icon: "text", color: "pine" },
  reply: { label: "Reply to answer", icon: "reply", color: "pine" },
  call: { label: "Call", icon: "call", color: "blue" },
  task: { label: "Task", icon: "task", color: "grape" },
  email: { label: "E-mail", icon: "inbox", color: "blue" },
  follow_up: { label: "Follow-up", icon: "schedule", color: "grape" },
  consent_question: { label: "Did they opt out?", icon: "consent", color: "orange" },
  failed_text: { label: "Text failed", icon: "failed", color: "red" },
  uncertain_text: { label: "Text uncertain", icon: "uncertain", color: "orange" },
};

/** The kinds that one may put on the list by hand. */
export const BY_HAND = ["follow_up", "call", "task", "email"] as const;

export const DECIDED: Record<Exclude<WorkItem["status"], "open">, string> = {
  approved: "approved",
  skipped: "skipped",
  completed: "marked as done",
  cancelled: "cancelled, because it was no longer needed",
};
