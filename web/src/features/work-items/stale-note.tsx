/** What has changed since a person read a text they are to approve, and how they go on. */
import { Alert, Blockquote, Button, List, Stack, Text } from "@mantine/core";
import type { ReactNode, Ref } from "react";
import { ApiProblem } from "@/api/client";
import type { Change } from "@/api/types";
import { Time } from "@/shared/time";
import { Written } from "@/shared/written";

/** Returns what has changed if that is why an approval was refused. */
export function changesIn(error: unknown): readonly Change[] | undefined {
  return error instanceof ApiProblem ? error.details.changes : undefined;
}

interface StaleNoteProps {
  ref?: Ref<HTMLDivElement>;
  changes: readonly Change[];
  /** Whether an approval was refused for it. */
  isRefused: boolean;
  /** The text filled in anew, where what one has written stands in its place. */
  draft: string | null;
  /** Called when the person has read it; undefined until there is all to read. */
  onRead: (() => void) | undefined;
}

export function StaleNote({ ref, changes, isRefused, draft, onRead }: StaleNoteProps): ReactNode {
  const title = isRefused ? "Nothing was sent: this has changed" : "This has changed since you read it";
  return (
    <Alert ref={ref} tabIndex={-1} color="amber" role="alert" title={title} p="xs">
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
        {draft === null ? (
          <Text size="sm">The text below is filled in anew.</Text>
        ) : (
          <>
            <Text size="sm">What you have written stays. Filled in anew, the text says:</Text>
            <Blockquote p="xs" radius="sm" color="gray" w="100%">
              <Written>{draft}</Written>
            </Blockquote>
          </>
        )}
        <Button size="xs" variant="default" loading={onRead === undefined} onClick={onRead}>
          I have read it
        </Button>
      </Stack>
    </Alert>
  );
}
