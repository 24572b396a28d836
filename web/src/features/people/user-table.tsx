/** Who works here, with their roles and business unit. */
import { Badge, Button, Table, Text, VisuallyHidden } from "@mantine/core";
import { useState, type ReactNode } from "react";
import type { User } from "@/api/types";
import { userName } from "@/shared/names";
import { UserDialog } from "./user-dialog";

export function UserTable({ users, mayWrite }: { users: User[]; mayWrite: boolean }): ReactNode {
  const [changed, setChanged] = useState<User | null>(null);
  return (
    <>
      <Table verticalSpacing="xs">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Name</Table.Th>
            <Table.Th>Roles</Table.Th>
            <Table.Th visibleFrom="sm">Business unit</Table.Th>
            {mayWrite && (
              <Table.Th>
                <VisuallyHidden>Change</VisuallyHidden>
              </Table.Th>
            )}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {users.map((user) => (
            <Table.Tr key={user.id}>
              <Table.Td>
                <Text component="div" size="sm" fw={600}>
                  <bdi>{userName(user)}</bdi> {!user.is_active && <Badge color="gray">Inactive</Badge>}
                </Text>
                <Text size="xs" c="dimmed" dir="auto">
                  {user.email}
                </Text>
              </Table.Td>
              <Table.Td>
                <bdi>{user.roles.map(({ name }) => name).join(", ") || "None"}</bdi>
              </Table.Td>
              <Table.Td visibleFrom="sm">
                <bdi>{user.business_unit.name}</bdi>
              </Table.Td>
              {mayWrite && (
                <Table.Td>
                  <Button
                    size="compact-xs"
                    variant="default"
                    aria-label={`Change ${userName(user)}`}
                    onClick={() => setChanged(user)}
                  >
                    Change
                  </Button>
                </Table.Td>
              )}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <UserDialog user={changed} onClose={() => setChanged(null)} />
    </>
  );
}
