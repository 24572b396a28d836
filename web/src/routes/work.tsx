/** The work list: what a seller must do, the item in hand, and the conversation it belongs to. */
import { Group, SegmentedControl, Skeleton, Stack, Text, Title, VisuallyHidden } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useState, type ReactNode } from "react";
import type { WorkItem, WorkItemCounts } from "@/api/types";
import { Composer } from "@/features/conversations/composer";
import { Thread } from "@/features/conversations/thread";
import { Filing } from "@/features/conversations/unassigned";
import { sequencesQuery } from "@/features/sequences/api/list-sequences";
import { SkipWait } from "@/features/enrollments/skip-wait";
import { UpNext } from "@/features/up-next/up-next";
import { SavedViews } from "@/features/views/saved-views";
import { workItemQuery } from "@/features/work-items/api/get-work-item";
import { workItemCountsQuery, workItemsQuery } from "@/features/work-items/api/list-work-items";
import { FilterBar } from "@/features/work-items/filter-bar";
import { DECIDED } from "@/features/work-items/kinds";
import { useChangeBy } from "@/features/work-items/use-change-by";
import { countOfFilters, type Assignee, type WorkSearch } from "@/features/work-items/work-filters";
import { WorkItemPane } from "@/features/work-items/work-item-pane";
import { WorkList } from "@/features/work-items/work-list";
import { Icon } from "@/shared/icons";
import { customerName } from "@/shared/names";
import { usePageTitle } from "@/shared/page-title";
import { useLevel, useSession } from "@/shared/session";
import { useShortcuts } from "@/shared/shortcuts";
import { Empty, MoreButton, SkeletonRows, View } from "@/shared/view";
import classes from "./work.module.css";

const route = getRouteApi("/signed-in/work");

export function WorkPage(): ReactNode {
  usePageTitle("Work");
  const { item: asked, ...search } = route.useSearch();
  const navigate = route.useNavigate();
  const { user } = useSession();
  const seesOthers = (useLevel("work_item", "read") ?? "user") !== "user";
  const sharesViews = (useLevel("work_item", "write") ?? "user") !== "user";
  const assignee = search.assignee ?? (seesOthers ? "any" : "me");
  const filters = { ...search, assignee };
  const list = useInfiniteQuery(workItemsQuery(filters));
  const counts = useQuery(workItemCountsQuery(filters)).data;
  useChangeBy(counts?.next_change_at ?? null);
  const items = list.data ?? [];
  const [isFiltering, setFiltering] = useState(false);

  // what is in hand stays in hand while the list changes around it
  const [held, setHeld] = useState<string>();
  const chosenId = asked ?? held ?? items[0]?.id;
  if (held !== chosenId) setHeld(chosenId);
  const [lastDecided, setLastDecided] = useState<WorkItem>();

  const choose = (item: string | undefined, replace = false) => {
    setHeld(item);
    void navigate({ search: { ...search, item }, replace });
  };
  /** Looks at the list otherwise; what is at its top is in hand then. */
  const look = (change: WorkSearch) => {
    setHeld(undefined);
    setLastDecided(undefined);
    void navigate({ search: { ...search, ...change } });
  };
  /** Chooses the neighbour of the item in hand. */
  const step = (by: 1 | -1) => {
    const index = items.findIndex((item) => item.id === chosenId);
    const next = items[index + by];
    if (next) choose(next.id);
  };
  useShortcuts([
    { key: "j", label: "Next work item", run: () => step(1) },
    { key: "k", label: "Previous work item", run: () => step(-1) },
    { key: "f", label: "Show or hide the filters", run: () => setFiltering(!isFiltering) },
  ]);

  /** Chooses what comes after the item in hand; the last one where nothing does. */
  const goOn = (decided?: WorkItem) => {
    const index = items.findIndex((item) => item.id === chosenId);
    const isLeft = (item: WorkItem) =>
      item.id !== chosenId && !(decided !== undefined && isAnsweredBy(decided, item));
    choose((items.slice(index + 1).find(isLeft) ?? items.findLast(isLeft))?.id, true);
  };
  const decided = (item: WorkItem) => {
    setLastDecided(item);
    goOn(item);
  };

  return (
    <div className={classes.page} data-chosen={asked !== undefined || undefined}>
      <section className={classes.list} aria-label="Work list">
        <div className={classes.heading}>
          <Group justify="space-between" gap="xs">
            <Title order={1} size="h5">
              Work list
            </Title>
            <SegmentedControl
              size="xs"
              aria-label="Whose work"
              value={assignee}
              onChange={(value) => look({ assignee: value as Assignee })}
              data={[
                { value: "me", label: "Mine" },
                { value: "team", label: "My teams’" },
                ...(seesOthers ? [{ value: "any", label: "Everyone’s" }] : []),
              ]}
            />
          </Group>
          <Group justify="space-between" gap="xs">
            <Text size="xs" c="dimmed" role="status">
              {counts && inWords(counts)}
            </Text>
            <Link to="/settings/work" className={classes.open}>
              Order and leave
            </Link>
          </Group>
          {counts !== undefined && counts.unattended > 0 && search.show !== "unattended" && (
            <Link
              to="/work"
              search={{ assignee, show: "unattended" }}
              className={classes.unattended}
            >
              {counts.unattended} with nobody there to do it
            </Link>
          )}
        </div>
        <Filters
          search={search}
          isOpen={isFiltering}
          onToggle={() => setFiltering(!isFiltering)}
          onChange={look}
        >
          <SavedViews
            list="work_items"
            query={definedOf({ ...search, assignee })}
            readerId={user.id}
            mayShare={sharesViews}
            onChoose={(query) => void navigate({ search: query as WorkSearch })}
          />
        </Filters>
        <View
          what="the work list"
          query={list}
          loading={<SkeletonRows />}
          empty={isNarrowed(search) ? <NothingFits /> : <NothingToDo />}
        >
          {(data) => (
            <>
              <WorkList
                items={data}
                groups={counts?.groups ?? []}
                groupedBy={search.group}
                chosenId={chosenId}
                readerId={user.id}
              />
              <MoreButton query={list}>Show more</MoreButton>
            </>
          )}
        </View>
      </section>
      <div className={classes.hand}>
        {/* the list and its heading are not there beside it */}
        <VisuallyHidden component="h1" hiddenFrom="sm">
          Work item
        </VisuallyHidden>
        <Link to="/work" search={search} className={classes.back}>
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
            onNext={() => goOn()}
          />
        )}
      </div>
    </div>
  );
}

function Filters(props: Omit<Parameters<typeof FilterBar>[0], "sequences">): ReactNode {
  const sequences = useInfiniteQuery(sequencesQuery).data ?? [];
  return <FilterBar {...props} sequences={sequences} />;
}

function definedOf(search: WorkSearch): Record<string, string> {
  return Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined));
}

/** Returns whether the list leaves anything out but by whose it is. */
function isNarrowed(search: WorkSearch): boolean {
  return countOfFilters(search) > 0 || search.q !== undefined;
}

function inWords({ open, replies, overdue }: WorkItemCounts): string {
  return [
    `${open} open`,
    replies > 0 && `${replies} ${replies === 1 ? "reply" : "replies"}`,
    overdue > 0 && `${overdue} due now`,
  ]
    .filter(Boolean)
    .join(" · ");
}

function NothingFits(): ReactNode {
  return <Empty title="Nothing fits">Clear the filters or search for fewer words.</Empty>;
}

function NothingToDo(): ReactNode {
  return (
    <Empty title="Nothing to do">
      Replies, texts to approve, calls and tasks appear here by themselves. Meanwhile, see your{" "}
      <Link to="/conversations">conversations</Link> or enroll records in a{" "}
      <Link to="/sequences">sequence</Link>.
    </Empty>
  );
}

/** Returns whether a text that was approved answers a customer: the list does not know it yet. */
function isAnsweredBy(decided: WorkItem, item: WorkItem): boolean {
  return (
    decided.status === "approved" &&
    item.kind === "reply" &&
    item.conversation_id !== null &&
    item.conversation_id === decided.conversation_id
  );
}

function sentenceFor(item: WorkItem): string {
  return `${customerName(item)}: ${doneTo(item)}. Up next:`;
}

function doneTo(item: WorkItem): string {
  if (item.status !== "open") return DECIDED[item.status];
  return item.snoozed_until === null ? "handed over" : "put off";
}

interface ItemInHandProps {
  id: string;
  readerId: string;
  takesFocus: boolean;
  onDecided: (item: WorkItem) => void;
  onNext: () => void;
}

function ItemInHand({ id, ...pane }: ItemInHandProps): ReactNode {
  const item = useQuery(workItemQuery(id));
  const conversationId = item.data?.conversation_id;
  return (
    <div className={classes.columns}>
      <section className={classes.item} aria-label="Up next">
        <View what="the work item" query={item} loading={<ItemSkeleton />}>
          {(data) => (
            <>
              <WorkItemPane item={data} {...pane} composer={<Answer item={data} {...pane} />} />
              {data.enrollment_id !== null && data.record !== null && (
                <UpNext
                  recordId={data.record.id}
                  item={(one) => <OtherItem item={one} inHand={id} />}
                  wait={(enrollmentId, stepId) => <SkipWait enrollmentId={enrollmentId} stepId={stepId} />}
                />
              )}
            </>
          )}
        </View>
      </section>
      <section className={classes.conversation} aria-label="Conversation">
        <Group className={classes.bar} justify="space-between">
          <Title order={2} size="h6">
            Conversation
          </Title>
          {conversationId != null && (
            <Link to="/conversations/$id" params={{ id: conversationId }} className={classes.open}>
              Open
            </Link>
          )}
        </Group>
        {conversationId != null && (
          <Thread conversationId={conversationId} readerId={pane.readerId} />
        )}
        {conversationId === null && (
          <Empty title="No texts yet">The conversation begins with the first text.</Empty>
        )}
      </section>
    </div>
  );
}

/** Answering a text closes the item that asks for it; what nobody knows whose it is, is moved to a record first. */
function Answer({ item, onDecided }: { item: WorkItem; onDecided: (item: WorkItem) => void }): ReactNode {
  if (item.conversation_id === null) return null;
  if (item.record === null) return <Filing conversationId={item.conversation_id} />;
  return (
    <Composer
      conversationId={item.conversation_id}
      onSent={() => onDecided({ ...item, status: "completed" })}
    />
  );
}

/** An item of the record: the one in hand is above, others one goes to. */
function OtherItem({ item, inHand }: { item: WorkItem; inHand: string }): ReactNode {
  if (item.id === inHand) return null;
  return (
    <Link to="/work" search={(former) => ({ ...former, item: item.id })} className={classes.open}>
      Go to “<bdi>{item.title}</bdi>”
    </Link>
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
