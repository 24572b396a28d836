/** Importing records from a CSV file, and the report of it line by line. */
import { Alert, Button, Group, Modal, NativeSelect, Stack, Table, Text } from "@mantine/core";
import { useState, type ReactNode } from "react";
import type { ImportReport, RecordKind } from "@/api/types";
import { CsvForm } from "@/shared/csv-form";
import { RECORD_KINDS } from "@/shared/names";
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
  const [kind, setKind] = useState<RecordKind>("lead");
  const upload = useImportRecords();

  if (upload.data) {
    return (
      <Stack>
        <Report report={upload.data} />
        <Group justify="flex-end">
          <Button
            variant="default"
            onClick={() => upload.reset()}
          >
            Import another file
          </Button>
          <Button onClick={onClose}>Done</Button>
        </Group>
      </Stack>
    );
  }
  return (
    <CsvForm
      description="In UTF-8, with a header: phone, first_name, and if you like last_name, timezone, country, region, external_id, owner. Other columns become fields."
      upload={upload}
      onUpload={(file) => upload.mutate({ file, kind })}
      onClose={onClose}
    >
      <NativeSelect
        label="They are"
        value={kind}
        onChange={(event) => setKind(event.currentTarget.value as RecordKind)}
        data={Object.entries(RECORD_KINDS).map(([value, label]) => ({ value, label }))}
      />
    </CsvForm>
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
