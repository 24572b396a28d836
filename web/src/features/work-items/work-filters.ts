/** Which work items a list shows, as it stands in the address and as the API is asked for it. */
import type { WorkItem } from "@/api/types";

export type Assignee = "me" | "team" | "any";

export const SHOWS = {
  replies: "Replies to answer",
  texts: "All about texts",
  approve: "Texts to approve",
  calls: "Calls",
  tasks: "Tasks and follow-ups",
  emails: "E-mails",
  trouble: "Trouble with texts",
  snoozed: "Snoozed",
  unattended: "Nobody is there",
} as const;

export const DUES = { overdue: "Overdue", today: "Within a day", later: "Later" } as const;

export const DECISIONS = {
  approved: "Approved",
  completed: "Done",
  skipped: "Skipped",
  cancelled: "Cancelled",
} as const;

export const SORTS = {
  due: "What is due first",
  value: "The highest value first",
  record: "By name",
  created: "The oldest first",
} as const;

export const GROUPS = {
  kind: "Kind",
  sequence: "Sequence",
  step: "Step",
  due: "Due",
  record_kind: "Kind of record",
  assignee: "Whose it is",
} as const;

/** What stands in the address; what is left out is as usual: open items, in the order of the priority. */
export interface WorkSearch {
  assignee?: Assignee;
  show?: keyof typeof SHOWS;
  due?: keyof typeof DUES;
  decided?: keyof typeof DECISIONS;
  sequence?: string;
  q?: string;
  sort?: keyof typeof SORTS;
  group?: keyof typeof GROUPS;
}

/** The same, with whose items they are: that depends on who looks. */
export type WorkFilters = WorkSearch & { assignee: Assignee };

const KINDS_OF: Partial<Record<keyof typeof SHOWS, WorkItem["kind"][]>> = {
  replies: ["reply"],
  approve: ["manual_text"],
  calls: ["call"],
  tasks: ["task", "follow_up"],
  emails: ["email"],
  trouble: ["failed_text", "uncertain_text", "consent_question"],
};

/** Returns what the API is asked for. */
export function askedFor({ assignee, show, due, decided, sequence, q }: WorkFilters) {
  return {
    status: decided ?? ("open" as const),
    assignee,
    kind: show && KINDS_OF[show],
    texts: show === "texts" || undefined,
    snoozed: show === "snoozed" || undefined,
    unattended: show === "unattended" || undefined,
    due,
    sequence,
    search: q,
  };
}

/** Returns how many of the filters that can be folded away narrow the list. */
export function countOfFilters({ show, due, decided, sequence }: WorkSearch): number {
  return [show, due, decided, sequence].filter(Boolean).length;
}
