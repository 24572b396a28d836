/** Erasing a person: what would go, what stays and why, and the number typed once more before it does. */
import { Alert, Button, Checkbox, Group, List, Modal, Skeleton, Stack, Text, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState, type FormEvent, type ReactNode } from "react";
import { isolated } from "@/shared/names";
import { ProblemNote, View } from "@/shared/view";
import { trialQuery, useErase } from "./api/erasures";
import { countsIn, isProof, type Person } from "./words";

interface EraseDialogProps {
  person: Person;
  isOpen: boolean;
  onClose: () => void;
}

export function EraseDialog({ isOpen, ...props }: EraseDialogProps): ReactNode {
  return (
    <Modal
      opened={isOpen}
      onClose={props.onClose}
      size="lg"
      title={`Erase ${props.person.name}`}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <Contents {...props} />
    </Modal>
  );
}

function Contents({ person, onClose }: Omit<EraseDialogProps, "isOpen">): ReactNode {
  const [reason, setReason] = useState("");
  const [everything, setEverything] = useState(false);
  const [typed, setTyped] = useState("");
  const erase = useErase(person.of);
  const trial = useQuery({ ...trialQuery(person.of, everything), enabled: !erase.isSuccess });
  const isSure = reason.trim() !== "" && isProof(typed, person.proof) && trial.isSuccess;

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isSure && !erase.isPending) erase.mutate({ reason: reason.trim(), everything });
  };
  if (erase.data) {
    return (
      <Stack>
        <Report lead="Erased" report={erase.data} />
        <Group justify="flex-end">
          <Button onClick={onClose} data-autofocus>
            Done
          </Button>
        </Group>
      </Stack>
    );
  }
  return (
    <Stack component="form" onSubmit={submit}>
      <TextInput
        label="Why"
        description="Such as when they asked. Not who they are: the note stays."
        data-autofocus
        maxLength={500}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      <Checkbox
        label="The proof of consent and the entry in the do-not-contact list, too"
        description="An import may then bring them back into texts, and there is no proof against a claim."
        checked={everything}
        onChange={(event) => setEverything(event.currentTarget.checked)}
      />
      <View what="what would be erased" query={trial} loading={<Skeleton height={90} />}>
        {(report) => <Report lead="Would be erased" report={report} />}
      </View>
      <Alert color="red" p="xs">
        It cannot be brought back. Running sequences end, and no text goes out any more.
      </Alert>
      <TextInput
        label={`Type ${isolated(person.proof)} to be sure`}
        autoComplete="off"
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
      <ProblemNote error={erase.error} title="Nothing was erased" />
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button type="submit" color="red" disabled={!isSure} loading={erase.isPending}>
          Erase for good
        </Button>
      </Group>
    </Stack>
  );
}

interface ReportProps {
  lead: string;
  report: { counts: Record<string, number>; kept: string[] };
}

function Report({ lead, report }: ReportProps): ReactNode {
  return (
    <div>
      <Text size="sm" role="status">
        {lead}: {countsIn(report.counts)}.
      </Text>
      <Text size="sm" fw={600} mt="xs">
        What stays, and why
      </Text>
      <List size="sm">
        {report.kept.map((each) => (
          <List.Item key={each}>{each}</List.Item>
        ))}
      </List>
    </div>
  );
}
