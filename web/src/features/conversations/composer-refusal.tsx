/** Why a text was not sent, and what one can do instead. */
import { Alert, Button, Group } from "@mantine/core";
import type { ReactNode } from "react";
import { ApiProblem } from "@/api/client";
import { momentWithin } from "@/shared/instants";
import { useNow } from "@/shared/now";
import { ProblemNote } from "@/shared/view";

interface RefusalProps {
  error: unknown;
  /** Whether the text was to leave later. */
  isScheduled: boolean;
  onWait: () => void;
  onSure: () => void;
}

export function Refusal(props: RefusalProps): ReactNode {
  const { error, isScheduled } = props;
  const now = useNow();
  if (error instanceof ApiProblem && error.kind === "spoken-meanwhile") {
    return (
      <SureNote title="Somebody spoke meanwhile" onSure={props.onSure}>
        {error.details.why}
      </SureNote>
    );
  }
  if (error instanceof ApiProblem && error.details.next_allowed) {
    const at = new Date(error.details.next_allowed);
    return (
      <Alert
        color="amber"
        role="alert"
        title={isScheduled ? "The customer's hours forbid that time" : "The customer's hours forbid this text now"}
        p="xs"
      >
        <Group justify="space-between">
          {error.message}
          <Button size="xs" onClick={props.onWait}>
            Schedule for {momentWithin(at, now)}
          </Button>
        </Group>
      </Alert>
    );
  }
  return <ProblemNote error={error} title="This text was not sent" />;
}

/** Asks whether to send nevertheless. */
export function SureNote(props: { title: string; onSure: () => void; children: ReactNode }): ReactNode {
  return (
    <Alert color="amber" role="alert" title={props.title} p="xs">
      <Group justify="space-between">
        <span>{props.children}</span>
        <Button size="xs" variant="default" onClick={props.onSure}>
          Send anyway
        </Button>
      </Group>
    </Alert>
  );
}
