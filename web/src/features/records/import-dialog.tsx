/** Importing records from a CSV file, and the report of it line by line. */
import { Alert, Button, FileInput, Group, Modal, NativeSelect, Stack, Table, Text } from "@mantine/core";
import { useState, type FormEvent, type ReactNode } from "react";
import type { ImportReport, RecordKind } from "@/api/types";
import { RECORD_KINDS } from "@/shared/names";
import { ProblemNote } from "@/shared/view";
import { useImportRecords } from "./api/import-records";

export function ImportDialog(props: { isOpen: boolean; onClose: () => void }): ReactNode {
  return (
    <Modal
      opened={props.isOpen}
      onClose={props.onClose}
      size="lg"
      title="Import records"
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <Contents onClose={props.onClose} />
    </Modal>
  );
}

function Contents({ onClose }: { onClose: () => void }): ReactNode {
  const [file, setFile] = useState<File | null>(null);
  const [kind, setKind] = useState<RecordKind>("lead");
  const upload = useImportRecords();

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (file && !upload.isPending) upload.mutate({ file, kind });
  };
  if (upload.data) {
    return (
      <Stack>
        <Report report={upload.data} />
        <Group justify="flex-end">
          <Button
            variant="default"
            onClick={() => {
              setFile(null);
              upload.reset();
            }}
          >
            Import another file
          </Button>
          <Button onClick={onClose}>Done</Button>
        </Group>
      </Stack>
    );
  }
  return (
    <Stack component="form" onSubmit={submit}>
      <FileInput
        label="CSV file"
        description="In UTF-8, with a header: phone, first_name, and if you like last_name, timezone, country, region, external_id, owner. Other columns become fields."
        placeholder="Choose a file"
        accept=".csv,text/csv"
        value={file}
        onChange={setFile}
        required
        withAsterisk={false}
      />
      <NativeSelect
        label="They are"
        value={kind}
        onChange={(event) => setKind(event.currentTarget.value as RecordKind)}
        data={Object.entries(RECORD_KINDS).map(([value, label]) => ({ value, label }))}
      />
      <ProblemNote error={upload.error} title="Nothing was imported" />
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button type="submit" disabled={file === null} loading={upload.isPending}>
          Import
        </Button>
      </Group>
    </Stack>
  );
}

function Report({ report }: { report: ImportReport }): ReactNode {
  const { created, updated, unchanged, failed, problems } = report;
  return (
    <Stack gap="sm">
      <Text role="status">
        {created} new, {updated} changed, {unchanged} as before, {failed} not imported.
      </Text>
      {problems.length > 0 && (
        <Alert color="amber" title="These rows were left out">
          <Table fz="sm" verticalSpacing={4}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Line</Table.Th>
                <Table.Th>Column</Table.Th>
                <Table.Th>What is wrong</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {problems.map(({ line, column, message }) => (
                <Table.Tr key={`${line}:${column}:${message}`}>
                  <Table.Td>{line}</Table.Td>
                  <Table.Td>{column}</Table.Td>
                  <Table.Td>{message}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Alert>
      )}
    </Stack>
  );
}
