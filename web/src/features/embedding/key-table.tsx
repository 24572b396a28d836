/** The keys with which other systems' forms sign tokens. */
import { Badge, Button, Group, Table, Text } from "@mantine/core";
import { useState, type ReactNode } from "react";
import type { EmbedKey } from "@/api/types";
import { ConfirmButton } from "@/shared/confirm-button";
import { userName } from "@/shared/names";
import { Time } from "@/shared/time";
import { ProblemNote } from "@/shared/view";
import { useChangeEmbedKey } from "./api/embed-keys";
import { ChangeKeyDialog } from "./change-key-dialog";

export function KeyTable({ items, mayWrite }: { items: EmbedKey[]; mayWrite: boolean }): ReactNode {
  return (
    <Table verticalSpacing="sm">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Key</Table.Th>
          <Table.Th>Pages it may stand on</Table.Th>
          <Table.Th>Use</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {items.map((key) => (
          <Table.Tr key={key.id}>
            <Table.Td>
              <Text size="sm" fw={600} dir="auto">
                {key.name}
              </Text>
              <Text size="xs" c="dimmed">
                by {userName(key.created_by)}, <Time at={key.created_at} as="within" />
              </Text>
            </Table.Td>
            <Table.Td>
              <bdi>{key.allowed_origins.join(", ")}</bdi>
            </Table.Td>
            <Table.Td>
              <Group gap="xs">
                <Badge color={key.is_active ? "pine" : "gray"}>{key.is_active ? "Active" : "Inactive"}</Badge>
                {mayWrite && (
                  <>
                    <Changing of={key} />
                    <Switching of={key} />
                  </>
                )}
              </Group>
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Changing({ of }: { of: EmbedKey }): ReactNode {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button
        size="compact-xs"
        variant="default"
        aria-label={`Change ${of.name}`}
        onClick={() => setOpen(true)}
      >
        Change
      </Button>
      <ChangeKeyDialog of={of} isOpen={isOpen} onClose={() => setOpen(false)} />
    </>
  );
}

function Switching({ of }: { of: EmbedKey }): ReactNode {
  const change = useChangeEmbedKey(of.id);
  if (!of.is_active) {
    return (
      <>
        <Button
          size="compact-xs"
          variant="default"
          aria-label={`Activate ${of.name}`}
          loading={change.isPending}
          onClick={() => change.mutate({ is_active: true })}
        >
          Activate
        </Button>
        <ProblemNote error={change.error} title="The key was not changed" />
      </>
    );
  }
  return (
    <ConfirmButton
      action="Deactivate"
      what={of.name}
      refusal="The key was not changed"
      change={change}
      onConfirm={(close) => change.mutate({ is_active: false }, { onSuccess: close })}
    >
      Every form that signs with it stops at once, on {of.allowed_origins.join(", ")}.
    </ConfirmButton>
  );
}
