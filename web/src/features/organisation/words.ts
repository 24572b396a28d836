/** What is said about the organisation's settings on the page. */
import type { OrganisationSettings, TextRule } from "@/api/types";

interface Choice {
  label: string;
  consequence: string;
}

export const UNKNOWN_SENDERS: Record<OrganisationSettings["unknown_sender"], Choice> = {
  new_lead: {
    label: "Becomes a lead",
    consequence: "Whoever owns the number it came to gets the lead, and the text to answer.",
  },
  inbox: {
    label: "Waits in the inbox",
    consequence: "Until somebody says whose it is.",
  },
};

type Switch = "requires_consent" | "uses_team_numbers" | "fails_over";

export const SWITCHES: Record<Switch, Choice> = {
  requires_consent: {
    label: "Sequences need a consent to marketing",
    consequence: "It must be on record before a sequence texts somebody.",
  },
  uses_team_numbers: {
    label: "A seller without a number sends from the team's",
    consequence: "Otherwise such a text becomes a work item.",
  },
  fails_over: {
    label: "Another number of the same owner stands in",
    consequence: "While an account cannot send. Otherwise its texts wait.",
  },
};

export const SEVERITIES: Record<TextRule["severity"], string> = {
  off: "Off",
  warning: "Warning",
  error: "Error",
};

const TITLES: Record<string, string> = {
  "first-opt-out": "A way to refuse more",
  "first-sender": "Who writes",
  "public-shortener": "Public link shorteners",
  shouting: "Capitals",
  long: "Length",
};

/** What a rule is called. */
export function titleOf({ key }: TextRule): string {
  return TITLES[key] ?? key.replaceAll("-", " ");
}

/** Which texts a rule is about, and where. */
export function reachOf({ when, countries, elsewhere }: TextRule): string {
  const texts = when === "first" ? "The first text to a customer" : "Every text";
  if (countries === null) return `${texts}.`;
  const there = `${texts} to ${countries.join(", ")}`;
  if (elsewhere === "off") return `${there}.`;
  return `${there}. Elsewhere ${elsewhere === "error" ? "an error" : "a warning"}, unless you choose otherwise.`;
}
