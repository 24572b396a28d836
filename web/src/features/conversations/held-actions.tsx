/** What one can still do about a text that has not left: take it back, for good or to change it. */
import { Button, Group, Text } from "@mantine/core";
import { useState, type ReactNode } from "react";
import type { Message } from "@/api/types";
import { ProblemNote } from "@/shared/view";
import { useCancelMessage } from "./api/cancel-message";

/** Where one goes on with a text that was taken back. */
export interface Revision {
  /** Returns whether nothing else has been begun there. */
  isFree: () => boolean;
  takeUp: (message: Message) => void;
}

interface HeldActionsProps {
  message: Message;
  revision: Revision | undefined;
}

export function HeldActions({ message, revision }: HeldActionsProps): ReactNode {
  const cancel = useCancelMessage();
  const change = useCancelMessage(revision?.takeUp);
  const [isBlocked, setBlocked] = useState(false);
  const isBusy = cancel.isPending || change.isPending;
  return (
    <>
      <ProblemNote error={cancel.error ?? change.error} title="This text was not cancelled" />
      <Group gap={6} mt={6}>
        {revision && (
          <Button
            size="compact-xs"
            variant="default"
            loading={change.isPending}
            disabled={isBusy}
            onClick={() => {
              const isFree = revision.isFree();
              setBlocked(!isFree);
              if (isFree) change.mutate(message);
            }}
          >
            Take back and change
          </Button>
        )}
        <Button
          size="compact-xs"
          variant="default"
          loading={cancel.isPending}
          disabled={isBusy}
          onClick={() => cancel.mutate(message)}
        >
          Cancel this text
        </Button>
      </Group>
      {isBlocked && (
        <Text role="alert" size="xs" mt={4}>
          You have begun another text: send it or empty its field first.
        </Text>
      )}
    </>
  );
}
