/** Bringing in numbers not to be texted, and what became of the rows. */
import { Button, Group, List, Modal, Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { CsvForm } from "@/shared/csv-form";
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
  const upload = useImportWithdrawals();
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
    <CsvForm
      description="In UTF-8, with a header: number, and if you like purpose, reference, since. It holds at once."
      upload={upload}
      onUpload={(file) => upload.mutate(file)}
      onClose={onClose}
    />
  );
}
