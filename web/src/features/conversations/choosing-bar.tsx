/** What can be done with the texts that are chosen, in the place of the field for the next one. */
import { Button, Group, Text } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import type { ReactNode } from "react";
import { Icon } from "@/shared/icons";
import classes from "./conversation-pane.module.css";

interface ChoosingBarProps {
  count: number;
  onMove: () => void;
  onEnd: () => void;
}

export function ChoosingBar({ count, onMove, onEnd }: ChoosingBarProps): ReactNode {
  // also from a checkbox, but not when it closes a dialog above
  useHotkeys([["Escape", (event) => isInDialog(event.target) || onEnd()]], []);
  return (
    <Group className={classes.choosing} justify="space-between" gap="xs">
      <Text size="sm" role="status">
        {count === 0 ? "Choose the texts to move." : `${count} ${count === 1 ? "text" : "texts"} chosen`}
      </Text>
      <Group gap="xs">
        <Button size="xs" variant="default" onClick={onEnd} aria-keyshortcuts="Escape">
          Cancel
        </Button>
        <Button size="xs" leftSection={<Icon name="move" />} disabled={count === 0} onClick={onMove}>
          Move to another record…
        </Button>
      </Group>
    </Group>
  );
}

function isInDialog(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("[role=dialog]") !== null;
}
