/** Who works together: the teams with their members. */
import { Button, Group, Table, VisuallyHidden } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import type { Team } from "@/api/types";
import { ConfirmButton } from "@/shared/confirm-button";
import { userName } from "@/shared/names";
import { teamsQuery, unitsQuery } from "@/shared/organisation";
import { useMay } from "@/shared/session";
import { Empty, SkeletonRows, View } from "@/shared/view";
import { useDeleteTeam } from "./api/teams";
import { TeamDialog } from "./team-dialog";

export function TeamPanel(): ReactNode {
  const teams = useQuery(teamsQuery);
  const [isAdding, setAdding] = useState(false);
  const mayCreate = useMay("team", "create");
  return (
    <>
      {mayCreate && (
        <Group justify="flex-end" p="sm" pb={0}>
          <Button size="xs" onClick={() => setAdding(true)}>
            New team
          </Button>
        </Group>
      )}
      <View
        what="the teams"
        query={teams}
        loading={<SkeletonRows />}
        empty={<Empty title="No teams yet">A team shares its records, its numbers and its work.</Empty>}
      >
        {(items) => <TeamTable teams={items} />}
      </View>
      <TeamDialog isOpen={isAdding} onClose={() => setAdding(false)} />
    </>
  );
}

function TeamTable({ teams }: { teams: Team[] }): ReactNode {
  const units = useQuery(unitsQuery);
  const mayWrite = useMay("team", "write");
  const mayDelete = useMay("team", "delete");
  return (
    <Table verticalSpacing="xs">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Team</Table.Th>
          <Table.Th visibleFrom="sm">Business unit</Table.Th>
          <Table.Th>Members</Table.Th>
          {(mayWrite || mayDelete) && (
            <Table.Th>
              <VisuallyHidden>Change</VisuallyHidden>
            </Table.Th>
          )}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {teams.map((team) => (
          <Table.Tr key={team.id}>
            <Table.Td fw={600}>
              <bdi>{team.name}</bdi>
            </Table.Td>
            <Table.Td visibleFrom="sm">
              {units.data?.find(({ id }) => id === team.business_unit_id)?.name}
            </Table.Td>
            <Table.Td>
              <bdi>{team.members.map(userName).join(", ") || "Nobody"}</bdi>
            </Table.Td>
            {(mayWrite || mayDelete) && (
              <Table.Td>
                <Group gap="xs">
                  {mayWrite && <Changing team={team} />}
                  {mayDelete && <Deleting team={team} />}
                </Group>
              </Table.Td>
            )}
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Changing({ team }: { team: Team }): ReactNode {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button
        size="compact-xs"
        variant="default"
        aria-label={`Change ${team.name}`}
        onClick={() => setOpen(true)}
      >
        Change
      </Button>
      <TeamDialog team={team} isOpen={isOpen} onClose={() => setOpen(false)} />
    </>
  );
}

function Deleting({ team }: { team: Team }): ReactNode {
  const remove = useDeleteTeam(team.id);
  return (
    <ConfirmButton
      action="Delete"
      what={team.name}
      refusal="The team was not deleted"
      change={remove}
      onConfirm={() => remove.mutate()}
    >
      Its members stay. A team that owns records or numbers cannot be deleted.
    </ConfirmButton>
  );
}
