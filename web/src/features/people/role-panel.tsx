/** What a role gives, privilege by privilege; copying it, and changing the copy. */
import { Badge, Button, Group, NativeSelect, Stack, Table, Text, TextInput } from "@mantine/core";
import { useState, type FormEvent, type ReactNode } from "react";
import type { Grant, Role } from "@/api/types";
import { ConfirmButton } from "@/shared/confirm-button";
import { ProblemNote } from "@/shared/view";
import { useChangeRole, useCopyRole, useDeleteRole } from "./api/roles";

const PRIVILEGES: Record<Grant["privilege"], string> = {
  create: "Create",
  read: "Read",
  write: "Write",
  delete: "Delete",
  append: "Append",
  append_to: "Append to",
  assign: "Assign",
};

const LEVELS: Record<Grant["level"], string> = {
  user: "Own",
  business_unit: "Unit",
  units_below: "Units below",
  organisation: "All",
};

interface RolePanelProps {
  role: Role;
  /** The entities there are to give privileges on. */
  entities: Grant["entity"][];
  mayCreate: boolean;
  mayWrite: boolean;
  mayDelete: boolean;
  onDeleted: () => void;
  onCopied: (role: Role) => void;
}

export function RolePanel(props: RolePanelProps): ReactNode {
  const { role, entities, mayCreate, mayWrite, mayDelete, onCopied, onDeleted } = props;
  const [changed, setChanged] = useState<Grant[] | null>(null);
  const [name, setName] = useState("");
  const change = useChangeRole(role.id);
  const copy = useCopyRole();
  const grants = changed ?? role.privileges;
  const isFixed = role.shipped !== null || !mayWrite;

  const levelOf = (entity: Grant["entity"], privilege: Grant["privilege"]) =>
    grants.find((grant) => grant.entity === entity && grant.privilege === privilege)?.level;
  const put = (entity: Grant["entity"], privilege: Grant["privilege"], level: string) => {
    const others = grants.filter((grant) => grant.entity !== entity || grant.privilege !== privilege);
    setChanged(level ? [...others, { entity, privilege, level: level as Grant["level"] }] : others);
  };
  const submitCopy = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() === "") return;
    copy.mutate({ name: name.trim(), copy_of: role.id }, { onSuccess: onCopied });
  };
  return (
    <Stack p="sm">
      {role.shipped !== null && (
        <Text component="div" size="sm">
          <Badge color="gray">Fixed</Badge> This role comes with the product: copy it, and change the copy.
        </Text>
      )}
      {mayCreate && (
        <Group component="form" gap="xs" align="flex-end" onSubmit={submitCopy}>
          <TextInput
            size="xs"
            label="Name of the copy"
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Button size="xs" variant="default" type="submit" disabled={!name.trim()} loading={copy.isPending}>
            Copy {role.name}
          </Button>
        </Group>
      )}
      <ProblemNote error={copy.error} title="The role was not copied" />
      <Table.ScrollContainer
        minWidth={760}
        type="native"
        data-wide
        role="group"
        tabIndex={0}
        aria-label={`Table of what ${role.name} gives`}
      >
        <Table fz="sm" aria-label={`What ${role.name} gives`}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>On</Table.Th>
              {Object.values(PRIVILEGES).map((label) => (
                <Table.Th key={label} scope="col">
                  {label}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {entities.map((entity) => (
              <Table.Tr key={entity}>
                <Table.Th scope="row">{entity.replaceAll("_", " ")}</Table.Th>
                {(Object.keys(PRIVILEGES) as Grant["privilege"][]).map((privilege) => {
                  const level = levelOf(entity, privilege);
                  return (
                    <Table.Td key={privilege}>
                      {isFixed ? (
                        level && LEVELS[level]
                      ) : (
                        <NativeSelect
                          size="xs"
                          aria-label={`${PRIVILEGES[privilege]} ${entity.replaceAll("_", " ")}`}
                          value={level ?? ""}
                          onChange={(event) => put(entity, privilege, event.currentTarget.value)}
                          data={[
                            { value: "", label: "None" },
                            ...Object.entries(LEVELS).map(([value, label]) => ({ value, label })),
                          ]}
                        />
                      )}
                    </Table.Td>
                  );
                })}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <ProblemNote error={change.error} title="The role was not changed" />
      <Group justify="flex-end">
        {mayDelete && role.shipped === null && <Deleting role={role} onDeleted={onDeleted} />}
        {!isFixed && (
          <Button
            disabled={changed === null}
            loading={change.isPending}
            onClick={() => change.mutate(grants, { onSuccess: () => setChanged(null) })}
          >
            Save
          </Button>
        )}
      </Group>
    </Stack>
  );
}

function Deleting({ role, onDeleted }: { role: Role; onDeleted: () => void }): ReactNode {
  const remove = useDeleteRole(role.id);
  return (
    <ConfirmButton
      action="Delete"
      what={role.name}
      size="sm"
      refusal="The role was not deleted"
      change={remove}
      onConfirm={() => remove.mutate(undefined, { onSuccess: onDeleted })}
    >
      Only a role that nobody holds can be deleted. What it gave is not kept.
    </ConfirmButton>
  );
}
