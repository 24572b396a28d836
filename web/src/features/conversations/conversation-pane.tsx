/** One conversation: with whom, its texts, and the field to write the next one. */
import { Alert, Button, Group, Skeleton, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect, useRef, useState, type ReactNode } from "react";
import type { Conversation } from "@/api/types";
import { Icon } from "@/shared/icons";
import { phone, recordName } from "@/shared/names";
import { useMay } from "@/shared/session";
import { useShortcuts } from "@/shared/shortcuts";
import { CustomerTime } from "@/shared/time";
import { View } from "@/shared/view";
import { conversationQuery } from "./api/get-conversation";
import { useMarkRead } from "./api/mark-read";
import { Composer } from "./composer";
import { MoveDialog } from "./move-dialog";
import { customerName } from "./names";
import { Thread } from "./thread";
import { TranscriptButton } from "./transcript-dialog";
import { WhyDrawer } from "./why-drawer";
import classes from "./conversation-pane.module.css";

interface ConversationPaneProps {
  id: string;
  readerId: string;
  /** The text to begin at, instead of the newest. */
  atMessageId: string | undefined;
  onNewest: () => void;
  /** The text whose reasons are shown. */
  whyId: string | undefined;
  onWhy: (messageId: string | undefined) => void;
  onMoved: (conversationId: string) => void;
}

export function ConversationPane(props: ConversationPaneProps): ReactNode {
  const { id, readerId, atMessageId, onNewest, whyId, onWhy, onMoved } = props;
  const conversation = useQuery(conversationQuery(id));
  const pane = useRef<HTMLElement>(null);
  useReadMark(conversation.data);
  useShortcuts([
    { key: "r", label: "Write a text", run: () => pane.current?.querySelector("textarea")?.focus() },
  ]);
  return (
    <section className={classes.pane} aria-label="Conversation" ref={pane}>
      <View what="the conversation" query={conversation} loading={<Skeleton m="md" height={36} />}>
        {(data) => (
          <>
            <Heading conversation={data} onMoved={onMoved} />
            <Thread
              conversationId={id}
              readerId={readerId}
              atMessageId={atMessageId}
              onNewest={onNewest}
              onWhy={onWhy}
            />
            <Answer conversation={data} />
          </>
        )}
      </View>
      <WhyDrawer messageId={whyId} onClose={() => onWhy(undefined)} />
    </section>
  );
}

function Answer({ conversation }: { conversation: Conversation }): ReactNode {
  const { id, record, customer_number, is_opted_out } = conversation;
  if (record === null) {
    return (
      <Alert color="amber" title="Nobody's yet" radius={0}>
        This number belongs to no one record. Move the conversation to a record, then answer.
      </Alert>
    );
  }
  if (is_opted_out) {
    return (
      <Alert color="red" title="Opted out" radius={0}>
        {recordName(record)} asked for no more texts. Nothing can be sent to {phone(customer_number)}{" "}
        until they opt in again.
      </Alert>
    );
  }
  return <Composer key={id} conversationId={id} />;
}

/** Marks the conversation as read when it is looked at, and again when a text arrives meanwhile. */
function useReadMark(conversation: Conversation | undefined): void {
  const { mutate } = useMarkRead();
  const id = conversation?.id;
  const unread = conversation?.unread_count ?? 0;
  useEffect(() => {
    if (id === undefined || unread === 0) return undefined;
    const mark = () => {
      if (document.visibilityState === "visible") mutate(id);
    };
    mark();
    document.addEventListener("visibilitychange", mark);
    return () => document.removeEventListener("visibilitychange", mark);
  }, [id, unread, mutate]);
}

interface HeadingProps {
  conversation: Conversation;
  onMoved: (conversationId: string) => void;
}

function Heading({ conversation, onMoved }: HeadingProps): ReactNode {
  const mayExport = useMay("transcript", "read");
  const mayMove = useMay("conversation", "write");
  const [isMoving, setMoving] = useState(false);
  return (
    <Group className={classes.heading} justify="space-between" wrap="nowrap">
      <Group gap="xs" wrap="nowrap" miw={0}>
        <Link
          to="/conversations"
          search={({ unread, unassigned }) => ({ unread, unassigned })}
          className={classes.back}
          aria-label="All conversations"
        >
          <Icon name="back" />
        </Link>
        <div style={{ minWidth: 0 }}>
          <Group gap="xs" align="baseline">
            <Title order={1} size="h5">
              {customerName(conversation)}
            </Title>
            <CustomerTime zone={conversation.customer_zones[0] ?? null} />
          </Group>
          <Text size="xs" c="dimmed">
            {phone(conversation.customer_number)} · from our {phone(conversation.our_number)}
          </Text>
        </div>
      </Group>
      <Group gap="xs" wrap="nowrap">
        {mayMove && (
          <Button
            size="xs"
            variant="default"
            leftSection={<Icon name="move" />}
            onClick={() => setMoving(true)}
          >
            Move…
          </Button>
        )}
        {mayExport && (
          <TranscriptButton
            of="conversations"
            id={conversation.id}
            zones={conversation.customer_zones}
          />
        )}
      </Group>
      <MoveDialog
        conversation={conversation}
        isOpen={isMoving}
        onClose={() => setMoving(false)}
        onMoved={(id) => {
          setMoving(false);
          onMoved(id);
        }}
      />
    </Group>
  );
}
