/** Bringing in numbers not to be texted, and what became of the rows. */
import { Button, FileInput, Group, List, Modal, Stack, Text } from "@mantine/core";
import { useState, type FormEvent, type ReactNode } from "react";
import { ProblemNote } from "@/shared/view";
import { useImportWithdrawals } from "./api/consent";

export function ImportDialog(props: { isOpen: boolean; onClose: () => void }): ReactNode {
  return (
    <Modal
      opened={props.isOpen}
      onClose={props.onClose}
      title="Import numbers not to be texted"
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <Contents onClose={props.onClose} />
    </Modal>
  );
}

function Contents({ onClose }: { onClose: () => void }): ReactNode {
  const [file, setFile] = useState<File | null>(null);
  const upload = useImportWithdrawals();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (file && !upload.isPending) upload.mutate(file);
  };
  if (upload.data) {
    const { added, unchanged, failed, problems } = upload.data;
    return (
      <Stack>
        <Text role="status">
          {added} new, {unchanged} as before, {failed} not imported.
        </Text>
        <List size="sm">
          {problems.map(({ line, column, message }) => (
            <List.Item key={`${line}:${column}:${message}`}>
              Line {line}: {message}
            </List.Item>
          ))}
        </List>
        <Group justify="flex-end">
          <Button onClick={onClose}>Done</Button>
        </Group>
      </Stack>
    );
  }
  return (
    <Stack component="form" onSubmit={submit}>
      <FileInput
        label="CSV file"
        description="In UTF-8, with a header: number, and if you like purpose, reference, since. It holds at once."
        placeholder="Choose a file"
        accept=".csv,text/csv"
        value={file}
        onChange={setFile}
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
