/** What is said about templates on the page. */
import type { Template } from "@/api/types";
import { RECORD_KINDS } from "@/shared/names";

export const SHARINGS: Record<Template["sharing"], string> = {
  me: "Only you",
  team: "A team",
  business_unit: "A business unit",
  organisation: "Everybody",
};

/** For which records a template is. */
export function kindOf({ record_kind }: Pick<Template, "record_kind">): string {
  return record_kind === null
    ? "For every kind of record"
    : `For ${RECORD_KINDS[record_kind].toLowerCase()} records`;
}

/** How often a template was used, and how often answered. */
export function usesOf({ statistics }: Pick<Template, "statistics">): string {
  const { uses, days, reply_rate } = statistics;
  if (uses === 0) return `Not sent in ${days} days`;
  const sent = `Sent ${uses} ${uses === 1 ? "time" : "times"} in ${days} days`;
  return reply_rate === null ? sent : `${sent}, ${Math.round(reply_rate * 100)} % answered`;
}
