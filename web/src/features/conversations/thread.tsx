/** The texts of one conversation, in order, the newest in view; new ones appear by themselves. */
import { Button, Group, Skeleton, Stack, Text } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useCallback, type ReactNode } from "react";
import type { Message } from "@/api/types";
import { day, dayKey } from "@/shared/instants";
import { useNow } from "@/shared/now";
import { Empty, MoreButton, View } from "@/shared/view";
import { messagesQuery } from "./api/list-messages";
import { MessageBubble } from "./message-bubble";
import classes from "./thread.module.css";

interface ThreadProps {
  conversationId: string;
  /** The id of the person who reads, so that their own texts say "You". */
  readerId: string;
  /** The text to begin at, instead of the newest. */
  atMessageId?: string | undefined;
  /** Called to see the newest again. */
  onNewest?: () => void;
  /** Called to see why a text went, waits, or did not go. */
  onWhy?: (messageId: string) => void;
}

export function Thread(props: ThreadProps): ReactNode {
  const { conversationId, readerId, atMessageId, onNewest, onWhy } = props;
  const messages = useInfiniteQuery(messagesQuery(conversationId, atMessageId));
  return (
    // the reversed column starts at its end and stays there, also when older texts are put in above
    <div className={classes.scroll} role="log" aria-label="Texts" tabIndex={0}>
      <div>
        <View
          what="the texts"
          query={messages}
          loading={<ThreadSkeleton />}
          empty={<Empty title="No texts yet">The first text will appear here.</Empty>}
        >
          {(items) => (
            <>
              <MoreButton query={messages}>Show older texts</MoreButton>
              <ol className={classes.messages}>
                {items.map((message, index) => (
                  <ThreadEntry
                    key={message.id}
                    message={message}
                    before={items[index - 1]}
                    readerId={readerId}
                    isSought={message.id === atMessageId}
                    onWhy={onWhy}
                  />
                ))}
              </ol>
              {atMessageId !== undefined && onNewest && (
                <Group justify="center" pb="sm">
                  <Button size="xs" variant="default" onClick={onNewest}>
                    Show the newest texts
                  </Button>
                </Group>
              )}
            </>
          )}
        </View>
      </div>
    </div>
  );
}

function ThreadEntry(props: {
  message: Message;
  before: Message | undefined;
  readerId: string;
  isSought: boolean;
  onWhy: ((messageId: string) => void) | undefined;
}): ReactNode {
  const { message, before, readerId, isSought, onWhy } = props;
  const now = useNow();
  const show = useCallback((entry: HTMLElement | null) => entry?.scrollIntoView({ block: "center" }), []);
  const at = new Date(message.created_at);
  const startsDay = before === undefined || dayKey(new Date(before.created_at)) !== dayKey(at);
  return (
    <>
      {startsDay && (
        <li className={classes.day}>
          <Text size="xs" c="dimmed" fw={600}>
            {day(at, now)}
          </Text>
        </li>
      )}
      <li
        className={classes.entry}
        data-direction={message.direction}
        data-sought={isSought || undefined}
        ref={isSought ? show : undefined}
      >
        <MessageBubble message={message} readerId={readerId} onWhy={onWhy} />
      </li>
    </>
  );
}

function ThreadSkeleton(): ReactNode {
  return (
    <Stack p="md" gap="lg">
      <Skeleton height={48} width="60%" />
      <Skeleton height={64} width="70%" ml="auto" />
      <Skeleton height={40} width="40%" />
    </Stack>
  );
}
