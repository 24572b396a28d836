/** Which keys do what on the page that is shown. */
import { Kbd, Modal, Table } from "@mantine/core";
import type { ReactNode } from "react";
import { listShortcuts } from "@/shared/shortcuts";

export function ShortcutDialog(props: { isOpen: boolean; onClose: () => void }): ReactNode {
  return (
    <Modal
      opened={props.isOpen}
      onClose={props.onClose}
      title="Keyboard shortcuts"
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <ShortcutTable />
    </Modal>
  );
}

function ShortcutTable(): ReactNode {
  return (
    <Table>
      <Table.Thead>
        <Table.Tr>
          <Table.Th scope="col">Key</Table.Th>
          <Table.Th scope="col">What it does</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {listShortcuts().map(({ key, label }) => (
          <Table.Tr key={key}>
            <Table.Th scope="row">
              <Kbd style={{ whiteSpace: "nowrap" }}>{key.replace("shift+", "Shift + ")}</Kbd>
            </Table.Th>
            <Table.Td>{label}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
