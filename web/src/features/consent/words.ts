/** What is said about consent on the page. */
import type { ConsentEntry, NewConsentEntry, OrganisationSettings } from "@/api/types";

export const ENTRY_KINDS: Record<ConsentEntry["kind"], { label: string; color: string }> = {
  granted: { label: "Consented", color: "pine" },
  withdrawn: { label: "Withdrew", color: "red" },
  unclear: { label: "Maybe withdrew", color: "amber" },
  dismissed: { label: "No withdrawal", color: "gray" },
  restored: { label: "Said START", color: "pine" },
};

export const SOURCES: Record<ConsentEntry["source"], string> = {
  reply: "the customer's text",
  provider: "the provider",
  seller: "a seller",
  customer_call: "a call",
  form: "a form",
  import: "an imported list",
  complaint: "a complaint",
  erasure: "an erasure",
};

/** Where one who records it has it from. */
export const BY_HAND: Record<NewConsentEntry["source"], string> = {
  seller: "They told me",
  customer_call: "They said so in a call",
  form: "They filled in a form",
  complaint: "They complained",
};

export const PURPOSES: Record<NonNullable<ConsentEntry["purpose"]>, string> = {
  marketing: "Marketing texts",
  service: "Service texts",
};

type Scope = OrganisationSettings["withdrawal_scope"];

export const SCOPES: Record<Scope, { label: string; consequence: string }> = {
  organisation: {
    label: "All texts of the organisation",
    consequence: "Whoever withdraws gets no text from any of your numbers. This is the lawful default.",
  },
  brand: {
    label: "Texts of one brand",
    consequence: "Numbers of your other brands may still text them. You answer for it.",
  },
  number: {
    label: "Texts from one number",
    consequence: "All your other numbers may still text them. You answer for it.",
  },
};

interface Reach {
  purpose: ConsentEntry["purpose"];
  scope: Scope | null;
  our_number: string | null;
  brand: string | null;
}

/** Which texts it is about. */
export function reachOf({ purpose, scope, our_number, brand }: Reach): string {
  const texts = purpose === null ? "All texts" : PURPOSES[purpose];
  if (scope === "number" && our_number !== null) return `${texts} from ${our_number}`;
  if (scope === "brand" && brand) return `${texts} of ${brand}`;
  return texts;
}
