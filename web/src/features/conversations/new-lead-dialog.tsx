/** Making a lead of somebody who wrote and whom nobody knows, and giving it the conversation. */
import { Button, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { useState, type FormEvent, type ReactNode } from "react";
import { lineOf } from "@/api/client";
import type { Conversation } from "@/api/types";
import { phone } from "@/shared/names";
import { OwnerFields, type OwnedBy } from "@/shared/owner-fields";
import { useLevel, useSession } from "@/shared/session";
import { ProblemNote } from "@/shared/view";
import { useAddLead } from "./api/add-lead";

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
  const [owned, setOwned] = useState<OwnedBy>({ userId: user.id, teamId: null });
  const isComplete = firstName.trim() !== "" && owned.userId !== "";
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isComplete) return;
    add.mutate(
      {
        first_name: firstName.trim(),
        last_name: lastName.trim(),
        owner_user_id: owned.userId,
        ...(owned.teamId !== null && { owner_team_id: owned.teamId }),
      },
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
        <OwnerFields
          value={owned}
          onChange={setOwned}
          owner={user}
          errors={{ user: lineOf(add.error, "owner_user_id"), team: lineOf(add.error, "owner_team_id") }}
        />
      )}
      <ProblemNote error={add.error} title="The lead was not made" />
      <Group justify="flex-end">
        <Button type="submit" loading={add.isPending} disabled={!isComplete}>
          Make the lead
        </Button>
      </Group>
    </Stack>
  );
}
