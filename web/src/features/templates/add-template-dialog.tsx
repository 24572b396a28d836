/** Writing a new template. */
import { Button, Group, Modal, NativeSelect, Stack, TextInput } from "@mantine/core";
import { useState, type FormEvent, type ReactNode } from "react";
import type { RecordKind, Template } from "@/api/types";
import { RECORD_KINDS } from "@/shared/names";
import { isSendable, TextEditor } from "@/shared/text-editor";
import { useAddTemplate } from "./api/templates";
import { SharingFields, type Audience } from "./sharing-fields";
import { TemplateProblems } from "./template-problems";

const MINE: Audience = { sharing: "me", team_id: null, business_unit_id: null };

interface AddTemplateDialogProps {
  isOpen: boolean;
  onClose: () => void;
  onAdded: (template: Template) => void;
}

export function AddTemplateDialog({ isOpen, ...of }: AddTemplateDialogProps): ReactNode {
  return (
    <Modal
      opened={isOpen}
      onClose={of.onClose}
      size="lg"
      title="New template"
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <Contents {...of} />
    </Modal>
  );
}

function Contents({ onClose, onAdded }: Omit<AddTemplateDialogProps, "isOpen">): ReactNode {
  const [name, setName] = useState("");
  const [kind, setKind] = useState<RecordKind | "">("");
  const [audience, setAudience] = useState<Audience>(MINE);
  const [language, setLanguage] = useState("en");
  const [text, setText] = useState("");
  const add = useAddTemplate();
  const isComplete = name.trim() !== "" && language !== "" && isSendable(text);

  const save = () => {
    if (!isComplete) return;
    const template = { name: name.trim(), record_kind: kind || null, ...audience, text };
    add.mutate({ ...template, default_language: language }, { onSuccess: onAdded });
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save();
  };
  return (
    <Stack component="form" onSubmit={submit}>
      <TextInput
        label="Name"
        data-autofocus
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <Group grow>
        <NativeSelect
          label="For"
          value={kind}
          onChange={(event) => setKind(event.currentTarget.value as RecordKind | "")}
          data={[
            { value: "", label: "Every kind of record" },
            ...Object.entries(RECORD_KINDS).map(([value, label]) => ({ value, label })),
          ]}
        />
        <TextInput
          label="Language"
          maxLength={8}
          value={language}
          onChange={(event) => setLanguage(event.currentTarget.value.trim().toLowerCase())}
        />
      </Group>
      <Group grow align="flex-start">
        <SharingFields value={audience} onChange={setAudience} />
      </Group>
      <TextEditor label="Text" value={text} onChange={setText} onSubmit={save} />
      <TemplateProblems error={add.error} />
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button type="submit" disabled={!isComplete} loading={add.isPending}>
          Add
        </Button>
      </Group>
    </Stack>
  );
}
