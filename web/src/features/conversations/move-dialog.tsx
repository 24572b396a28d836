/** Whom a conversation is about: moving it to another record. */
import { Button, Group, Modal, Radio, Skeleton, Stack, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import type { Conversation } from "@/api/types";
import { phone, RECORD_KINDS, recordName } from "@/shared/names";
import { Empty, ProblemNote, View } from "@/shared/view";
import { foundRecordsQuery } from "./api/find-records";
import { useMoveConversation } from "./api/move-conversation";
import { customerName } from "./names";

interface MoveDialogProps {
  conversation: Conversation;
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
      title={`Move the texts of ${customerName(props.conversation)}`}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <MoveForm {...props} />
    </Modal>
  );
}

function MoveForm({ conversation, onMoved }: MoveDialogProps): ReactNode {
  const move = useMoveConversation(conversation.id);
  const [typed, setTyped] = useState("");
  const [q] = useDebouncedValue(typed.trim(), 200);
  const records = useQuery(foundRecordsQuery(q));
  const [chosen, setChosen] = useState<string | null>(null);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (chosen === null || move.isPending) return;
        move.mutate(chosen, { onSuccess: ({ id }) => onMoved(id) });
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
                      label={recordName(record)}
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
        <ProblemNote error={move.error} title="The texts were not moved" />
        <Group justify="flex-end">
          <Button type="submit" loading={move.isPending} disabled={chosen === null}>
            Move all texts
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
