/** That somebody was erased, when, why and by whom: not who. */
import { Table, Text } from "@mantine/core";
import type { ReactNode } from "react";
import type { Erasure } from "@/api/types";
import { userName } from "@/shared/names";
import { Time } from "@/shared/time";
import { Written } from "@/shared/written";
import { countsIn } from "./words";

export function ErasureTable({ erasures }: { erasures: Erasure[] }): ReactNode {
  return (
    <Table verticalSpacing="xs">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>When</Table.Th>
          <Table.Th>Why</Table.Th>
          <Table.Th visibleFrom="sm">What went</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {erasures.map((erasure) => (
          <Table.Tr key={erasure.id}>
            <Table.Td>
              <Text size="sm">
                <Time at={erasure.at} />
              </Text>
              <Text size="xs" c="dimmed">
                by {userName(erasure.requested_by)}
              </Text>
            </Table.Td>
            <Table.Td>
              <Written>{erasure.reason}</Written>
            </Table.Td>
            <Table.Td visibleFrom="sm">{countsIn(erasure.report.counts)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
