/** The keys with which other systems' forms sign tokens. */
import { Badge, Button, Group, Modal, Stack, Table, Text } from "@mantine/core";
import { useState, type ReactNode } from "react";
import type { EmbedKey } from "@/api/types";
import { userName } from "@/shared/names";
import { Time } from "@/shared/time";
import { ProblemNote } from "@/shared/view";
import { useChangeEmbedKey } from "./api/embed-keys";

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
              <Text size="sm" fw={600}>
                {key.name}
              </Text>
              <Text size="xs" c="dimmed">
                by {userName(key.created_by)}, <Time at={key.created_at} as="within" />
              </Text>
            </Table.Td>
            <Table.Td style={{ overflowWrap: "anywhere" }}>{key.allowed_origins.join(", ")}</Table.Td>
            <Table.Td>
              <Group gap="xs">
                <Badge color={key.is_active ? "pine" : "gray"}>{key.is_active ? "Active" : "Inactive"}</Badge>
                {mayWrite && <Switching of={key} />}
              </Group>
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Switching({ of }: { of: EmbedKey }): ReactNode {
  const [isAsking, setAsking] = useState(false);
  const change = useChangeEmbedKey(of.id);
  const put = (is_active: boolean) => change.mutate({ is_active }, { onSuccess: () => setAsking(false) });
  return (
    <>
      <Button
        size="compact-xs"
        variant="default"
        aria-label={`${of.is_active ? "Deactivate" : "Activate"} ${of.name}`}
        loading={change.isPending}
        onClick={() => (of.is_active ? setAsking(true) : put(true))}
      >
        {of.is_active ? "Deactivate" : "Activate"}
      </Button>
      <Modal
        opened={isAsking}
        onClose={() => setAsking(false)}
        title={`Deactivate ${of.name}?`}
        closeButtonProps={{ "aria-label": "Close" }}
      >
        <Stack>
          <Text size="sm">
            Every form that signs with it stops at once, on {of.allowed_origins.join(", ")}.
          </Text>
          <ProblemNote error={change.error} title="The key was not changed" />
          <Group justify="flex-end">
            <Button color="red" loading={change.isPending} onClick={() => put(false)}>
              Deactivate
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}
