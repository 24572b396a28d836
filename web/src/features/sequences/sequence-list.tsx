/** The sequences there are, and how many records go through each. */
import { Anchor, Badge, Group, Table, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { SequenceSummary } from "@/api/types";
import { RECORD_KINDS } from "@/shared/names";

export function SequenceList({ sequences }: { sequences: SequenceSummary[] }): ReactNode {
  return (
    <Table verticalSpacing="sm" highlightOnHover>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Sequence</Table.Th>
          <Table.Th ta="right">Active</Table.Th>
          <Table.Th ta="right">Paused</Table.Th>
          <Table.Th ta="right" visibleFrom="sm">
            Completed
          </Table.Th>
          <Table.Th ta="right" visibleFrom="sm">
            Disconnected
          </Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {sequences.map((sequence) => (
          <Table.Tr key={sequence.key}>
            <Table.Td>
              <Group gap="xs">
                <Anchor
                  fw={600}
                  size="sm"
                  renderRoot={(props) => (
                    <Link to="/sequences/$key" params={{ key: sequence.key }} {...props} />
                  )}
                >
                  <bdi>{sequence.name}</bdi>
                </Anchor>
                <SequenceState of={sequence} />
              </Group>
              <Text size="xs" c="dimmed">
                {sequence.key} · for {RECORD_KINDS[sequence.record_kind].toLowerCase()} records
              </Text>
            </Table.Td>
            <Table.Td ta="right">{sequence.counts.active}</Table.Td>
            <Table.Td ta="right">{sequence.counts.paused}</Table.Td>
            <Table.Td ta="right" visibleFrom="sm">
              {sequence.counts.completed}
            </Table.Td>
            <Table.Td ta="right" visibleFrom="sm">
              {sequence.counts.disconnected}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

/** Whether records can be enrolled, and in which version. */
export function SequenceState({ of }: { of: SequenceSummary }): ReactNode {
  const { is_active, published_version } = of;
  if (published_version === null) return <Badge color="amber">Draft</Badge>;
  return (
    <>
      <Badge color={is_active ? "pine" : "gray"}>{is_active ? "Active" : "Inactive"}</Badge>
      <Badge color="gray">Version {published_version}</Badge>
    </>
  );
}
