/** Renaming a key, and choosing anew on which pages its form may stand. */
import { Button, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { useState, type FormEvent, type ReactNode } from "react";
import type { EmbedKey } from "@/api/types";
import { ProblemNote } from "@/shared/view";
import { useChangeEmbedKey } from "./api/embed-keys";
import { linesOf, OriginsField } from "./origins-field";

interface ChangeKeyDialogProps {
  of: EmbedKey;
  isOpen: boolean;
  onClose: () => void;
}

export function ChangeKeyDialog({ isOpen, ...props }: ChangeKeyDialogProps): ReactNode {
  return (
    <Modal
      opened={isOpen}
      onClose={props.onClose}
      title={props.of.name}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <Contents {...props} />
    </Modal>
  );
}

function Contents({ of, onClose }: Omit<ChangeKeyDialogProps, "isOpen">): ReactNode {
  const [name, setName] = useState(of.name);
  const [origins, setOrigins] = useState(of.allowed_origins.join("\n"));
  const change = useChangeEmbedKey(of.id);
  const lines = linesOf(origins);
  const isComplete = name.trim() !== "" && lines.length > 0;

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isComplete) return;
    change.mutate({ name: name.trim(), allowed_origins: lines }, { onSuccess: onClose });
  };
  return (
    <Stack component="form" onSubmit={submit}>
      <TextInput
        label="Name"
        data-autofocus
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <OriginsField value={origins} onChange={setOrigins} error={change.error} />
      <Text size="sm" c="dimmed">
        A page that is no longer named shows the form no more once it is loaded anew.
      </Text>
      <ProblemNote error={change.error} title="The key was not changed" />
      <Group justify="flex-end">
        <Button type="submit" disabled={!isComplete} loading={change.isPending}>
          Save
        </Button>
      </Group>
    </Stack>
  );
}
