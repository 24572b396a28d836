/** The conversations, and the one that is open. */
import { Chip, Group, Title } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi, Link, Outlet, useParams } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { conversationsQuery } from "@/features/conversations/api/list-conversations";
import { ConversationList } from "@/features/conversations/conversation-list";
import { ConversationPane } from "@/features/conversations/conversation-pane";
import { useSession } from "@/shared/session";
import { Empty, MoreButton, SkeletonRows, View } from "@/shared/view";
import classes from "./conversations.module.css";

const route = getRouteApi("/signed-in/conversations");
const chosen = getRouteApi("/signed-in/conversations/$id");

export function ConversationsPage(): ReactNode {
  const { id } = useParams({ strict: false });
  const onlyUnread = route.useSearch().unread === "1";
  const navigate = route.useNavigate();
  const list = useInfiniteQuery(conversationsQuery(onlyUnread));
  return (
    <div className={classes.page} data-chosen={id !== undefined || undefined}>
      <section className={classes.list} aria-label="All conversations">
        <Group className={classes.heading} justify="space-between">
          <Title order={1} size="h5">
            Conversations
          </Title>
          <Chip
            size="xs"
            checked={onlyUnread}
            onChange={(checked) =>
              void navigate({ to: ".", search: { unread: checked ? "1" : undefined } })
            }
          >
            Unread
          </Chip>
        </Group>
        <View
          what="the conversations"
          query={list}
          loading={<SkeletonRows />}
          empty={
            onlyUnread ? (
              <Empty title="Nothing unread">Every answer has been seen.</Empty>
            ) : (
              <Empty title="No conversations yet">
                A conversation begins with its first text. Enroll records in a{" "}
                <Link to="/sequences">sequence</Link> to send one.
              </Empty>
            )
          }
        >
          {(conversations) => (
            <>
              <ConversationList conversations={conversations} chosenId={id} />
              <MoreButton query={list}>Show more</MoreButton>
            </>
          )}
        </View>
      </section>
      <div className={classes.pane}>
        {/* where there is nothing to choose, nobody is asked to */}
        {(id !== undefined || list.data?.length !== 0) && <Outlet />}
      </div>
    </div>
  );
}

export function NoConversation(): ReactNode {
  return <Empty title="No conversation chosen">Choose one from the list to read it.</Empty>;
}

export function ChosenConversation(): ReactNode {
  const { id } = chosen.useParams();
  return <ConversationPane key={id} id={id} readerId={useSession().user.id} />;
}
