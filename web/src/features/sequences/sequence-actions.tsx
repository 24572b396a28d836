/** Publishing the draft of a sequence, and opening or closing it for enrollments. */
import { Button, Group } from "@mantine/core";
import type { ReactNode } from "react";
import type { Sequence } from "@/api/types";
import type { useChangeSequence } from "./api/change-sequence";

interface SequenceActionsProps {
  sequence: Sequence;
  /** Whether the draft says something that is not published. */
  mayPublish: boolean;
  change: ReturnType<typeof useChangeSequence>;
}

export function SequenceActions({ sequence, mayPublish, change }: SequenceActionsProps): ReactNode {
  const isDoing = (what: typeof change.variables) => change.isPending && change.variables === what;
  const opening = sequence.is_active ? "deactivate" : "activate";
  return (
    <Group gap="xs">
      {mayPublish && (
        <Button
          size="xs"
          variant="default"
          onClick={() => change.mutate("publish")}
          loading={isDoing("publish")}
          disabled={change.isPending || sequence.draft_problems.length > 0}
        >
          Publish the draft
        </Button>
      )}
      {sequence.published_version !== null && (
        <Button
          size="xs"
          variant="default"
          onClick={() => change.mutate(opening)}
          loading={isDoing(opening)}
          disabled={change.isPending}
        >
          {sequence.is_active ? "Deactivate" : "Activate"}
        </Button>
      )}
    </Group>
  );
}
