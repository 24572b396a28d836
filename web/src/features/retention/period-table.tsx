/** How long each kind of data is kept, what becomes of it then, and how much of it went last. */
import { Group, Stack, Table, Text } from "@mantine/core";
import type { ReactNode } from "react";
import type { OrganisationSettings } from "@/api/types";
import { ChangePeriod } from "./change-period";
import { goneOf, periodOf, wordsOf } from "./words";

interface PeriodTableProps {
  settings: OrganisationSettings;
  mayWrite: boolean;
}

export function PeriodTable({ settings, mayWrite }: PeriodTableProps): ReactNode {
  const lastRun = settings.retention_last_run;
  return (
    <Table verticalSpacing="sm">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>What</Table.Th>
          <Table.Th>Kept</Table.Th>
          {lastRun && <Table.Th>Gone in the last run</Table.Th>}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {Object.entries(settings.retention_rules).map(([kind, rule]) => {
          const { label, fate, law } = wordsOf(kind);
          const days = settings.retention[kind] ?? null;
          return (
            <Table.Tr key={kind}>
              <Table.Td>
                <Text size="sm" fw={600}>
                  {label}
                </Text>
                <Text size="xs" c="dimmed">
                  {fate}
                </Text>
                {law !== undefined && (
                  <Text size="xs" c="dimmed">
                    {law}
                  </Text>
                )}
              </Table.Td>
              <Table.Td>
                <Group gap="xs">
                  <Stack gap={0}>
                    <Text size="sm">{periodOf(days)}</Text>
                    <Text size="xs" c="dimmed">
                      {days === rule.default ? "as by default" : `by default ${periodOf(rule.default)}`}
                    </Text>
                  </Stack>
                  {mayWrite && <ChangePeriod kind={kind} label={label} days={days} rule={rule} />}
                </Group>
              </Table.Td>
              {lastRun && (
                <Table.Td>
                  <Text size="sm">{goneOf(lastRun, kind)}</Text>
                </Table.Td>
              )}
            </Table.Tr>
          );
        })}
      </Table.Tbody>
    </Table>
  );
}
