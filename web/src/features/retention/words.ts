/** What is said about the periods on the page. */
import type { RetentionRun } from "@/api/types";

interface KindWords {
  label: string;
  /** Since when it ages, and what becomes of it at the end. */
  fate: string;
  /** What the law says to the period, where it says something. */
  law?: string;
}

const KINDS: Record<string, KindWords> = {
  texts: {
    label: "Texts",
    fate: "From when it was written. What it said, to whom, and its attachments go; times, states and prices stay.",
    law: "Personal data are kept no longer than their purpose needs (GDPR art. 5(1)(e)).",
  },
  closed_work_items: {
    label: "Work items that are done",
    fate: "From the decision. What it asked and said goes; that there was one stays.",
  },
  timelines: {
    label: "Timelines",
    fate: "From the entry, once its enrollment has ended. The entry goes.",
  },
  alerts: { label: "Alerts", fate: "From when it was resolved. The alert goes." },
  reconciliations: { label: "Reconciliations", fate: "From its end. The reconciliation goes." },
  consent: {
    label: "Proof of consent",
    fate: "From the last text or entry of the number, and never while a withdrawal is in force. The ledger of the number goes.",
    law: "Proof must outlive claims: four years under the TCPA (28 U.S.C. 1658), and one to be served.",
  },
  erasures: {
    label: "Reports of erasures",
    fate: "From the erasure. The report goes; it never said who it was.",
    law: "They show that requests were met (GDPR art. 5(2)).",
  },
};

export function wordsOf(kind: string): KindWords {
  return KINDS[kind] ?? { label: kind.replaceAll("_", " "), fate: "" };
}

/** How much of a kind went in a run; of what was kept for ever it says nothing. */
export function goneOf(run: RetentionRun, kind: string): string {
  const count = run.gone[kind];
  if (count === undefined) return "was kept for ever";
  return count === 0 ? "nothing" : count.toLocaleString("en");
}

/** How long that is. */
export function periodOf(days: number | null): string {
  if (days === null) return "for ever";
  const [count, unit] = days % 365 === 0 ? [days / 365, "year"] : [days, "day"];
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}
