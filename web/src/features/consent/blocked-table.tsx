/** The texts that a withdrawal kept here, each with the withdrawal. */
import { Table, Text } from "@mantine/core";
import type { ReactNode } from "react";
import type { BlockedText } from "@/api/types";
import { phone } from "@/shared/names";
import { Time } from "@/shared/time";
import { Written } from "@/shared/written";
import { Evidence } from "./ledger";

export function BlockedTable({ texts }: { texts: BlockedText[] }): ReactNode {
  return (
    <Table verticalSpacing="xs">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Customer</Table.Th>
          <Table.Th>Text that was not sent</Table.Th>
          <Table.Th>Because of</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {texts.map((text) => (
          <Table.Tr key={text.message_id}>
            <Table.Td>
              <Text size="sm">{phone(text.to_number)}</Text>
              <Text size="xs" c="dimmed">
                <Time at={text.blocked_at ?? text.created_at} />
              </Text>
            </Table.Td>
            <Table.Td>
              <Written>{text.body}</Written>
            </Table.Td>
            <Table.Td>
              <Evidence of={text.entry} />
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
