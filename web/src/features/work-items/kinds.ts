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
  call: { label: "Call", icon: "call", color: "blue" },
  task: { label: "Task", icon: "task", color: "grape" },
  failed_text: { label: "Text failed", icon: "failed", color: "red" },
  uncertain_text: { label: "Text uncertain", icon: "uncertain", color: "orange" },
};

export const DECIDED: Record<Exclude<WorkItem["status"], "open">, string> = {
  approved: "approved",
  skipped: "skipped",
  completed: "marked as done",
  cancelled: "cancelled, because the enrollment ended",
};
