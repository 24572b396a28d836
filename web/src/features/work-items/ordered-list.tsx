/** A few things in an order that one changes, complete by keyboard. */
import { ActionIcon, Button, Group, Text } from "@mantine/core";
import { useEffect, useRef, type ReactNode } from "react";
import classes from "./work-list.module.css";

interface OrderedListProps<T> {
  label: string;
  items: readonly T[];
  keyOf: (item: T) => string;
  nameOf: (item: T) => string;
  onChange: (items: T[]) => void;
  /** What else is said or chosen about an item, below its name. */
  below?: (item: T) => ReactNode;
}

export function OrderedList<T>({ label, items, keyOf, nameOf, onChange, below }: OrderedListProps<T>): ReactNode {
  const list = useRef<HTMLOListElement>(null);
  const moved = useRef<{ from: number; by: 1 | -1 }>(undefined);
  useEffect(() => {
    if (!moved.current) return;
    const { from, by } = moved.current;
    moved.current = undefined;
    // the row that moved has lost the focus; at an end only the way back is open
    const arrows = list.current?.children[from + by]?.querySelectorAll<HTMLElement>("[data-arrow]");
    const [up, down] = arrows ?? [];
    const ways = by === -1 ? [up, down] : [down, up];
    ways.find((way) => way?.matches(":enabled"))?.focus();
  });

  const move = (from: number, by: 1 | -1) => {
    const next = [...items];
    next.splice(from + by, 0, ...next.splice(from, 1));
    moved.current = { from, by };
    onChange(next);
  };
  return (
    <ol ref={list} className={classes.ordered} aria-label={label}>
      {items.map((item, index) => (
        <li key={keyOf(item)}>
          <Group gap="xs" wrap="nowrap" align="flex-start">
            <Arrow label={`Move up: ${nameOf(item)}`} disabled={index === 0} onClick={() => move(index, -1)}>
              ↑
            </Arrow>
            <Arrow
              label={`Move down: ${nameOf(item)}`}
              disabled={index === items.length - 1}
              onClick={() => move(index, 1)}
            >
              ↓
            </Arrow>
            <Text size="sm" flex={1}>
              {index + 1}. {nameOf(item)}
            </Text>
            <Button
              size="compact-xs"
              variant="default"
              aria-label={`Leave out: ${nameOf(item)}`}
              disabled={items.length === 1}
              onClick={() => onChange(items.filter((one) => one !== item))}
            >
              Leave out
            </Button>
          </Group>
          {below?.(item)}
        </li>
      ))}
    </ol>
  );
}

function Arrow(props: { label: string; disabled: boolean; onClick: () => void; children: string }): ReactNode {
  return (
    <ActionIcon
      data-arrow
      variant="default"
      size="sm"
      aria-label={props.label}
      disabled={props.disabled}
      onClick={props.onClick}
    >
      {props.children}
    </ActionIcon>
  );
}
