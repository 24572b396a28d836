/** Changing a record, and making it inactive, for those who may. */
import { Button } from "@mantine/core";
import { useState, type ReactNode } from "react";
import type { Grant, TouchlineRecord } from "@/api/types";
import { ConfirmButton } from "@/shared/confirm-button";
import { recordName } from "@/shared/names";
import { useLevel, useSession } from "@/shared/session";
import { useDeactivateRecord } from "./api/deactivate-record";
import { ChangeRecordDialog } from "./change-record-dialog";

export function RecordActions({ record }: { record: TouchlineRecord }): ReactNode {
  const [isChanging, setChanging] = useState(false);
  const deactivate = useDeactivateRecord(record.id);
  const mayWrite = useMayPerhaps("write", record);
  const mayDelete = useMayPerhaps("delete", record);
  return (
    <>
      {mayWrite && (
        <Button size="xs" variant="default" onClick={() => setChanging(true)}>
          Change
        </Button>
      )}
      {mayDelete && record.status === "active" && (
        <ConfirmButton
          action="Deactivate"
          what={recordName(record)}
          size="xs"
          refusal="The record was not deactivated"
          change={deactivate}
          onConfirm={(close) => deactivate.mutate(undefined, { onSuccess: close })}
        >
          It leaves the list of records, its enrollments end, and no sequence texts it. What was said stays. It cannot
          be made active again.
        </ConfirmButton>
      )}
      <ChangeRecordDialog record={record} isOpen={isChanging} onClose={() => setChanging(false)} />
    </>
  );
}

/** Returns whether the reader's roles may reach this record; the API has the last word, of which the dialog tells. */
function useMayPerhaps(privilege: Grant["privilege"], record: TouchlineRecord): boolean {
  const { user } = useSession();
  const level = useLevel("record", privilege);
  if (level !== "user") return level !== undefined;
  // a team's may be the reader's own team's
  return record.owner.id === user.id || record.owner_team_id !== null;
}
