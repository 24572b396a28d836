/** Whom a conversation is about: moving its texts, all or some, to another record. */
import { Button, Group, Modal, Radio, Skeleton, Stack, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import type { Conversation } from "@/api/types";
import { customerName, phone, RECORD_KINDS, recordName } from "@/shared/names";
import { Empty, ProblemNote, View } from "@/shared/view";
import { foundRecordsQuery } from "./api/find-records";
import { useMoveConversation } from "./api/move-conversation";

interface MoveDialogProps {
  conversation: Conversation;
  /** The texts that go; null for all there are. */
  messageIds: string[] | null;
  isOpen: boolean;
  onClose: () => void;
  /** Called with the conversation that the texts are in now. */
  onMoved: (conversationId: string) => void;
}

export function MoveDialog(props: MoveDialogProps): ReactNode {
  return (
    <Modal
      opened={props.isOpen}
      onClose={props.onClose}
      title={`Move ${textsOf(props.messageIds)} of ${customerName(props.conversation)}`}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <MoveForm {...props} />
    </Modal>
  );
}

function MoveForm({ conversation, messageIds, onMoved }: MoveDialogProps): ReactNode {
  const move = useMoveConversation(conversation.id);
  const [typed, setTyped] = useState("");
  const [q] = useDebouncedValue(typed.trim(), 200);
  const records = useQuery(foundRecordsQuery(q));
  const [chosen, setChosen] = useState<string | null>(null);
  const [reason, setReason] = useState("");
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (chosen === null) return;
        const body = {
          record_id: chosen,
          ...(messageIds !== null && { message_ids: messageIds }),
          ...(reason.trim() !== "" && { reason: reason.trim() }),
        };
        move.mutate(body, { onSuccess: ({ id }) => onMoved(id) });
      }}
    >
      <Stack>
        <TextInput
          label="Find the record"
          placeholder="Name or number"
          data-autofocus
          value={typed}
          onChange={(event) => {
            setTyped(event.currentTarget.value);
            setChosen(null);
          }}
        />
        {q !== "" && (
          <View
            what="the records"
            query={records}
            loading={<Skeleton height={80} />}
            empty={<Empty title="No records found">Try fewer letters.</Empty>}
          >
            {(found) => (
              <Radio.Group label="Move to" value={chosen} onChange={setChosen}>
                <Stack gap={8} mt={6}>
                  {found.map((record) => (
                    <Radio
                      key={record.id}
                      value={record.id}
                      disabled={record.id === conversation.record?.id}
                      label={<bdi>{recordName(record)}</bdi>}
                      description={[
                        RECORD_KINDS[record.kind],
                        record.phone && phone(record.phone),
                        record.id === conversation.record?.id && "is there already",
                      ]
                        .filter(Boolean)
                        .join(" · ")}
                    />
                  ))}
                </Stack>
              </Radio.Group>
            )}
          </View>
        )}
        <TextInput
          label="Why (optional)"
          description="Your colleagues read it on both sides."
          maxLength={300}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        <ProblemNote error={move.error} title="The texts were not moved" />
        <Group justify="flex-end">
          <Button type="submit" loading={move.isPending} disabled={chosen === null}>
            {`Move ${textsOf(messageIds)}`}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** Returns what goes, in words. */
function textsOf(messageIds: string[] | null): string {
  if (messageIds === null) return "all texts";
  return messageIds.length === 1 ? "1 text" : `${messageIds.length} texts`;
}
