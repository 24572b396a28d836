/** What stands against a text, or is worth knowing of it before it is approved. */
import { Badge, Group, Text } from "@mantine/core";
import type { ReactNode } from "react";
import type { TextWarning, WorkItemInHand } from "@/api/types";
import { Time } from "@/shared/time";

const UNFILLED: TextWarning = {
  code: "unfilled",
  sentence: "A placeholder is not filled in.",
  about: "words",
  blocks: true,
  until: null,
};

/** Returns what stands against an item's text as it now reads: what was said of other words is not said of these. */
export function warningsOf(item: WorkItemInHand, text: string): TextWarning[] {
  if (text === (item.text ?? "")) return item.warnings;
  const standing = item.warnings.filter(({ about }) => about === "customer");
  // the API's rule (domain/text_warnings.py), whose last word it is
  return text.includes("{{") || text.includes("{%") ? [UNFILLED, ...standing] : standing;
}

/** Returns whether a text must not be approved so. */
export function isStopped(warnings: readonly TextWarning[]): boolean {
  return warnings.some(({ blocks }) => blocks);
}

interface TextWarningsProps {
  item: WorkItemInHand;
  /** The text as it now reads. */
  text: string;
}

/** Says why the text is here, and what stands against it. */
export function TextWarnings({ item, text }: TextWarningsProps): ReactNode {
  const isWarned = item.warnings.some(({ sentence }) => sentence === item.reason);
  return (
    <>
      {item.reason && !isWarned && <Text size="sm">{item.reason}</Text>}
      {warningsOf(item, text).map((warning) => (
        <Group key={warning.code} gap={6} wrap="nowrap" align="baseline">
          <Badge color={warning.blocks ? "red" : "amber"} style={{ flexShrink: 0 }}>
            {warning.blocks ? "Stops" : "Mind"}
          </Badge>
          <Text size="sm">
            {warning.sentence}
            {warning.until !== null && (
              <>
                {" "}
                (<Time at={warning.until} /> by your clock)
              </>
            )}
          </Text>
        </Group>
      ))}
    </>
  );
}
