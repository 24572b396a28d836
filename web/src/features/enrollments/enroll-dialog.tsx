/** Enrolling records in a sequence, and saying which were refused and why. */
import { Alert, Button, Group, List, Modal, Stack, Text } from "@mantine/core";
import { useState, type ReactNode } from "react";
import type { EnrollReport, TouchlineRecord } from "@/api/types";
import { recordName } from "@/shared/names";
import { ProblemNote } from "@/shared/view";
import { useEnrollRecords } from "./api/enroll-records";

export type Chosen = ReadonlyMap<string, TouchlineRecord>;

interface EnrollDialogProps {
  sequence: { key: string; name: string };
  isOpen: boolean;
  onClose: () => void;
  /** The part that lets one choose records. */
  picker: (chosen: Chosen, change: (chosen: Chosen) => void) => ReactNode;
}

export function EnrollDialog({ sequence, isOpen, onClose, picker }: EnrollDialogProps): ReactNode {
  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      size="lg"
      title={`Enroll in ${sequence.name}`}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <Contents sequence={sequence} onClose={onClose} picker={picker} />
    </Modal>
  );
}

function Contents({ sequence, onClose, picker }: Omit<EnrollDialogProps, "isOpen">): ReactNode {
  const [chosen, setChosen] = useState<Chosen>(new Map());
  const enroll = useEnrollRecords(sequence.key);
  if (enroll.data) return <Outcome outcome={enroll.data} chosen={chosen} onClose={onClose} />;
  return (
    <Stack>
      {picker(chosen, setChosen)}
      <ProblemNote error={enroll.error} title="Nobody was enrolled" />
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button
          disabled={chosen.size === 0}
          loading={enroll.isPending}
          onClick={() => enroll.mutate([...chosen.keys()])}
        >
          Enroll {chosen.size > 0 && chosen.size} {chosen.size === 1 ? "record" : "records"}
        </Button>
      </Group>
    </Stack>
  );
}

function Outcome(props: { outcome: EnrollReport; chosen: Chosen; onClose: () => void }): ReactNode {
  const { enrolled, refused } = props.outcome;
  const nameOf = (id: string) => {
    const record = props.chosen.get(id);
    return record ? recordName(record) : id;
  };
  return (
    <Stack>
      <Text role="status">
        {enrolled.length} {enrolled.length === 1 ? "record is" : "records are"} enrolled.
      </Text>
      {refused.length > 0 && (
        <Alert color="amber" title={`${refused.length} not enrolled`}>
          <List size="sm">
            {refused.map(({ record_id, reason }) => (
              <List.Item key={record_id}>
                {nameOf(record_id)}: {reason}
              </List.Item>
            ))}
          </List>
        </Alert>
      )}
      <Group justify="flex-end">
        <Button onClick={props.onClose}>Done</Button>
      </Group>
    </Stack>
  );
}
