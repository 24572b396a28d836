/** What an erasure is about, and what is said of its report. */

/** Whom it is about: a number, or a record, with what they are called and what one types to be sure. */
export interface Person {
  of: { number: string } | { record_id: string };
  name: string;
  proof: string;
}

const COUNTED: Record<string, string> = {
  texts: "texts",
  media: "attachments",
  records: "records",
  work_items: "work items",
  notes: "notes",
  timeline_entries: "entries of timelines",
  ledger_entries: "entries of the ledger of consent",
  conversations: "conversations",
};

/** What was erased, or would be, kind by kind. */
export function countsIn(counts: Record<string, number>): string {
  const found = Object.entries(counts).filter(([, count]) => count > 0);
  if (found.length === 0) return "nothing that names a person";
  return found.map(([kind, count]) => `${COUNTED[kind] ?? kind}: ${count}`).join(", ");
}

/** Whether what was typed is the number or the name that is asked for, however its digits are grouped. */
export function isProof(typed: string, proof: string): boolean {
  return bare(typed) === bare(proof);
}

function bare(text: string): string {
  return text.replaceAll(/[\s().-]/g, "").toLowerCase();
}
