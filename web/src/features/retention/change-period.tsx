/** Choosing for how many days a kind of data is kept. */
import { Alert, Button, Checkbox, Group, Modal, Stack, TextInput } from "@mantine/core";
import { useState, type FormEvent, type ReactNode } from "react";
import type { OrganisationSettings } from "@/api/types";
import { ProblemNote } from "@/shared/view";
import { useChangeRetention } from "./api/change-retention";
import { periodOf } from "./words";

interface ChangePeriodProps {
  kind: string;
  label: string;
  /** Null: for ever. */
  days: number | null;
  rule: OrganisationSettings["retention_rules"][string];
}

export function ChangePeriod(props: ChangePeriodProps): ReactNode {
  const [isOpen, setOpen] = useState(false);
  const close = () => setOpen(false);
  return (
    <>
      <Button
        size="compact-xs"
        variant="default"
        aria-label={`Change how long is kept: ${props.label}`}
        onClick={() => setOpen(true)}
      >
        Change
      </Button>
      <Modal
        opened={isOpen}
        onClose={close}
        title={props.label}
        closeButtonProps={{ "aria-label": "Close" }}
      >
        <PeriodForm {...props} onClose={close} />
      </Modal>
    </>
  );
}

function PeriodForm({ kind, days, rule, onClose }: ChangePeriodProps & { onClose: () => void }): ReactNode {
  const [isForEver, setForEver] = useState(days === null);
  const [typed, setTyped] = useState(String(days ?? rule.default ?? ""));
  const change = useChangeRetention();
  const chosen = isForEver ? null : /^\d+$/.test(typed) ? Number(typed) : undefined;
  const isShorter = typeof chosen === "number" && (days === null || chosen < days);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (chosen === undefined) return;
    change.mutate({ [kind]: chosen }, { onSuccess: onClose });
  };
  return (
    <Stack component="form" onSubmit={submit}>
      <Checkbox
        label="Keep it for ever"
        checked={isForEver}
        onChange={(event) => setForEver(event.currentTarget.checked)}
      />
      {!isForEver && (
        <TextInput
          label="Days to keep it"
          description={`At least ${rule.least}. By default: ${periodOf(rule.default)}.`}
          inputMode="numeric"
          data-autofocus
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value.trim())}
        />
      )}
      {isShorter && (
        <Alert color="amber" p="xs">
          What is older goes for good within a day, and cannot be brought back.
        </Alert>
      )}
      <ProblemNote error={change.error} title="The period was not changed" />
      <Group justify="flex-end">
        <Button type="submit" disabled={chosen === undefined} loading={change.isPending}>
          Save
        </Button>
      </Group>
    </Stack>
  );
}
