/** Putting something to do about a record on one's own list, by hand. */
import { Button, Group, Modal, NativeSelect, Stack, Textarea, TextInput } from "@mantine/core";
import { useState, type FormEvent, type ReactNode } from "react";
import type { RecordRef } from "@/api/types";
import { fromField, morningIn, toField } from "@/shared/local-time";
import { recordName } from "@/shared/names";
import { ProblemNote } from "@/shared/view";
import { useAddWorkItem, type NewWorkItem } from "./api/add-work-item";
import { BY_HAND, KINDS } from "./kinds";

interface FollowUpDialogProps {
  record: Pick<RecordRef, "id" | "first_name" | "last_name" | "phone">;
  isOpen: boolean;
  onClose: () => void;
}

export function FollowUpDialog({ isOpen, ...of }: FollowUpDialogProps): ReactNode {
  return (
    <Modal
      opened={isOpen}
      onClose={of.onClose}
      title={`Follow up on ${recordName(of.record)}`}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <Contents {...of} />
    </Modal>
  );
}

function Contents({ record, onClose }: Omit<FollowUpDialogProps, "isOpen">): ReactNode {
  const [kind, setKind] = useState<NewWorkItem["kind"]>("follow_up");
  const [title, setTitle] = useState("");
  const [text, setText] = useState("");
  const [due, setDue] = useState(() => toField(morningIn(1, new Date())));
  const add = useAddWorkItem();
  const dueAt = fromField(due);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (dueAt === null || title.trim() === "") return;
    add.mutate(
      {
        record_id: record.id,
        kind,
        title: title.trim(),
        text: text.trim() || null,
        due_at: dueAt.toISOString(),
      },
      { onSuccess: onClose },
    );
  };
  return (
    <Stack component="form" onSubmit={submit}>
      <TextInput
        label="What is to be done"
        data-autofocus
        maxLength={300}
        required
        withAsterisk={false}
        value={title}
        onChange={(event) => setTitle(event.currentTarget.value)}
      />
      {/* on a phone, or where the clock says AM and PM, the instant needs a line of its own */}
      <Group align="flex-start">
        <NativeSelect
          label="Kind"
          flex="1 1 140px"
          value={kind}
          onChange={(event) => setKind(event.currentTarget.value as NewWorkItem["kind"])}
          data={BY_HAND.map((value) => ({ value, label: KINDS[value].label }))}
        />
        <TextInput
          type="datetime-local"
          label="Due"
          flex="1 1 230px"
          required
          withAsterisk={false}
          value={due}
          onChange={(event) => setDue(event.currentTarget.value)}
        />
      </Group>
      <Textarea
        label="More about it (optional)"
        autosize
        minRows={2}
        maxLength={1000}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <ProblemNote error={add.error} title="This was not put on the list" />
      <Group justify="flex-end">
        <Button type="submit" loading={add.isPending} disabled={title.trim() === "" || dueAt === null}>
          Put on my list
        </Button>
      </Group>
    </Stack>
  );
}
