/** The numbers the organisation sends from, whose each is, and how it sends. */
import { Badge, Button, Group, Table, Text, VisuallyHidden } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import type { PhoneNumber } from "@/api/types";
import { phone, userName } from "@/shared/names";
import { teamsQuery } from "@/shared/organisation";
import { colleaguesQuery } from "@/shared/people";
import { AssignDialog } from "./assign-dialog";
import { ChangeDialog } from "./change-dialog";
import { paceOf, queueOf } from "./words";

export function NumberTable({ numbers, mayWrite }: { numbers: PhoneNumber[]; mayWrite: boolean }): ReactNode {
  const [assigned, setAssigned] = useState<PhoneNumber | null>(null);
  const [changed, setChanged] = useState<PhoneNumber | null>(null);
  const ownerOf = useOwners();
  return (
    <>
      <Table verticalSpacing="xs">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Number</Table.Th>
            <Table.Th>Whose it is</Table.Th>
            <Table.Th visibleFrom="sm">Segments</Table.Th>
            <Table.Th visibleFrom="sm">Queue</Table.Th>
            {mayWrite && (
              <Table.Th>
                <VisuallyHidden>Assign or change</VisuallyHidden>
              </Table.Th>
            )}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {numbers.map((number) => (
            <Table.Tr key={number.id}>
              <Table.Td>
                <Text size="sm" fw={600}>
                  {phone(number.e164)}
                </Text>
                <Text size="xs" c="dimmed">
                  {[number.kind.replaceAll("_", " "), number.country].filter(Boolean).join(" · ")}
                </Text>
              </Table.Td>
              <Table.Td>
                <Text component="div" size="sm">
                  {ownerOf(number)}{" "}
                  {number.is_default && number.owner_user_id !== null && <Badge color="pine">Default</Badge>}
                </Text>
              </Table.Td>
              <Table.Td visibleFrom="sm">
                {paceOf(number)}
                {number.brand !== "" && (
                  <Text size="xs" c="dimmed">
                    {number.brand}
                  </Text>
                )}
              </Table.Td>
              <Table.Td visibleFrom="sm">{queueOf(number)}</Table.Td>
              {mayWrite && (
                <Table.Td>
                  <Group gap="xs">
                    <Button
                      size="compact-xs"
                      variant="default"
                      aria-label={`Assign ${phone(number.e164)}`}
                      onClick={() => setAssigned(number)}
                    >
                      Assign
                    </Button>
                    <Button
                      size="compact-xs"
                      variant="default"
                      aria-label={`Change ${phone(number.e164)}`}
                      onClick={() => setChanged(number)}
                    >
                      Change
                    </Button>
                  </Group>
                </Table.Td>
              )}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <AssignDialog number={assigned} onClose={() => setAssigned(null)} />
      <ChangeDialog number={changed} onClose={() => setChanged(null)} />
    </>
  );
}

/** Returns how to name a number's owner, who may have left. */
function useOwners(): (number: PhoneNumber) => string {
  const users = useQuery(colleaguesQuery).data;
  const teams = useQuery(teamsQuery).data;
  return ({ owner_user_id, owner_team_id }) => {
    if (owner_team_id !== null) {
      const team = teams?.find(({ id }) => id === owner_team_id);
      return team === undefined ? (teams ? "A team that you may not see" : "…") : `Team ${team.name}`;
    }
    if (owner_user_id === null) return "Nobody";
    const user = users?.find(({ id }) => id === owner_user_id);
    return user === undefined ? (users ? "Somebody who may not sign in" : "…") : userName(user);
  };
}
