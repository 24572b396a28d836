/** The texts of one conversation, in order, the newest in view; new ones appear by themselves. */
import { Skeleton, Stack, Text } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
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
}

export function Thread({ conversationId, readerId }: ThreadProps): ReactNode {
  const messages = useInfiniteQuery(messagesQuery(conversationId));
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
                  />
                ))}
              </ol>
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
}): ReactNode {
  const { message, before, readerId } = props;
  const now = useNow();
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
      <li className={classes.entry} data-direction={message.direction}>
        <MessageBubble message={message} readerId={readerId} />
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
