/** The open work items of a seller, the one that is due first at the top. */
import { Group, Text, ThemeIcon, VisuallyHidden } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useEffect, useRef, type ReactNode } from "react";
import type { WorkItem } from "@/api/types";
import { Icon } from "@/shared/icons";
import { recordName, userName } from "@/shared/names";
import { useNow } from "@/shared/now";
import { Time } from "@/shared/time";
import { KINDS } from "./kinds";
import classes from "./work-list.module.css";

interface WorkListProps {
  items: WorkItem[];
  chosenId: string | undefined;
  /** The id of the person who reads, so that other people's items say whose they are. */
  readerId: string;
}

export function WorkList({ items, chosenId, readerId }: WorkListProps): ReactNode {
  return (
    <ul className={classes.list} aria-label="Open work items">
      {items.map((item) => (
        <WorkListRow
          key={item.id}
          item={item}
          isChosen={item.id === chosenId}
          isMine={item.assignee.id === readerId}
        />
      ))}
    </ul>
  );
}

function WorkListRow(props: { item: WorkItem; isChosen: boolean; isMine: boolean }): ReactNode {
  const { item, isChosen, isMine } = props;
  const kind = KINDS[item.kind];
  const isOverdue = useNow() > new Date(item.due_at);
  const link = useRef<HTMLAnchorElement>(null);
  useEffect(() => {
    if (isChosen) link.current?.scrollIntoView({ block: "nearest" });
  }, [isChosen]);

  return (
    <li>
      <Link
        ref={link}
        to="/work"
        search={(former) => ({ ...former, item: item.id })}
        className={classes.row}
        aria-current={isChosen ? "true" : undefined}
      >
        <ThemeIcon variant="light" color={kind.color} size={30}>
          <Icon name={kind.icon} />
        </ThemeIcon>
        <div className={classes.body}>
          <Group justify="space-between" wrap="nowrap" gap="xs">
            <Text fw={600} size="sm" truncate>
              {recordName(item.record)}
            </Text>
            <Text size="xs" className={isOverdue ? classes.overdue : classes.due}>
              {isOverdue ? "overdue " : "due "}
              <Time at={item.due_at} as="relative" />
            </Text>
          </Group>
          <Text size="xs" c="dimmed" truncate>
            <VisuallyHidden>{kind.label}: </VisuallyHidden>
            {summary(item)}
          </Text>
          {!isMine && (
            <Text size="xs" c="dimmed" truncate>
              for {userName(item.assignee)}
            </Text>
          )}
        </div>
      </Link>
    </li>
  );
}

function summary(item: WorkItem): string {
  return [item.title || KINDS[item.kind].label, item.sequence?.name].filter(Boolean).join(" · ");
}
