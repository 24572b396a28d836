/** Answers of the API about work for tests; each takes what the test is about and fills in the rest. */
import type { Change, SavedView, TextWarning, UpNext, WorkItem, WorkItemCounts } from "@/api/types";
import { ADA, MAYA, WELCOME } from "./makers";

export function makeCounts(counts: Partial<WorkItemCounts> = {}): WorkItemCounts {
  return {
    open: 0,
    replies: 0,
    overdue: 0,
    texts: 0,
    trouble: 0,
    snoozed: 0,
    unattended: 0,
    groups: [],
    next_change_at: null,
    ...counts,
  };
}

export function makeUpNext(upNext: Partial<UpNext> = {}): UpNext {
  return { record: ADA, enrollments: [], by_hand: [], ...upNext };
}

/** Makes a record that stands at an item, between a text that was delivered and one that follows. */
export function makeWalk(item: WorkItem): UpNext["enrollments"][number] {
  return {
    id: "e-1",
    sequence: WELCOME,
    status: "active",
    before: [
      {
        step_id: "hello",
        title: "Say hello",
        type: "automated_text",
        outcome: "sent",
        at: "2026-03-01T10:00:00Z",
        by: null,
        message_status: "delivered",
      },
    ],
    current: {
      step_id: "book",
      title: item.title,
      type: "manual_text",
      work_item: item,
      waiting_until: null,
      reason: null,
    },
    next: [
      {
        step_id: "nudge",
        title: "Nudge",
        type: "automated_text",
        when: "after_wait",
        at: null,
        wait: "2d",
        side: null,
      },
    ],
  };
}

export const WROTE: Change = {
  what: "customer_wrote",
  detail: "The customer wrote again.",
  at: "2026-03-02T10:00:00Z",
};

export function makeWarning(warning: Partial<TextWarning> = {}): TextWarning {
  return {
    code: "customer_wrote",
    sentence: "The customer wrote since this was offered.",
    about: "customer",
    blocks: false,
    until: null,
    ...warning,
  };
}

export function makeView(view: Partial<SavedView> = {}): SavedView {
  return {
    id: "v-1",
    list: "work_items",
    name: "Only replies",
    query: { show: "replies" },
    is_shared: false,
    owner: MAYA,
    ...view,
  };
}
