/** What keeps a draft from being published, by its place in the document. */
import { Alert, List } from "@mantine/core";
import type { ReactNode } from "react";
import type { Sequence } from "@/api/types";

export function DraftProblems(props: { problems: Sequence["draft_problems"] }): ReactNode {
  if (props.problems.length === 0) return null;
  return (
    <Alert color="amber" title="The draft cannot be published yet">
      <List size="sm">
        {props.problems.map(({ path, line, message }) => (
          <List.Item key={`${path}:${message}`}>
            {[line != null && `Line ${line}`, path].filter(Boolean).join(", ")}: {message}
          </List.Item>
        ))}
      </List>
    </Alert>
  );
}
