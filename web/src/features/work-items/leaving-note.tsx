/** A text that somebody has approved and that leaves in some seconds: it can be taken back until then. */
import { Alert, Button, Group, Text } from "@mantine/core";
import type { ReactNode } from "react";
import type { WorkItem } from "@/api/types";
import { userName } from "@/shared/names";
import { ProblemNote } from "@/shared/view";
import { Written } from "@/shared/written";
import { useUndoApprovals } from "./api/stack";

export function LeavingNote({ item, readerId }: { item: WorkItem; readerId: string }): ReactNode {
  const undo = useUndoApprovals();
  return (
    <Alert color="pine" title="Approved, and about to leave" p="xs">
      <Written>
        {item.text && `“${item.text}”`}
      </Written>
      <ProblemNote error={undo.error} title="This was not taken back" />
      {item.decided_by?.id === readerId ? (
        <Group mt="xs">
          <Button size="xs" variant="default" loading={undo.isPending} onClick={() => undo.mutate([item.id])}>
            Undo
          </Button>
        </Group>
      ) : (
        item.decided_by && <Text size="sm">By {userName(item.decided_by)}, who can take it back.</Text>
      )}
    </Alert>
  );
}
