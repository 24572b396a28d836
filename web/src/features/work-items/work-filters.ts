/** Which work items a list shows, as it stands in the address and as the API is asked for it. */
import type { RecordKind, WorkItem } from "@/api/types";
import { RECORD_KINDS } from "@/shared/names";
import { KINDS } from "./kinds";

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

export const DUES = { overdue: "Due now", today: "Within a day", later: "Later" } as const;

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

/** What the groups are called whose keys are words of the API; the others bring their names. */
export const GROUP_NAMES: Partial<Record<keyof typeof GROUPS, Readonly<Record<string, string>>>> = {
  kind: Object.fromEntries(Object.entries(KINDS).map(([kind, { label }]) => [kind, label])),
  due: { 0: "Due now", 1: "Within the hour", 2: "Within a day", 3: "Later" },
  record_kind: RECORD_KINDS,
};

/** What stands in the address; what is left out is as usual: open items, in the order of the priority. */
export interface WorkSearch {
  assignee?: Assignee;
  show?: keyof typeof SHOWS;
  due?: keyof typeof DUES;
  decided?: keyof typeof DECISIONS;
  sequence?: string;
  record_kind?: RecordKind;
  /** Only what one has not opened. */
  unopened?: "1";
  /** Only what one follows. */
  followed?: "1";
  q?: string;
  sort?: keyof typeof SORTS;
  /** The other way round. */
  reversed?: "1";
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
export function askedFor(filters: WorkFilters) {
  const { assignee, show, due, decided, sequence, record_kind, unopened, followed, q } = filters;
  return {
    status: decided ?? ("open" as const),
    assignee,
    kind: show && KINDS_OF[show],
    texts: show === "texts" || undefined,
    snoozed: show === "snoozed" || undefined,
    unattended: show === "unattended" || undefined,
    due,
    sequence,
    record_kind,
    unopened: unopened && true,
    followed: followed && true,
    search: q,
  };
}

/** Returns how many of the filters that can be folded away narrow the list. */
export function countOfFilters(search: WorkSearch): number {
  return FOLDED.filter((name) => search[name] !== undefined).length;
}

const FOLDED = ["show", "due", "decided", "sequence", "record_kind", "unopened", "followed"] as const;

/** What clears all of them. */
export const NOT_NARROWED: WorkSearch = Object.fromEntries(FOLDED.map((name) => [name, undefined]));
