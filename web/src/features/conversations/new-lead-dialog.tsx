/** Making a lead of somebody who wrote and whom nobody knows, and giving it the conversation. */
import { Button, Group, Modal, NativeSelect, Stack, Text, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState, type FormEvent, type ReactNode } from "react";
import type { Conversation } from "@/api/types";
import { phone, userName } from "@/shared/names";
import { useLevel, useSession } from "@/shared/session";
import { ProblemNote } from "@/shared/view";
import { useAddLead } from "./api/add-lead";
import { colleaguesQuery } from "./api/list-colleagues";

interface NewLeadDialogProps {
  conversation: Conversation;
  isOpen: boolean;
  onClose: () => void;
  /** Called with the conversation that the texts are in now. */
  onAdded: (conversationId: string) => void;
}

export function NewLeadDialog(props: NewLeadDialogProps): ReactNode {
  return (
    <Modal
      opened={props.isOpen}
      onClose={props.onClose}
      title="New lead"
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <NewLeadForm {...props} />
    </Modal>
  );
}

function NewLeadForm({ conversation, onAdded }: NewLeadDialogProps): ReactNode {
  const { user } = useSession();
  const add = useAddLead(conversation);
  const assigns = useLevel("record", "assign");
  const [firstName, setFirstName] = useState("");
  const [lastName, setLastName] = useState("");
  const [ownerId, setOwnerId] = useState(user.id);
  const isNamed = firstName.trim() !== "";
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isNamed || add.isPending) return;
    add.mutate(
      { first_name: firstName.trim(), last_name: lastName.trim(), owner_user_id: ownerId },
      { onSuccess: ({ id }) => onAdded(id) },
    );
  };
  return (
    <Stack component="form" onSubmit={submit}>
      <Text size="sm">
        A lead with the number {phone(conversation.customer_number)}. The texts move to it.
      </Text>
      <TextInput
        label="First name"
        data-autofocus
        required
        withAsterisk={false}
        maxLength={100}
        value={firstName}
        onChange={(event) => setFirstName(event.currentTarget.value)}
      />
      <TextInput
        label="Last name (optional)"
        maxLength={100}
        value={lastName}
        onChange={(event) => setLastName(event.currentTarget.value)}
      />
      {assigns !== undefined && assigns !== "user" && (
        <OwnerChoice ownerId={ownerId} onChoose={setOwnerId} />
      )}
      <ProblemNote error={add.error} title="The lead was not made" />
      <Group justify="flex-end">
        <Button type="submit" loading={add.isPending} disabled={!isNamed}>
          Make the lead
        </Button>
      </Group>
    </Stack>
  );
}

function OwnerChoice(props: { ownerId: string; onChoose: (id: string) => void }): ReactNode {
  const { user } = useSession();
  const colleagues = useQuery(colleaguesQuery);
  const others = (colleagues.data ?? []).filter(({ id }) => id !== user.id);
  return (
    <NativeSelect
      label="Whose it is"
      value={props.ownerId}
      onChange={(event) => props.onChoose(event.currentTarget.value)}
      data={[
        { value: user.id, label: "Mine" },
        ...others.map((one) => ({ value: one.id, label: userName(one) })),
      ]}
    />
  );
}
