/** The withdrawals in force. */
import { Badge, Group, Table, Text } from "@mantine/core";
import type { ReactNode } from "react";
import type { Withdrawal } from "@/api/types";
import { phone } from "@/shared/names";
import { Time } from "@/shared/time";
import { Written } from "@/shared/written";
import { reachOf, SOURCES } from "./words";

export function WithdrawalTable({ withdrawals }: { withdrawals: Withdrawal[] }): ReactNode {
  return (
    <Table verticalSpacing="xs">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Customer</Table.Th>
          <Table.Th>Not to get</Table.Th>
          <Table.Th>Evidence</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {withdrawals.map((withdrawal) => (
          <Table.Tr key={`${withdrawal.entry_id}:${withdrawal.purpose}:${withdrawal.customer_number}`}>
            <Table.Td>
              <Text size="sm">{phone(withdrawal.customer_number)}</Text>
              <Text size="xs" c="dimmed">
                since <Time at={withdrawal.since} as="within" />
              </Text>
            </Table.Td>
            <Table.Td>
              <Group gap="xs">
                {reachOf(withdrawal)}
                {withdrawal.is_unclear && <Badge color="amber">Not decided yet</Badge>}
              </Group>
            </Table.Td>
            <Table.Td>
              {withdrawal.evidence !== null && <Written>“{withdrawal.evidence}”</Written>}
              <Text size="xs" c="dimmed">
                From {SOURCES[withdrawal.source]}
              </Text>
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
