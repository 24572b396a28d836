/** A button that asks once more before something that is not easily taken back. */
import { Button, Group, Modal, Stack, Text, type ButtonProps } from "@mantine/core";
import { useState, type ReactNode } from "react";
import { ProblemNote } from "./view";

interface ConfirmButtonProps {
  /** What it does, such as "Delete". */
  action: string;
  /** To what; read with the action where several such buttons stand side by side. */
  what: string;
  /** What follows from it. */
  children: ReactNode;
  /** The title over what the API says when it refuses. */
  refusal: string;
  change: { error: unknown; isPending: boolean; reset: () => void };
  onConfirm: (close: () => void) => void;
  size?: ButtonProps["size"];
}

export function ConfirmButton(props: ConfirmButtonProps): ReactNode {
  const { action, what, change } = props;
  const [isAsking, setAsking] = useState(false);
  const close = () => setAsking(false);
  const ask = () => {
    change.reset();
    setAsking(true);
  };
  return (
    <>
      <Button
        size={props.size ?? "compact-xs"}
        variant="default"
        aria-label={`${action} ${what}`}
        onClick={ask}
      >
        {action}
      </Button>
      <Modal
        opened={isAsking}
        onClose={close}
        title={`${action} ${what}?`}
        closeButtonProps={{ "aria-label": "Close" }}
      >
        <Stack>
          <Text size="sm">{props.children}</Text>
          <ProblemNote error={change.error} title={props.refusal} />
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              Cancel
            </Button>
            <Button color="red" loading={change.isPending} onClick={() => props.onConfirm(close)}>
              {action}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}
