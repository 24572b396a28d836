/** Answers of the API about what is set up for everybody, for tests. */
import type { ConsentEntry, EmbedKey, Template, Withdrawal } from "@/api/types";
import { MAYA } from "./makers";

export function makeTemplate(template: Partial<Template> = {}): Template {
  return {
    id: "t-1",
    key: "book-a-call",
    name: "Book a call",
    record_kind: "lead",
    default_language: "en",
    sharing: "organisation",
    team_id: null,
    business_unit_id: null,
    owner: MAYA,
    variants: { en: "Hi there, shall we talk?", de: "Hallo, wollen wir telefonieren?" },
    findings: [],
    statistics: { days: 90, uses: 40, replied: 10, reply_rate: 0.25 },
    used_by: ["welcome"],
    created_at: "2026-03-01T10:00:00Z",
    updated_at: "2026-03-01T10:00:00Z",
    archived_at: null,
    ...template,
  };
}

export function makeWithdrawal(withdrawal: Partial<Withdrawal> = {}): Withdrawal {
  return {
    customer_number: "+12025550101",
    purpose: null,
    scope: "organisation",
    our_number: null,
    brand: null,
    source: "reply",
    is_unclear: false,
    since: "2026-03-02T10:00:00Z",
    entry_id: "ce-1",
    evidence: "STOP",
    ...withdrawal,
  };
}

export function makeConsentEntry(entry: Partial<ConsentEntry> = {}): ConsentEntry {
  return {
    id: "ce-1",
    customer_number: "+12025550101",
    kind: "withdrawn",
    purpose: null,
    scope: "organisation",
    our_number: null,
    brand: null,
    source: "reply",
    at: "2026-03-02T10:00:00Z",
    recorded_at: "2026-03-02T10:00:00Z",
    evidence: {
      id: "m-1",
      conversation_id: "c-1",
      body: "Please STOP",
      created_at: "2026-03-02T10:00:00Z",
    },
    actor: null,
    wording: null,
    reference: null,
    expires_at: null,
    under_way: [],
    ...entry,
  };
}

export function makeEmbedKey(key: Partial<EmbedKey> = {}): EmbedKey {
  return {
    id: "k-1",
    name: "Customer form",
    allowed_origins: ["https://crm.example.com"],
    is_active: true,
    created_by: MAYA,
    created_at: "2026-03-01T10:00:00Z",
    ...key,
  };
}
