/** Texting several records at once: writing, seeing what each gets and who is left out, and sending. */
import { Button, Group, Modal, Stack, TextInput } from "@mantine/core";
import { useState, type FormEvent, type ReactNode } from "react";
import type { TouchlineRecord } from "@/api/types";
import { isSendable, TextEditor } from "@/shared/text-editor";
import { useDraft } from "@/shared/use-draft";
import { ProblemNote } from "@/shared/view";
import { usePreviewBulkText, useSendBulkText } from "./api/bulk-text";
import { BulkTextOutcome, BulkTextOutlook } from "./bulk-text-outlook";

type Records = ReadonlyMap<string, TouchlineRecord>;

/** Puts words where one writes; a template's take the place of what is there. */
export interface Writing {
  insert: (words: string) => void;
  replace: (words: string) => void;
}

interface BulkTextDialogProps {
  records: Records;
  isOpen: boolean;
  onClose: () => void;
  /** Called when the texts were taken. */
  onSent: () => void;
  /** The clock times between which customers are texted, such as "08:00". */
  hours: { from: string; until: string };
  /** What else there is to write with, such as templates. */
  tools: (writing: Writing) => ReactNode;
}

export function BulkTextDialog({ isOpen, onClose, ...contents }: BulkTextDialogProps): ReactNode {
  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      size="lg"
      title="Text the chosen records"
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <Contents {...contents} onClose={onClose} />
    </Modal>
  );
}

function Contents(props: Omit<BulkTextDialogProps, "isOpen">): ReactNode {
  // chosen when the dialog was opened: a text goes to whom it was shown for
  const [records] = useState(props.records);
  const draft = useDraft("bulk-text", "");
  const [name, setName] = useState("");
  const preview = usePreviewBulkText();
  const send = useSendBulkText();
  const body = {
    ...(name.trim() !== "" && { name: name.trim() }),
    text: draft.text,
    record_ids: [...records.keys()],
  };

  if (send.data) return <BulkTextOutcome done={send.data} records={records} onClose={props.onClose} />;
  if (preview.data) {
    return (
      <BulkTextOutlook
        preview={preview.data}
        records={records}
        hours={props.hours}
        error={send.error}
        isSending={send.isPending}
        onBack={() => {
          send.reset();
          preview.reset();
        }}
        onSend={() =>
          send.mutate(body, {
            onSuccess: () => {
              draft.clear();
              props.onSent();
            },
          })
        }
      />
    );
  }
  const submit = () => {
    if (isSendable(draft.text) && !preview.isPending) preview.mutate(body);
  };
  return (
    <Stack
      component="form"
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        submit();
      }}
    >
      <Writer text={draft.text} onChange={draft.change} onSubmit={submit} tools={props.tools} />
      <TextInput
        label="Name (optional)"
        description="Under it you find later what became of these texts. Without one, they go by their day."
        maxLength={100}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <ProblemNote error={preview.error} title="This text cannot be sent as it stands" />
      <Group justify="flex-end">
        <Button variant="default" onClick={props.onClose}>
          Cancel
        </Button>
        <Button type="submit" disabled={!isSendable(draft.text)} loading={preview.isPending}>
          See what each gets
        </Button>
      </Group>
    </Stack>
  );
}

interface WriterProps {
  text: string;
  onChange: (text: string) => void;
  onSubmit: () => void;
  tools: BulkTextDialogProps["tools"];
}

function Writer({ text, onChange, onSubmit, tools }: WriterProps): ReactNode {
  const [caret, setCaret] = useState<number>();
  const insert = (words: string) => {
    const at = caret ?? text.length;
    onChange(text.slice(0, at) + words + text.slice(at));
    setCaret(at + words.length);
  };
  return (
    <div>
      <TextEditor
        label="Text"
        description="Each gets it from their owner’s number, with the placeholders filled for them."
        data-autofocus
        value={text}
        onChange={onChange}
        onSubmit={onSubmit}
        onSelect={(event) => setCaret(event.currentTarget.selectionStart)}
      />
      <Group gap="xs" mt="xs">
        {tools({ insert, replace: onChange })}
      </Group>
    </div>
  );
}
