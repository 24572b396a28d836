/** Changing a record, and making it inactive or active again, for those who may. */
import { Button } from "@mantine/core";
import { useState, type ReactNode } from "react";
import type { TouchlineRecord } from "@/api/types";
import { ConfirmButton } from "@/shared/confirm-button";
import { recordName } from "@/shared/names";
import { useMayPerhaps } from "@/shared/session";
import { ProblemNote } from "@/shared/view";
import { useChangeRecord } from "./api/change-record";
import { useDeactivateRecord } from "./api/deactivate-record";
import { ChangeRecordDialog } from "./change-record-dialog";

export function RecordActions({ record }: { record: TouchlineRecord }): ReactNode {
  const [isChanging, setChanging] = useState(false);
  const activate = useChangeRecord(record.id);
  const deactivate = useDeactivateRecord(record.id);
  const mayWrite = useMayPerhaps("record", "write", record);
  const mayDelete = useMayPerhaps("record", "delete", record);
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
          It leaves the list of records, its enrollments end, and no sequence texts it. What was said stays. It can be
          made active again, here on its page; its enrollments stay ended.
        </ConfirmButton>
      )}
      {mayWrite && record.status === "inactive" && (
        <Button
          size="xs"
          variant="default"
          loading={activate.isPending}
          onClick={() => activate.mutate({ status: "active" })}
        >
          Make active
        </Button>
      )}
      <ProblemNote error={activate.error} title="The record was not made active" />
      <ChangeRecordDialog record={record} isOpen={isChanging} onClose={() => setChanging(false)} />
    </>
  );
}
