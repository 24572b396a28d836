/** Answers of the API for tests; each takes what the test is about and fills in the rest. */
import type {
  Conversation,
  ConversationMove,
  Enrollment,
  Message,
  RecordRef,
  Sequence,
  Session,
  TouchlineRecord,
  Version,
  WorkItemInHand,
} from "@/api/types";

export const MAYA = { id: "u-maya", first_name: "Maya", last_name: "Okafor" };
export const BEN = { id: "u-ben", first_name: "Ben", last_name: "Halloran" };
export const WELCOME = { key: "welcome", name: "Welcome a new lead" };

export const ADA: RecordRef = {
  id: "r-ada",
  kind: "lead",
  first_name: "Ada",
  last_name: "Moreno",
  phone: "+12025550101",
  timezone: "America/New_York",
};

export const LUIS: RecordRef = { ...ADA, id: "r-luis", first_name: "Luis", last_name: "Ferreira" };

export const NORTHWIND = { id: "o-1", name: "Northwind Windows" };

/** Makes a session of a seller, who sees the own work alone and writes texts; `privileges` are what the roles give in addition. */
export function makeSession(privileges: Session["privileges"] = []): Session {
  return {
    user: {
      ...MAYA,
      email: "maya@example.com",
      is_active: true,
      business_unit: { id: "b-1", name: NORTHWIND.name },
      roles: [{ id: "role-1", name: "Salesperson", shipped: "salesperson" }],
    },
    organisation: { ...NORTHWIND, allowed_from: "08:00:00", allowed_until: "21:00:00" },
    privileges: [
      ...privileges,
      { entity: "work_item", privilege: "read", level: "user" },
      { entity: "message", privilege: "create", level: "user" },
      { entity: "message", privilege: "append", level: "user" },
      { entity: "conversation", privilege: "append_to", level: "user" },
    ],
    expires_at: "2030-01-01T00:00:00Z",
    embedded: null,
  };
}

export function makeWorkItem(item: Partial<WorkItemInHand> = {}): WorkItemInHand {
  return {
    id: "w-1",
    kind: "manual_text",
    status: "open",
    title: "Book a call",
    text: "Hi Ada, shall we book a call?",
    segments: { encoding: "GSM-7", units: 29, segments: 1 },
    reason: null,
    record: ADA,
    customer_number: (item.record === undefined ? ADA : item.record)?.phone ?? null,
    assignee: MAYA,
    team: null,
    covered_for: null,
    sequence: WELCOME,
    enrollment_id: "e-1",
    step_id: "book",
    conversation_id: null,
    message_id: null,
    due_at: "2020-01-01T12:00:00Z",
    created_at: "2020-01-01T08:00:00Z",
    created_by: null,
    snoozed_until: null,
    leaves_at: null,
    decided_at: null,
    decided_by: null,
    is_opened: true,
    is_followed: false,
    why: [],
    group: "",
    seen: "seen-1",
    warnings: [],
    changes: [],
    may_write: true,
    may_assign: true,
    may_append_to: true,
    ...item,
  };
}

export function makeConversation(conversation: Partial<Conversation> = {}): Conversation {
  return {
    id: "c-1",
    record: ADA,
    customer_number: "+12025550101",
    our_number: "+12025550143",
    our_number_id: "n-1",
    is_erased: false,
    customer_zones: ["America/New_York"],
    is_opted_out: false,
    unread_count: 0,
    may_append_to: true,
    last_message: null,
    last_message_at: "2026-03-02T10:00:00Z",
    ...conversation,
  };
}

export function makeMessage(message: Partial<Message> = {}): Message {
  return {
    id: "m-1",
    direction: "outbound",
    status: "delivered",
    body: "Hi Ada, this is Maya.",
    is_erased: false,
    from_number: "+12025550143",
    to_number: "+12025550101",
    segments: 1,
    encoding: "GSM-7",
    media: [],
    author: null,
    enrollment_id: null,
    step_id: null,
    sequence: null,
    error_code: null,
    error: null,
    attempt: 1,
    retry_of: null,
    price: null,
    price_currency: null,
    held_for: null,
    held_until: null,
    held_reason: null,
    created_at: "2026-03-02T10:00:00Z",
    submitted_at: null,
    sent_at: null,
    finished_at: null,
    ...message,
  };
}

export function makeMove(move: Partial<ConversationMove> = {}): ConversationMove {
  return {
    id: "v-1",
    at: "2026-03-02T11:00:00Z",
    way: "left",
    count: 1,
    other: "record",
    record: LUIS,
    reason: null,
    moved_by: BEN,
    ...move,
  };
}

export function makeSequence(sequence: Partial<Sequence> = {}): Sequence {
  return {
    ...WELCOME,
    record_kind: "lead",
    is_active: true,
    published_version: 3,
    counts: { active: 1, paused: 0, completed: 0, disconnected: 0 },
    draft: {
      ...WELCOME,
      record: "lead",
      settings: { timezone: "customer", on_reply: "end", purpose: "marketing" },
      steps: [{ id: "hello", name: "", type: "automated_text", text: "Hi there" }],
    },
    draft_source: "",
    draft_problems: [],
    findings: [],
    stale_templates: [],
    ...sequence,
  };
}

export function makeVersion(version: Partial<Version> = {}): Version {
  return {
    number: 3,
    published_at: "2026-03-01T09:00:00Z",
    published_by: MAYA,
    document: makeSequence().draft,
    ...version,
  };
}

export function makeEnrollment(enrollment: Partial<Enrollment> = {}): Enrollment {
  return {
    id: "e-1",
    record: ADA,
    sequence: WELCOME,
    version: 3,
    seller: MAYA,
    status: "active",
    end_reason: null,
    current_step: { id: "book", type: "manual_text", title: "Book a call" },
    waiting_until: null,
    waiting_reason: null,
    started_at: "2026-03-01T10:00:00Z",
    ended_at: null,
    ...enrollment,
  };
}

export function makeRecord(record: Partial<TouchlineRecord> = {}): TouchlineRecord {
  return {
    ...ADA,
    status: "active",
    external_id: null,
    parent_id: null,
    language: null,
    country: null,
    region: null,
    owner: MAYA,
    owner_team_id: null,
    fields: {},
    is_opted_out: false,
    unreachable_since: null,
    unreachable_reason: null,
    created_at: "2026-03-01T10:00:00Z",
    may_append_to: true,
    may_read_texts: true,
    ...record,
  };
}
