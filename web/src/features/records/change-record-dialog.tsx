/** Changing what is known of a record, and whose it is. */
import { Button, Group, Modal, Stack, TextInput } from "@mantine/core";
import { useState, type FormEvent, type ReactNode } from "react";
import { lineOf } from "@/api/client";
import type { RecordChanges, TouchlineRecord } from "@/api/types";
import { recordName } from "@/shared/names";
import { OwnerFields, type OwnedBy } from "@/shared/owner-fields";
import { useMay } from "@/shared/session";
import { ProblemNote } from "@/shared/view";
import { useChangeRecord } from "./api/change-record";

interface ChangeRecordDialogProps {
  record: TouchlineRecord;
  isOpen: boolean;
  onClose: () => void;
}

export function ChangeRecordDialog({ record, isOpen, onClose }: ChangeRecordDialogProps): ReactNode {
  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      title={`Change ${recordName(record)}`}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <RecordForm record={record} onClose={onClose} />
    </Modal>
  );
}

const FIELDS = ["first_name", "last_name", "phone", "timezone", "language", "country", "region"] as const;

type Field = (typeof FIELDS)[number];

const WORDS: Record<Field, { label: string; description?: string; maxLength: number }> = {
  first_name: { label: "First name", maxLength: 100 },
  last_name: { label: "Last name", maxLength: 100 },
  phone: { label: "Phone number", description: "With + and country code, or as dialled in its country", maxLength: 40 },
  timezone: { label: "Time zone", description: "Such as America/New_York", maxLength: 64 },
  language: { label: "Language", description: "Such as en, or de-AT", maxLength: 8 },
  country: { label: "Country", description: "Such as US", maxLength: 2 },
  region: { label: "Region", description: "Such as a state", maxLength: 100 },
};

/** What no record can be without, or holds as an empty word. */
const NEVER_NULL: ReadonlySet<Field> = new Set<Field>(["first_name", "last_name"]);

function RecordForm({ record, onClose }: Omit<ChangeRecordDialogProps, "isOpen">): ReactNode {
  const [typed, setTyped] = useState<Partial<Record<Field, string>>>({});
  const before: OwnedBy = { userId: record.owner.id, teamId: record.owner_team_id };
  const [owned, setOwned] = useState(before);
  const mayAssign = useMay("record", "assign");
  const change = useChangeRecord(record.id);
  const valueOf = (field: Field) => typed[field] ?? record[field] ?? "";
  const changes = changesOf(record, typed, owned);
  const isNamed = valueOf("first_name").trim() !== "" || record.first_name === "";
  const isComplete = isNamed && owned.userId !== "" && Object.keys(changes).length > 0;

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isComplete) return;
    change.mutate(changes, { onSuccess: onClose });
  };
  const field = (name: Field) => (
    <TextInput
      label={WORDS[name].label}
      description={WORDS[name].description}
      maxLength={WORDS[name].maxLength}
      value={valueOf(name)}
      onChange={(event) => setTyped({ ...typed, [name]: event.currentTarget.value })}
      error={lineOf(change.error, name)}
    />
  );
  return (
    <Stack component="form" onSubmit={submit}>
      <Group grow align="flex-start">
        {field("first_name")}
        {field("last_name")}
      </Group>
      {field("phone")}
      {field("timezone")}
      <Group grow align="flex-start">
        {field("language")}
        {field("country")}
        {field("region")}
      </Group>
      {mayAssign && (
        <OwnerFields
          value={owned}
          onChange={setOwned}
          owner={record.owner}
          errors={{
            user: lineOf(change.error, "owner_user_id"),
            team: lineOf(change.error, "owner_team_id"),
          }}
        />
      )}
      <ProblemNote error={change.error} title="The record was not changed" />
      <Group justify="flex-end">
        <Button type="submit" disabled={!isComplete} loading={change.isPending}>
          Save
        </Button>
      </Group>
    </Stack>
  );
}

/** Returns what differs from the record: a field that was emptied is taken away. */
function changesOf(
  record: TouchlineRecord,
  typed: Partial<Record<Field, string>>,
  owned: OwnedBy,
): RecordChanges {
  const fields = FIELDS.flatMap((name) => {
    const value = typed[name]?.trim();
    if (value === undefined || value === (record[name] ?? "")) return [];
    return [[name, value === "" && !NEVER_NULL.has(name) ? null : value]];
  });
  return {
    ...(Object.fromEntries(fields) as RecordChanges),
    ...(owned.userId !== record.owner.id && { owner_user_id: owned.userId }),
    ...(owned.teamId !== record.owner_team_id && { owner_team_id: owned.teamId }),
  };
}
