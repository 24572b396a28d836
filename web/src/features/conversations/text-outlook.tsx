/** What a text would say with its placeholders filled, and what stands in its way. */
import { Text } from "@mantine/core";
import type { ReactNode } from "react";
import type { TextPreview } from "@/api/types";
import { Time } from "@/shared/time";
import classes from "./composer.module.css";

export function TextOutlook({ preview, typed }: { preview: TextPreview; typed: string }): ReactNode {
  const { text, problems, segments, outlook } = preview;
  const isFilled = typed.includes("{{") && text !== typed && problems.length === 0;
  const why = problems.length === 0 ? outlook.why : null;
  return (
    <div role="status" className={classes.outlook}>
      {isFilled && (
        <>
          <Text size="xs" c="dimmed">
            It will read, in {segments.segments} {segments.segments === 1 ? "segment" : "segments"} of{" "}
            {segments.encoding}
            {segments.forced_by !== null && ` because of “${segments.forced_by}”`}:
          </Text>
          <Text size="sm" dir="auto" className={classes.filled}>
            {text}
          </Text>
        </>
      )}
      {problems.map((problem) => (
        <Text key={problem} size="xs" className={classes.problem}>
          {problem}
        </Text>
      ))}
      {why !== null && <Text size="xs">{why}</Text>}
      {outlook.may === "later" && outlook.next_allowed !== null && (
        <Text size="xs">
          It may leave <Time at={outlook.next_allowed} as="within" />.
        </Text>
      )}
    </div>
  );
}
