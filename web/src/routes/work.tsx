/** The work list: what a seller must do, the item in hand, and the conversation it belongs to. */
import { Group, SegmentedControl, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useState, type ReactNode } from "react";
import type { WorkItem } from "@/api/types";
import { Thread } from "@/features/conversations/thread";
import { workItemQuery } from "@/features/work-items/api/get-work-item";
import { openWorkItemsQuery, type Assignee } from "@/features/work-items/api/list-work-items";
import { DECIDED } from "@/features/work-items/kinds";
import { WorkItemPane } from "@/features/work-items/work-item-pane";
import { WorkList } from "@/features/work-items/work-list";
import { Icon } from "@/shared/icons";
import { recordName } from "@/shared/names";
import { useSession } from "@/shared/session";
import { Empty, MoreButton, SkeletonRows, View } from "@/shared/view";
import classes from "./work.module.css";

const route = getRouteApi("/signed-in/work");

export function WorkPage(): ReactNode {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { user } = useSession();
  const seesOthers = user.role !== "salesperson";
  const assignee = search.assignee ?? (seesOthers ? "any" : "me");
  const list = useInfiniteQuery(openWorkItemsQuery(assignee));
  const items = list.data ?? [];

  // what is in hand stays in hand while the list changes around it
  const [held, setHeld] = useState<string>();
  const chosenId = search.item ?? held ?? items[0]?.id;
  if (held !== chosenId) setHeld(chosenId);
  const [lastDecided, setLastDecided] = useState<WorkItem>();

  const choose = (item: string | undefined, replace = false) => {
    setHeld(item);
    void navigate({ search: { ...search, item }, replace });
  };
  /** Chooses the neighbour of the item in hand. */
  const step = (by: 1 | -1) => {
    const index = items.findIndex((item) => item.id === chosenId);
    const next = items[index + by];
    if (next) choose(next.id);
  };
  useHotkeys([
    ["j", () => step(1)],
    ["k", () => step(-1)],
  ]);

  const goOn = () => {
    const index = items.findIndex((item) => item.id === chosenId);
    const others = items.filter((item) => item.id !== chosenId);
    // the one after it, which has moved up into its place
    choose((others[Math.max(index, 0)] ?? others.at(-1))?.id, true);
  };
  const decided = (item: WorkItem) => {
    setLastDecided(item);
    goOn();
  };

  return (
    <div className={classes.page} data-chosen={search.item !== undefined || undefined}>
      <section className={classes.list} aria-label="Work list">
        <Group className={classes.heading} justify="space-between">
          <Title order={1} size="h5">
            Work list
          </Title>
          {seesOthers && (
            <SegmentedControl
              size="xs"
              aria-label="Whose work"
              value={assignee}
              onChange={(value) => {
                setHeld(undefined);
                void navigate({ search: { assignee: value as Assignee } });
              }}
              data={[
                { value: "me", label: "Mine" },
                { value: "any", label: "Everyone’s" },
              ]}
            />
          )}
        </Group>
        <View
          what="the work list"
          query={list}
          loading={<SkeletonRows />}
          empty={
            <Empty title="Nothing to do">
              Texts to approve, calls and tasks appear here by themselves. Meanwhile, see your{" "}
              <Link to="/conversations">conversations</Link> or enroll records in a{" "}
              <Link to="/sequences">sequence</Link>.
            </Empty>
          }
        >
          {(data) => (
            <>
              <WorkList items={data} chosenId={chosenId} readerId={user.id} />
              <MoreButton query={list}>Show more</MoreButton>
            </>
          )}
        </View>
      </section>
      <div className={classes.hand}>
        <Link to="/work" search={{ ...search, item: undefined }} className={classes.back}>
          <Icon name="back" /> Work list
        </Link>
        <Text className={classes.decided} role="status" size="sm">
          {lastDecided && lastDecided.id !== chosenId && sentenceFor(lastDecided)}
        </Text>
        {chosenId !== undefined && (
          <ItemInHand
            key={chosenId}
            id={chosenId}
            readerId={user.id}
            takesFocus={lastDecided !== undefined}
            onDecided={decided}
            onNext={goOn}
          />
        )}
      </div>
    </div>
  );
}

function sentenceFor(item: WorkItem): string {
  if (item.status === "open") return "";
  const done = DECIDED[item.status];
  return `${recordName(item.record)}: ${done}. Up next:`;
}

interface ItemInHandProps {
  id: string;
  readerId: string;
  takesFocus: boolean;
  onDecided: (item: WorkItem) => void;
  onNext: () => void;
}

function ItemInHand({ id, readerId, ...pane }: ItemInHandProps): ReactNode {
  const item = useQuery(workItemQuery(id));
  const conversationId = item.data?.conversation_id;
  return (
    <div className={classes.columns}>
      <section className={classes.item} aria-label="Up next">
        <View what="the work item" query={item} loading={<ItemSkeleton />}>
          {(data) => <WorkItemPane item={data} {...pane} />}
        </View>
      </section>
      <section className={classes.conversation} aria-label="Conversation">
        <Group className={classes.heading} justify="space-between">
          <Title order={2} size="h6">
            Conversation
          </Title>
          {conversationId != null && (
            <Link to="/conversations/$id" params={{ id: conversationId }} className={classes.open}>
              Open
            </Link>
          )}
        </Group>
        {conversationId != null && <Thread conversationId={conversationId} readerId={readerId} />}
        {conversationId === null && (
          <Empty title="No texts yet">The conversation begins with the first text.</Empty>
        )}
      </section>
    </div>
  );
}

function ItemSkeleton(): ReactNode {
  return (
    <Stack p="md">
      <Skeleton height={18} width={120} />
      <Skeleton height={26} width="50%" />
      <Skeleton height={110} />
      <Skeleton height={36} width={180} />
    </Stack>
  );
}
