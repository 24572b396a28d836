/** Asks why an item is skipped, which may be left open. */
import { Button, Group, TextInput } from "@mantine/core";
import { useState, type ReactNode } from "react";
import { focusOnce } from "@/shared/focus";

export function SkipForm(props: {
  /** What is skipped, such as "text". */
  what: string;
  /** What has been noted already, to begin with. */
  noted?: string;
  isPending: boolean;
  onSkip: (reason: string) => void;
  onCancel: () => void;
}): ReactNode {
  const [reason, setReason] = useState(props.noted ?? "");
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        props.onSkip(reason.trim());
      }}
    >
      <TextInput
        label="Why skip it? (optional)"
        data-autofocus
        ref={focusOnce}
        value={reason}
        maxLength={300}
        onChange={(event) => setReason(event.currentTarget.value)}
        onKeyDown={(event) => event.key === "Escape" && props.onCancel()}
      />
      <Group gap="xs" mt="xs">
        <Button type="submit" loading={props.isPending}>
          Skip this {props.what}
        </Button>
        <Button variant="default" onClick={props.onCancel} disabled={props.isPending}>
          Back to the {props.what}
        </Button>
      </Group>
    </form>
  );
}
