/** The texts of one conversation and what was moved, in order, the newest in view; new ones appear by themselves. */
import { Button, Checkbox, Group, Skeleton, Stack, Text } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Fragment, useCallback, type ReactNode } from "react";
import type { Message } from "@/api/types";
import { day, dayKey } from "@/shared/instants";
import { useNow } from "@/shared/now";
import { Empty, MoreButton, View } from "@/shared/view";
import { messagesQuery } from "./api/list-messages";
import type { Revision } from "./held-actions";
import { MessageBubble } from "./message-bubble";
import { MoveTrace } from "./move-trace";
import classes from "./thread.module.css";

/** Which texts are chosen, while some are being chosen. */
export interface Choice {
  ids: ReadonlySet<string>;
  toggle: (messageId: string) => void;
}

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
  revision?: Revision;
  choice?: Choice | undefined;
}

export function Thread(props: ThreadProps): ReactNode {
  const { conversationId, atMessageId, onNewest } = props;
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
                {items.map((entry, index) => (
                  <Fragment key={entry.id}>
                    <DayHeading at={entry.at} before={items[index - 1]?.at} />
                    {entry.message ? (
                      <ThreadText
                        message={entry.message}
                        isSought={entry.id === atMessageId}
                        {...props}
                      />
                    ) : (
                      <li className={classes.move}>
                        <MoveTrace move={entry.move} readerId={props.readerId} />
                      </li>
                    )}
                  </Fragment>
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

/** The day on which something was said or done, unless what came before was on the same day. */
function DayHeading({ at, before }: { at: string; before: string | undefined }): ReactNode {
  const now = useNow();
  const instant = new Date(at);
  if (before !== undefined && dayKey(new Date(before)) === dayKey(instant)) return null;
  return (
    <li className={classes.day}>
      <Text size="xs" c="dimmed" fw={600}>
        {day(instant, now)}
      </Text>
    </li>
  );
}

interface ThreadTextProps extends Pick<ThreadProps, "readerId" | "onWhy" | "revision" | "choice"> {
  message: Message;
  isSought: boolean;
}

function ThreadText(props: ThreadTextProps): ReactNode {
  const { message, readerId, isSought, onWhy, revision, choice } = props;
  const show = useCallback((entry: HTMLElement | null) => entry?.scrollIntoView({ block: "center" }), []);
  return (
    <li
      className={classes.entry}
      data-direction={message.direction}
      data-sought={isSought || undefined}
      ref={isSought ? show : undefined}
    >
      {choice && (
        <Checkbox
          aria-label={`Choose the text “${message.body || "without words"}”`}
          checked={choice.ids.has(message.id)}
          onChange={() => choice.toggle(message.id)}
        />
      )}
      <MessageBubble message={message} readerId={readerId} onWhy={onWhy} revision={revision} />
    </li>
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
