/** The conversations, and the one that is open. */
import { ActionIcon, Chip, Group, Title } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link, Outlet, useParams } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { conversationQuery } from "@/features/conversations/api/get-conversation";
import { conversationsQuery } from "@/features/conversations/api/list-conversations";
import { ConversationList } from "@/features/conversations/conversation-list";
import { ConversationPane } from "@/features/conversations/conversation-pane";
import { Icon } from "@/shared/icons";
import { customerName } from "@/shared/names";
import { usePageTitle } from "@/shared/page-title";
import { useSession } from "@/shared/session";
import { useShortcuts } from "@/shared/shortcuts";
import { Empty, MoreButton, SkeletonRows, View } from "@/shared/view";
import classes from "./conversations.module.css";

const route = getRouteApi("/signed-in/conversations");
const chosen = getRouteApi("/signed-in/conversations/$id");

export function ConversationsPage(): ReactNode {
  const { id } = useParams({ strict: false });
  const { unread, unassigned } = route.useSearch();
  const only = { unread: unread === "1", unassigned: unassigned === "1" };
  const navigate = route.useNavigate();
  const list = useInfiniteQuery(conversationsQuery(only));
  const inHand = useQuery({ ...conversationQuery(id ?? ""), enabled: id !== undefined }).data;
  usePageTitle(inHand === undefined ? "Conversations" : customerName(inHand));
  useShortcuts([{ key: "/", label: "Search", run: () => void navigate({ to: "/search" }) }]);
  return (
    <div className={classes.page} data-chosen={id !== undefined || undefined}>
      <section className={classes.list} aria-label="All conversations">
        <Group className={classes.heading} justify="space-between">
          <Title order={1} size="h5">
            Conversations
          </Title>
          <Group gap={6} wrap="nowrap">
            <Chip
              size="xs"
              checked={only.unread}
              onChange={(checked) =>
                void navigate({ to: ".", search: { unassigned, unread: checked ? "1" : undefined } })
              }
            >
              Unread
            </Chip>
            <Chip
              size="xs"
              checked={only.unassigned}
              onChange={(checked) =>
                void navigate({ to: ".", search: { unread, unassigned: checked ? "1" : undefined } })
              }
            >
              Nobody&apos;s
            </Chip>
            <ActionIcon
              variant="default"
              aria-label="Search the texts"
              title="Search (/)"
              component={Link}
              to="/search"
            >
              <Icon name="search" />
            </ActionIcon>
          </Group>
        </Group>
        <View
          what="the conversations"
          query={list}
          loading={<SkeletonRows />}
          empty={
            only.unassigned ? (
              <Empty title="Nothing unassigned">Every conversation belongs to a record.</Empty>
            ) : only.unread ? (
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
  const { at, why } = chosen.useSearch();
  const navigate = chosen.useNavigate();
  return (
    <ConversationPane
      key={id}
      id={id}
      readerId={useSession().user.id}
      atMessageId={at}
      onNewest={() => void navigate({ search: (former) => ({ ...former, at: undefined }) })}
      whyId={why}
      onWhy={(messageId) =>
        void navigate({ search: (former) => ({ ...former, why: messageId }), replace: true })
      }
      onMoved={(moved) => void navigate({ to: "/conversations/$id", params: { id: moved } })}
    />
  );
}
