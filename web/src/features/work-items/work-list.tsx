/** The work items of a seller, what comes first at the top, with what puts each where it stands. */
import { Group, Text, ThemeIcon, Title, VisuallyHidden } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useEffect, useId, useRef, type ReactNode } from "react";
import type { WorkItem, WorkItemCounts } from "@/api/types";
import { Icon } from "@/shared/icons";
import { customerName, userName } from "@/shared/names";
import { useNow } from "@/shared/now";
import { Time } from "@/shared/time";
import { isOverdue, isWaiting } from "./due";
import { DECIDED, KINDS } from "./kinds";
import { GROUP_NAMES, type WorkSearch } from "./work-filters";
import classes from "./work-list.module.css";

interface WorkListProps {
  items: WorkItem[];
  /** The groups they are listed in, in no particular order; none without groups. */
  groups: WorkItemCounts["groups"];
  /** By what they are grouped. */
  groupedBy: WorkSearch["group"];
  chosenId: string | undefined;
  /** The id of the person who reads, so that other people's items say whose they are. */
  readerId: string;
}

export function WorkList({ items, groups, groupedBy, ...of }: WorkListProps): ReactNode {
  const names = groupedBy && GROUP_NAMES[groupedBy];
  const keys = [...new Set(items.map((item) => item.group))];
  if (keys.length < 2 && !keys[0]) return <Rows items={items} {...of} label="Open work items" />;
  return keys.map((key) => (
    <GroupOfRows
      key={key}
      title={titleOf(groups.find((group) => group.key === key), names)}
      items={items.filter((item) => item.group === key)}
      {...of}
    />
  ));
}

/** Returns what stands above a group; it may have begun after the groups were counted. */
function titleOf(
  group: WorkItemCounts["groups"][number] | undefined,
  names: Readonly<Record<string, string>> = {},
): string {
  if (!group) return "Others";
  return `${names[group.key] ?? (group.label || "Others")} (${group.count})`;
}

type RowsProps = Omit<WorkListProps, "groups" | "groupedBy">;

function GroupOfRows(props: RowsProps & { title: string }): ReactNode {
  const { title, ...of } = props;
  const id = useId();
  return (
    <>
      <Title order={2} size="h6" id={id} className={classes.group}>
        {title}
      </Title>
      <Rows {...of} labelledBy={id} />
    </>
  );
}

function Rows(props: RowsProps & { label?: string; labelledBy?: string }): ReactNode {
  return (
    <ul className={classes.list} aria-label={props.label} aria-labelledby={props.labelledBy}>
      {props.items.map((item) => (
        <WorkListRow
          key={item.id}
          item={item}
          isChosen={item.id === props.chosenId}
          whose={whose(item, props.readerId)}
        />
      ))}
    </ul>
  );
}

function WorkListRow(props: { item: WorkItem; isChosen: boolean; whose: string | null }): ReactNode {
  const { item, isChosen } = props;
  const kind = KINDS[item.kind];
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
        data-unopened={!item.is_opened || undefined}
      >
        <ThemeIcon variant="light" color={kind.color} size={30}>
          <Icon name={kind.icon} />
        </ThemeIcon>
        <div className={classes.body}>
          <Group justify="space-between" wrap="nowrap" gap="xs">
            <Text fw={item.is_opened ? 500 : 700} size="sm" truncate>
              {!item.is_opened && <VisuallyHidden>Unopened: </VisuallyHidden>}
              {customerName(item)}
            </Text>
            {item.is_followed && (
              <span className={classes.followed}>
                <Icon name="follow" size={13} />
                <VisuallyHidden>Followed</VisuallyHidden>
              </span>
            )}
            <When item={item} />
          </Group>
          <Text size="xs" c="dimmed" truncate dir="auto">
            <VisuallyHidden>{kind.label}: </VisuallyHidden>
            {summary(item)}
          </Text>
          {props.whose !== null && (
            <Text size="xs" c="dimmed" truncate>
              {props.whose}
            </Text>
          )}
          {item.status === "open" && item.why.length > 0 && (
            <Text size="xs" c="dimmed" truncate title={item.why.join(" ")}>
              {item.why.join(" ")}
            </Text>
          )}
        </div>
      </Link>
    </li>
  );
}

function When({ item }: { item: WorkItem }): ReactNode {
  const isLate = isOverdue(item, useNow());
  if (item.status !== "open") {
    return (
      <Text size="xs" className={classes.due}>
        {DECIDED[item.status].split(",", 1)}
      </Text>
    );
  }
  return (
    <Text size="xs" className={isLate ? classes.overdue : classes.due}>
      {isWaiting(item) ? (
        <>
          waiting since <Time at={item.due_at} as="within" />
        </>
      ) : (
        <>
          {isLate ? "overdue" : "due"} <Time at={item.due_at} as="relative" />
        </>
      )}
    </Text>
  );
}

/** Returns whose an item is, unless it is plainly the reader's own. */
function whose(item: WorkItem, readerId: string): string | null {
  if (item.covered_for !== null) return `covering for ${userName(item.covered_for)}`;
  if (item.team !== null) return `for ${item.team.name}`;
  if (item.assignee === null || item.assignee.id === readerId) return null;
  return `for ${userName(item.assignee)}`;
}

function summary(item: WorkItem): string {
  return [item.title || KINDS[item.kind].label, item.sequence?.name].filter(Boolean).join(" · ");
}
