/** What somebody unknown wrote: it is answered once it is moved to a record, or made one. */
import { Alert, Button, Group, Skeleton, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import type { Conversation } from "@/api/types";
import { useMay } from "@/shared/session";
import { View } from "@/shared/view";
import { conversationQuery } from "./api/get-conversation";
import { MoveDialog } from "./move-dialog";
import { NewLeadDialog } from "./new-lead-dialog";

interface UnassignedProps {
  conversation: Conversation;
  mayMove: boolean;
  onMove: () => void;
  /** Called with the conversation that the texts are in now. */
  onMoved: (conversationId: string) => void;
}

export function Unassigned(props: UnassignedProps): ReactNode {
  const { conversation, mayMove, onMove, onMoved } = props;
  const mayAdd = useMay("record", "create");
  const [isAdding, setAdding] = useState(false);
  // of an alphanumeric sender or a short code nobody can make a lead
  const hasNumber = conversation.customer_number.startsWith("+");
  return (
    <Alert color="amber" title="Nobody's yet" radius={0}>
      <Text size="sm">
        This number belongs to no one record. Move the conversation to a record, then answer.
      </Text>
      {mayMove && (
        <Group gap="xs" mt="xs">
          {mayAdd && hasNumber && (
            <Button size="xs" onClick={() => setAdding(true)}>
              New lead…
            </Button>
          )}
          <Button size="xs" variant="default" onClick={onMove}>
            Move to a record…
          </Button>
        </Group>
      )}
      <NewLeadDialog
        conversation={conversation}
        isOpen={isAdding}
        onClose={() => setAdding(false)}
        onAdded={(target) => {
          setAdding(false);
          onMoved(target);
        }}
      />
    </Alert>
  );
}

/** The same where the conversation is not the page: all of it is moved. */
export function Filing({ conversationId }: { conversationId: string }): ReactNode {
  const conversation = useQuery(conversationQuery(conversationId));
  const mayMove = useMay("conversation", "write");
  const [isMoving, setMoving] = useState(false);
  return (
    <View what="the conversation" query={conversation} loading={<Skeleton height={72} />}>
      {(data) => (
        <>
          <Unassigned
            conversation={data}
            mayMove={mayMove}
            onMove={() => setMoving(true)}
            onMoved={() => undefined}
          />
          <MoveDialog
            conversation={data}
            messageIds={null}
            isOpen={isMoving}
            onClose={() => setMoving(false)}
            onMoved={() => setMoving(false)}
          />
        </>
      )}
    </View>
  );
}
