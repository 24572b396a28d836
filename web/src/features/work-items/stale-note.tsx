/** Why an approval was refused: what has changed since the draft was read, and how to go on. */
import { Alert, Blockquote, Button, List, Stack, Text } from "@mantine/core";
import { useEffect, useRef, type ReactNode } from "react";
import { ApiProblem } from "@/api/client";
import { Time } from "@/shared/time";

export type Change = NonNullable<ApiProblem["details"]["changes"]>[number];

/** Returns what has changed if that is why an approval was refused. */
export function changesIn(error: unknown): Change[] | undefined {
  return error instanceof ApiProblem ? error.details.changes : undefined;
}

interface StaleNoteProps {
  changes: readonly Change[];
  /** What the person had written instead of the draft; null when it was the draft itself. */
  typed: string | null;
  onUseTyped: () => void;
}

export function StaleNote({ changes, typed, onUseTyped }: StaleNoteProps): ReactNode {
  const note = useRef<HTMLDivElement>(null);
  useEffect(() => note.current?.focus(), []);
  return (
    <Alert ref={note} tabIndex={-1} color="orange" role="alert" title="Nothing was sent: this has changed" p="xs">
      <Stack gap="xs" align="flex-start">
        <List size="sm">
          {changes.map(({ what, detail, at }) => (
            <List.Item key={what + detail}>
              {detail}
              {at !== null && (
                <>
                  {" "}
                  (<Time at={at} />)
                </>
              )}
            </List.Item>
          ))}
        </List>
        <Text size="sm">The text below is filled in anew. Read it, then approve it.</Text>
        {typed !== null && (
          <>
            <Text size="sm" fw={600}>
              What you had written
            </Text>
            <Blockquote p="xs" radius="sm" color="gray" style={{ whiteSpace: "pre-wrap" }} w="100%">
              <Text size="sm">{typed}</Text>
            </Blockquote>
            <Button size="xs" variant="default" onClick={onUseTyped}>
              Use mine
            </Button>
          </>
        )}
      </Stack>
    </Alert>
  );
}
