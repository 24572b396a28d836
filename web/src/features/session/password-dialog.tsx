/** Changing one's own password. */
import { Alert, Button, Group, Modal, PasswordInput, Stack } from "@mantine/core";
import { useState, type FormEvent, type ReactNode } from "react";
import { focusOnce } from "@/shared/focus";
import { NewPasswordInput, SHORTEST_PASSWORD } from "@/shared/new-password-input";
import { ProblemNote } from "@/shared/view";
import { useChangePassword } from "./api/change-password";

export function PasswordDialog(props: { isOpen: boolean; onClose: () => void }): ReactNode {
  return (
    <Modal
      opened={props.isOpen}
      onClose={props.onClose}
      title="Change password"
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <Contents onClose={props.onClose} />
    </Modal>
  );
}

function Contents({ onClose }: { onClose: () => void }): ReactNode {
  const [current, setCurrent] = useState("");
  const [chosen, setChosen] = useState("");
  const change = useChangePassword();
  const isComplete = current !== "" && chosen.length >= SHORTEST_PASSWORD;

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isComplete) return;
    change.mutate({ current_password: current, new_password: chosen });
  };
  if (change.isSuccess) {
    return (
      <Stack>
        <Alert role="status" p="xs">
          Your password was changed. Wherever else you were signed in, you are not any more.
        </Alert>
        <Group justify="flex-end">
          <Button onClick={onClose} ref={focusOnce}>
            Done
          </Button>
        </Group>
      </Stack>
    );
  }
  return (
    <Stack component="form" onSubmit={submit}>
      <PasswordInput
        label="Current password"
        autoComplete="current-password"
        data-autofocus
        visibilityToggleButtonProps={{ "aria-label": "Show or hide the current password" }}
        value={current}
        onChange={(event) => setCurrent(event.currentTarget.value)}
      />
      <NewPasswordInput
        label="New password"
        note="You stay signed in here, and nowhere else."
        value={chosen}
        onChange={setChosen}
      />
      <ProblemNote error={change.error} title="The password was not changed" />
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button type="submit" disabled={!isComplete} loading={change.isPending}>
          Change
        </Button>
      </Group>
    </Stack>
  );
}

/** The field that had the focus is gone. */
