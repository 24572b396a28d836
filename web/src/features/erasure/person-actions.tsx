/** What a person may ask of us: all that is kept about them, and that it be erased. */
import { Button, Group, Stack, Text } from "@mantine/core";
import { useState, type ReactNode } from "react";
import { EraseDialog } from "./erase-dialog";
import type { Person } from "./words";

export function PersonActions({ person }: { person: Person }): ReactNode {
  const [isErasing, setErasing] = useState(false);
  return (
    <Stack p="sm" gap="sm">
      <Text size="sm">
        All that is kept about <b>{person.name}</b>: texts, records, notes, work items and consent.
      </Text>
      <Group gap="xs">
        <Button
          variant="default"
          component="a"
          href={`/api/v1/people/export?${new URLSearchParams(person.of)}`}
          download
        >
          Export everything
        </Button>
        <Button color="red" variant="outline" onClick={() => setErasing(true)}>
          Erase…
        </Button>
      </Group>
      <EraseDialog person={person} isOpen={isErasing} onClose={() => setErasing(false)} />
    </Stack>
  );
}
