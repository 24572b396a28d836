/** A customer's text that nobody has answered: the field to answer it in place, or the word that it needs none. */
import { Blockquote, Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { useEffect, useRef, useState, type ReactNode } from "react";
import type { WorkItem } from "@/api/types";
import { ProblemNote } from "@/shared/view";
import { Written } from "@/shared/written";
import { useCompleteWorkItem } from "./api/complete-work-item";

interface ReplyFormProps {
  item: WorkItem;
  takesFocus: boolean;
  onDecided: (item: WorkItem) => void;
  /** The field for a text in the item's conversation. */
  composer: ReactNode;
}

export function ReplyForm({ item, takesFocus, onDecided, composer }: ReplyFormProps): ReactNode {
  const complete = useCompleteWorkItem(item.id);
  const [note, setNote] = useState("");
  const field = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (takesFocus) field.current?.querySelector("textarea")?.focus();
  }, [takesFocus]);
  return (
    <Stack gap="sm">
      {item.text && (
        <Blockquote p="xs" radius="sm" color="gray">
          <Written>{item.text}</Written>
        </Blockquote>
      )}
      {item.reason && <Text size="sm">{item.reason}</Text>}
      <div ref={field}>{composer}</div>
      <ProblemNote error={complete.error} title="This was not marked as done" />
      <Group gap="xs" align="flex-end">
        <TextInput
          label="It needs no answer, because (optional)"
          size="xs"
          flex={1}
          maxLength={300}
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
        />
        <Button
          size="xs"
          variant="default"
          loading={complete.isPending}
          onClick={() => complete.mutate(note.trim(), { onSuccess: onDecided })}
        >
          Mark as done
        </Button>
      </Group>
    </Stack>
  );
}
