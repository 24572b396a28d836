/** The records one may see, with boxes where some of them can be chosen. */
import { Anchor, Badge, Checkbox, Group, Table, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { TouchlineRecord } from "@/api/types";
import { phone, RECORD_KINDS, recordName, userName } from "@/shared/names";
import { CustomerTime } from "@/shared/time";
import type { Selection } from "./use-selection";

interface RecordTableProps {
  records: TouchlineRecord[];
  /** Undefined where nothing can be done with several. */
  selection: Selection | undefined;
}

export function RecordTable({ records, selection }: RecordTableProps): ReactNode {
  return (
    <Table verticalSpacing="xs" highlightOnHover>
      <Table.Thead>
        <Table.Tr>
          {selection && (
            <Table.Th w={36}>
              <AllBox records={records} selection={selection} />
            </Table.Th>
          )}
          <Table.Th>Name</Table.Th>
          <Table.Th visibleFrom="sm">Phone</Table.Th>
          <Table.Th visibleFrom="sm">Kind</Table.Th>
          <Table.Th visibleFrom="sm">Owner</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {records.map((record) => (
          <Table.Tr key={record.id} bg={selection?.chosen.has(record.id) ? "var(--chosen)" : undefined}>
            {selection && (
              <Table.Td>
                <Checkbox
                  size="sm"
                  aria-label={`Choose ${recordName(record)}`}
                  checked={selection.chosen.has(record.id)}
                  onChange={(event) => selection.choose([record], event.currentTarget.checked)}
                />
              </Table.Td>
            )}
            <Table.Td>
              <Group gap="xs">
                <Anchor
                  size="sm"
                  fw={600}
                  renderRoot={(props) => (
                    <Link to="/records/$id" params={{ id: record.id }} {...props} />
                  )}
                >
                  <bdi>{recordName(record)}</bdi>
                </Anchor>
                {record.is_opted_out && <Badge color="red">Opted out</Badge>}
                {record.status === "inactive" && <Badge color="gray">Inactive</Badge>}
              </Group>
              <Text size="xs" hiddenFrom="sm">
                {numberOf(record)}
              </Text>
              <CustomerTime zone={record.timezone} />
            </Table.Td>
            <Table.Td visibleFrom="sm">{numberOf(record)}</Table.Td>
            <Table.Td visibleFrom="sm">{RECORD_KINDS[record.kind]}</Table.Td>
            <Table.Td visibleFrom="sm"><bdi>{userName(record.owner)}</bdi></Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function numberOf(record: TouchlineRecord): string {
  return record.phone === null ? "none" : phone(record.phone);
}

function AllBox({ records, selection }: { records: TouchlineRecord[]; selection: Selection }): ReactNode {
  const count = records.filter(({ id }) => selection.chosen.has(id)).length;
  return (
    <Checkbox
      size="sm"
      aria-label="Choose all that are shown"
      aria-keyshortcuts="Shift+A"
      checked={count === records.length}
      indeterminate={count > 0 && count < records.length}
      onChange={(event) => selection.choose(records, event.currentTarget.checked)}
    />
  );
}
