/** The one conversation that a token opens: with whom, its texts, and the field to write the next one. */
import { Alert, Button, Group, Skeleton, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useCallback, useEffect, useState, useSyncExternalStore, type ReactNode } from "react";
import type { Conversation, TouchlineRecord } from "@/api/types";
import { useLive } from "@/app/live";
import { useMarkRead } from "@/features/conversations/api/mark-read";
import { Composer } from "@/features/conversations/composer";
import { Thread } from "@/features/conversations/thread";
import { phone, recordName, whoseTexts } from "@/shared/names";
import { sessionQuery } from "@/shared/session";
import { CustomerTime } from "@/shared/time";
import { Empty, ProblemNote, View } from "@/shared/view";
import { conversationOfRecordQuery } from "./conversation-of-record";
import { TokenEventStream } from "./event-stream";
import type { Host } from "./host";
import { useOpenConversation } from "./open-conversation";
import { recordOfTokenQuery } from "./record-of-token";
import classes from "./embedded-page.module.css";

const LOADING = <Skeleton m="md" height={36} />;

export function EmbeddedConversation({ host }: { host: Host }): ReactNode {
  useLive(useCallback(() => new TokenEventStream(host), [host]));
  const session = useQuery(sessionQuery);
  return (
    <section className={classes.texts} aria-label="Conversation">
      <View what="the conversation" query={session} loading={LOADING}>
        {({ user, embedded }) =>
          embedded && <OfRecord host={host} recordId={embedded.record_id} readerId={user.id} />
        }
      </View>
    </section>
  );
}

function OfRecord(props: { host: Host; recordId: string; readerId: string }): ReactNode {
  const { host, recordId, readerId } = props;
  const record = useQuery(recordOfTokenQuery(recordId));
  const [begunId, setBegunId] = useState<string>();
  const conversation = useQuery(conversationOfRecordQuery(begunId));
  return (
    <View what="the customer" query={record} loading={LOADING}>
      {(whom) => (
        <>
          <Heading host={host} record={whom} />
          <View what="the conversation" query={conversation} loading={LOADING}>
            {(found) =>
              found === null ? (
                <NothingSaid record={whom} onBegun={setBegunId} />
              ) : (
                <Texts host={host} record={whom} conversation={found} readerId={readerId} />
              )
            }
          </View>
        </>
      )}
    </View>
  );
}

function Heading({ host, record }: { host: Host; record: TouchlineRecord }): ReactNode {
  const name = recordName(record);
  useEffect(() => host.say({ type: "ready", name }), [host, name]);
  return (
    <Group className={classes.heading} gap="xs" align="baseline">
      <Title order={1} size="h5" dir="auto">
        {name}
      </Title>
      <CustomerTime zone={record.timezone} />
      <Text size="xs" c="dimmed">
        {record.phone === null ? "No phone number" : phone(record.phone)}
      </Text>
    </Group>
  );
}

function NothingSaid(props: {
  record: TouchlineRecord;
  onBegun: (conversationId: string) => void;
}): ReactNode {
  const { record } = props;
  const open = useOpenConversation(record.id);
  if (!record.may_append_to || !record.may_read_texts) {
    return <Empty title="Nothing here is yours to read">{whoseTexts(record)}</Empty>;
  }
  const begin = () => open.mutate(undefined, { onSuccess: ({ id }) => props.onBegun(id) });
  return (
    <>
      <Empty title="No texts yet">
        <Button mt="xs" onClick={begin} loading={open.isPending}>
          Write the first text
        </Button>
      </Empty>
      <ProblemNote error={open.error} title="The conversation could not be begun" />
    </>
  );
}

function Texts(props: {
  host: Host;
  record: TouchlineRecord;
  conversation: Conversation;
  readerId: string;
}): ReactNode {
  const { host, record, conversation, readerId } = props;
  useReadMark(host, conversation);
  return (
    <>
      <Thread conversationId={conversation.id} readerId={readerId} />
      {conversation.is_opted_out ? (
        <Alert color="red" title="Opted out" radius={0}>
          {recordName(record)} asked for no more texts. Nothing can be sent to{" "}
          {phone(conversation.customer_number)} until they opt in again.
        </Alert>
      ) : (
        <Composer
          key={conversation.id}
          conversationId={conversation.id}
          onSent={() => host.say({ type: "sent" })}
        />
      )}
    </>
  );
}

/** Tells the host how much is unread, and marks it as read while a person can see it. */
function useReadMark(host: Host, { id, unread_count: unread }: Conversation): void {
  const { mutate } = useMarkRead();
  const { isShown } = useSyncExternalStore(host.subscribe, () => host.state);
  useEffect(() => host.say({ type: "unread", count: unread }), [host, unread]);
  useEffect(() => {
    if (!isShown || unread === 0) return undefined;
    const mark = () => {
      if (document.visibilityState === "visible") mutate(id);
    };
    mark();
    document.addEventListener("visibilitychange", mark);
    return () => document.removeEventListener("visibilitychange", mark);
  }, [id, unread, isShown, mutate]);
}
