/** The records one may see. */
import { Anchor, Badge, Group, Table, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { TouchlineRecord } from "@/api/types";
import { phone, RECORD_KINDS, recordName, userName } from "@/shared/names";
import { CustomerTime } from "@/shared/time";

export function RecordTable({ records }: { records: TouchlineRecord[] }): ReactNode {
  return (
    <Table verticalSpacing="xs" highlightOnHover>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Name</Table.Th>
          <Table.Th>Phone</Table.Th>
          <Table.Th visibleFrom="sm">Kind</Table.Th>
          <Table.Th visibleFrom="sm">Owner</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {records.map((record) => (
          <Table.Tr key={record.id}>
            <Table.Td>
              <Group gap="xs">
                <Anchor
                  size="sm"
                  fw={600}
                  renderRoot={(props) => (
                    <Link to="/records/$id" params={{ id: record.id }} {...props} />
                  )}
                >
                  {recordName(record)}
                </Anchor>
                {record.is_opted_out && <Badge color="red">Opted out</Badge>}
                {record.status === "inactive" && <Badge color="gray">Inactive</Badge>}
              </Group>
              <CustomerTime zone={record.timezone} />
            </Table.Td>
            <Table.Td>
              <Text size="sm">{record.phone === null ? "none" : phone(record.phone)}</Text>
            </Table.Td>
            <Table.Td visibleFrom="sm">{RECORD_KINDS[record.kind]}</Table.Td>
            <Table.Td visibleFrom="sm">{userName(record.owner)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
