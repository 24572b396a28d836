/** Why the words of a template cannot be kept: by language and line. */
import { Alert, List } from "@mantine/core";
import type { ReactNode } from "react";
import { ApiProblem } from "@/api/client";
import { ProblemNote } from "@/shared/view";

export function TemplateProblems({ error }: { error: unknown }): ReactNode {
  if (!(error instanceof ApiProblem) || error.kind !== "invalid-template") {
    return <ProblemNote error={error} title="The template was not saved" />;
  }
  return (
    <Alert color="red" role="alert" title="The words cannot be sent so" p="xs">
      <List size="sm">
        {error.lines.map(({ path, line, message }) => (
          <List.Item key={`${path}:${line}:${message}`}>
            {placeOf(path, line)}
            {message}
          </List.Item>
        ))}
      </List>
    </Alert>
  );
}

function placeOf(path: string | null | undefined, line: number | null | undefined): string {
  const language = /^variants\.(.+)$/.exec(path ?? "")?.[1];
  if (language === undefined) return "";
  return line == null ? `${language}: ` : `${language}, line ${line}: `;
}
