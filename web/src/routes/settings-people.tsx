/** Who works here, in which teams and business units, and what their roles give. */
import { Button, NativeSelect, Tabs } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState, type ReactNode } from "react";
import { AddUserDialog } from "@/features/people/add-user-dialog";
import { usersQuery } from "@/features/people/api/people";
import { rolesQuery } from "@/features/people/api/roles";
import { RolePanel } from "@/features/people/role-panel";
import { TeamPanel } from "@/features/people/team-panel";
import { UnitPanel } from "@/features/people/unit-panel";
import { UserTable } from "@/features/people/user-table";
import { useMay } from "@/shared/session";
import { Empty, MoreButton, SkeletonRows, View } from "@/shared/view";
import { Page, Panel } from "./page";

const route = getRouteApi("/signed-in/settings/people");

export function PeoplePage(): ReactNode {
  const { tab = "users" } = route.useSearch();
  const navigate = route.useNavigate();
  const [isAdding, setAdding] = useState(false);
  const mayCreate = useMay("user", "create");
  const choose = (chosen: string | null) =>
    void navigate({
      search: chosen === "teams" || chosen === "units" || chosen === "roles" ? { tab: chosen } : {},
    });
  return (
    <Page
      title="People"
      actions={
        mayCreate && (
          <Button size="xs" onClick={() => setAdding(true)}>
            New user
          </Button>
        )
      }
    >
      <Panel>
        <Tabs value={tab} keepMounted={false} onChange={choose}>
          <Tabs.List aria-label="People">
            <Tabs.Tab value="users">Users</Tabs.Tab>
            <Tabs.Tab value="teams">Teams</Tabs.Tab>
            <Tabs.Tab value="units">Business units</Tabs.Tab>
            <Tabs.Tab value="roles">Roles</Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="users">
            <Users />
          </Tabs.Panel>
          <Tabs.Panel value="teams">
            <TeamPanel />
          </Tabs.Panel>
          <Tabs.Panel value="units">
            <UnitPanel />
          </Tabs.Panel>
          <Tabs.Panel value="roles">
            <Roles />
          </Tabs.Panel>
        </Tabs>
      </Panel>
      <AddUserDialog isOpen={isAdding} onClose={() => setAdding(false)} />
    </Page>
  );
}

function Users(): ReactNode {
  const users = useInfiniteQuery(usersQuery);
  const mayWrite = useMay("user", "write");
  return (
    <View
      what="the users"
      query={users}
      loading={<SkeletonRows />}
      empty={<Empty title="Nobody to be seen">Your roles show you no user.</Empty>}
    >
      {(items) => (
        <>
          <UserTable users={items} mayWrite={mayWrite} />
          <MoreButton query={users}>Show more</MoreButton>
        </>
      )}
    </View>
  );
}

function Roles(): ReactNode {
  const roles = useQuery(rolesQuery);
  const { role: id } = route.useSearch();
  const navigate = route.useNavigate();
  const mayCreate = useMay("role", "create");
  const mayWrite = useMay("role", "write");
  const mayDelete = useMay("role", "delete");
  const choose = (role: string) => void navigate({ search: { tab: "roles", role } });
  return (
    <View
      what="the roles"
      query={roles}
      loading={<SkeletonRows />}
      empty={<Empty title="No roles to be seen">Your roles show you none.</Empty>}
    >
      {(items) => {
        const role = items.find((one) => one.id === id) ?? items[0];
        // an administrator's role names all that there is
        const entities = [...new Set(items.flatMap((one) => one.privileges.map(({ entity }) => entity)))];
        return (
          role && (
            <>
              <NativeSelect
                p="sm"
                w={280}
                label="Role"
                value={role.id}
                onChange={(event) => choose(event.currentTarget.value)}
                data={items.map((one) => ({ value: one.id, label: one.name }))}
              />
              <RolePanel
                key={role.id}
                role={role}
                entities={entities}
                mayCreate={mayCreate}
                mayWrite={mayWrite}
                mayDelete={mayDelete}
                onDeleted={() => void navigate({ search: { tab: "roles" } })}
                onCopied={(copied) => choose(copied.id)}
              />
            </>
          )
        );
      }}
    </View>
  );
}
