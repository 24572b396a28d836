/** Answers of the API about what is set up for everybody, for tests. */
import type {
  ConsentEntry,
  EmbedKey,
  OrganisationSettings,
  PhoneNumber,
  Template,
  TextRule,
  Withdrawal,
} from "@/api/types";
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

export function makeSettings(settings: Partial<OrganisationSettings> = {}): OrganisationSettings {
  return {
    id: "o-1",
    name: "Northwind Windows",
    allowed_from: "08:00:00",
    allowed_until: "21:00:00",
    uses_team_numbers: true,
    fails_over: false,
    withdrawal_scope: "organisation",
    requires_consent: false,
    unknown_sender: "new_lead",
    answer_minutes: 60,
    retention: {},
    retention_rules: {},
    retention_last_run: null,
    ...settings,
  };
}

export function makeRule(rule: Partial<TextRule> = {}): TextRule {
  return {
    key: "first-sender",
    when: "first",
    message: "A first text must say who writes.",
    source: "CTIA",
    countries: ["GB", "US"],
    elsewhere: "off",
    shipped: "warning",
    severity: "warning",
    ...rule,
  };
}

export function makeNumber(number: Partial<PhoneNumber> = {}): PhoneNumber {
  return {
    id: "n-1",
    e164: "+12025550143",
    provider_account_id: "a-1",
    kind: "long_code",
    country: "US",
    can_sms: true,
    can_mms: false,
    can_receive: true,
    owner_user_id: MAYA.id,
    owner_team_id: null,
    is_default: true,
    per_second: 1,
    daily_cap: null,
    brand: "",
    waiting: 0,
    drains_in_seconds: 0,
    removed_at: null,
    ...number,
  };
}
