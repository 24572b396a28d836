/** What people and things are called on the page. */
import { parsePhoneNumberFromString } from "libphonenumber-js/min";
import type { EnrollmentStatus, RecordKind, RecordRef, UserRef } from "@/api/types";

type Named = Pick<UserRef, "first_name" | "last_name">;

// what sets, overrides or ends a direction, and letters that are written from right to left
const DIRECTIONS = /[\u202A-\u202E\u2066-\u2069]/gu;
const RIGHT_TO_LEFT = /[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFC\u{10800}-\u{10FFF}\u{1E800}-\u{1EFFF}]/u;

/**
 * Returns words of others so that they can stand within a sentence of ours, also where there is no markup, such as in
 * a label: they are read in their own direction, and turn nothing beside them round.
 */
export function isolated(words: string): string {
  const plain = words.replaceAll(DIRECTIONS, "");
  return RIGHT_TO_LEFT.test(plain) ? `\u2068${plain}\u2069` : plain;
}

/** Returns the name of a user. */
export function userName(user: Named): string {
  return isolated(nameToType(user));
}

/** Returns a name as a person would type it. */
export function nameToType(of: Named): string {
  return `${of.first_name} ${of.last_name}`.trim();
}

/** Returns the name of a record; its number when nobody knows the name. */
export function recordName(record: Named & Pick<RecordRef, "phone">): string {
  return userName(record) || (record.phone === null ? "Unnamed" : phone(record.phone));
}

/** Returns whom texts are exchanged with: the record's name; the number alone while nobody has said whose it is. */
export function customerName(of: {
  record: Parameters<typeof recordName>[0] | null;
  customer_number: string | null;
}): string {
  if (of.record !== null) return recordName(of.record);
  return of.customer_number === null ? "Unnamed" : phone(of.customer_number);
}

/** Returns whose the texts of a record are, to who may not read them. */
export function whoseTexts(record: { owner: Named }): string {
  return `Its texts are ${userName(record.owner)}’s to read.`;
}

/** What a record is called that the reader may not see. */
export const HIDDEN_RECORD = "a record that you may not see";

/** Returns an E.164 number in its country's groups, which stay on one line; what is none, as it is. Of a person who was erased there is none. */
export function phone(e164: string): string {
  if (e164 === "erased") return "(erased)";
  return parsePhoneNumberFromString(e164)?.formatInternational().replaceAll(" ", "\u00A0") ?? e164;
}

/** Returns what was typed as an E.164 number; null where it is no international number. */
export function e164Of(typed: string): string | null {
  const number = parsePhoneNumberFromString(typed);
  return number?.isPossible() ? number.number : null;
}

export const RECORD_KINDS: Record<RecordKind, string> = {
  lead: "Lead",
  opportunity: "Opportunity",
  contact: "Contact",
  account: "Account",
};

export const ENROLLMENT_STATUSES: Record<EnrollmentStatus, { label: string; color: string }> = {
  active: { label: "Active", color: "pine" },
  paused: { label: "Paused", color: "amber" },
  completed: { label: "Completed", color: "gray" },
  disconnected: { label: "Disconnected", color: "gray" },
};
