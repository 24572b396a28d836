/** The ledger of consent: who said what, where we have it from, and what proves it. */
import { Badge, Table, Text } from "@mantine/core";
import type { ReactNode } from "react";
import type { ConsentEntry } from "@/api/types";
import { phone, userName } from "@/shared/names";
import { Time } from "@/shared/time";
import { Written } from "@/shared/written";
import { ENTRY_KINDS, reachOf, SOURCES } from "./words";

export function Ledger({ entries }: { entries: ConsentEntry[] }): ReactNode {
  return (
    <Table verticalSpacing="xs">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Customer</Table.Th>
          <Table.Th>What</Table.Th>
          <Table.Th>Evidence</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {entries.map((entry) => (
          <Table.Tr key={entry.id}>
            <Table.Td>
              <Text size="sm">{phone(entry.customer_number)}</Text>
              <Text size="xs" c="dimmed">
                <Time at={entry.at} />
              </Text>
            </Table.Td>
            <Table.Td>
              <Badge color={ENTRY_KINDS[entry.kind].color}>{ENTRY_KINDS[entry.kind].label}</Badge>
              <Text size="xs" c="dimmed">
                {reachOf(entry)}
              </Text>
            </Table.Td>
            <Table.Td>
              <Evidence of={entry} />
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

/** What proves an entry, and where it comes from. */
export function Evidence({ of }: { of: ConsentEntry }): ReactNode {
  const words = of.evidence?.body ?? of.wording ?? of.reference;
  return (
    <>
      {words && <Written>“{words}”</Written>}
      <Text size="xs" c="dimmed">
        From {SOURCES[of.source]}
        {of.actor !== null && `, recorded by ${userName(of.actor)}`}
      </Text>
    </>
  );
}
