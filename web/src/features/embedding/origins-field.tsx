/** On which pages a form may stand: one origin a line, with the line that the API refuses. */
import { Textarea } from "@mantine/core";
import type { ReactNode } from "react";
import { ApiProblem } from "@/api/client";

interface OriginsFieldProps {
  value: string;
  onChange: (value: string) => void;
  /** Why the API refused the origins, if it did. */
  error: unknown;
}

export function OriginsField({ value, onChange, error }: OriginsFieldProps): ReactNode {
  return (
    <Textarea
      label="Pages it may stand on"
      description="One origin a line, such as https://crm.example.com"
      autosize
      minRows={3}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      error={originProblem(error, linesOf(value))}
    />
  );
}

/** Returns the origins that were typed. */
export function linesOf(value: string): string[] {
  return value
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);
}

/** Which line the API refuses, and why. */
function originProblem(error: unknown, lines: string[]): string | undefined {
  if (!(error instanceof ApiProblem)) return undefined;
  for (const { path, message } of error.lines) {
    const index = /allowed_origins[.[](\d+)/.exec(path ?? "")?.[1];
    if (index !== undefined) return `${lines[Number(index)] ?? "This line"}: ${message}`;
  }
  return undefined;
}
