/** What the steps of a sequence say, in words for people. */
import type { Step } from "@/api/types";
import type { IconName } from "@/shared/icons";

export const STEP_TYPES: Record<Step["type"], { label: string; icon: IconName }> = {
  automated_text: { label: "Automated text", icon: "text" },
  manual_text: { label: "Manual text", icon: "text" },
  call: { label: "Call", icon: "call" },
  task: { label: "Task", icon: "task" },
  email: { label: "E-mail", icon: "inbox" },
  wait: { label: "Wait", icon: "clock" },
  branch: { label: "Branch", icon: "branch" },
  end: { label: "End", icon: "end" },
};

/** Returns what a step is called. */
export function stepTitle(step: Pick<Step, "id" | "name">): string {
  return step.name || titleOf(step.id);
}

/** Returns what kind of step it is, with the time it gives to a person. */
export function stepKind(step: Step): string {
  const { label } = STEP_TYPES[step.type];
  return "due" in step ? `${label}, due after ${lengthOf(step.due)}` : label;
}

/** Returns what a step sends, asks for, waits for or asks. */
export function stepWords(step: Step): string {
  switch (step.type) {
    case "automated_text":
    case "manual_text":
      return step.text;
    case "call":
    case "task":
      return step.description;
    case "email":
      return [step.subject, step.description].filter(Boolean).join("\n");
    case "wait":
      return `For ${lengthOf(step.for)}`;
    case "branch":
      return questionOf(step.when);
    case "end":
      return "";
  }
}

function questionOf(when: Extract<Step, { type: "branch" }>["when"]): string {
  if ("replied" in when) {
    const { to, within } = when.replied;
    return `Did the customer answer “${titleOf(to)}” within ${lengthOf(within)}?`;
  }
  return `Is ${when.field.name} “${String(when.field.equals)}”?`;
}

const UNITS: Record<string, string> = { w: "week", d: "day", h: "hour", m: "minute", s: "second" };

/** Returns "1 day 12 hours" for "1d 12h". */
function lengthOf(short: string): string {
  return short.replaceAll(/(\d+)([wdhms])\b/g, (_, count: string, unit: string) => {
    return `${count} ${UNITS[unit]}${count === "1" ? "" : "s"}`;
  });
}

/** Returns "First nudge" for "first_nudge". */
function titleOf(id: string): string {
  const spaced = id.replaceAll(/[_-]/g, " ");
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}
