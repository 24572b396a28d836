/** One conversation: with whom, its texts, and the field to write the next one. */
import { ActionIcon, Alert, Group, Menu, Skeleton, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect, type ReactNode } from "react";
import type { Conversation } from "@/api/types";
import { Icon } from "@/shared/icons";
import { phone, recordName } from "@/shared/names";
import { CustomerTime } from "@/shared/time";
import { View } from "@/shared/view";
import { conversationQuery } from "./api/get-conversation";
import { useMarkRead } from "./api/mark-read";
import { Composer } from "./composer";
import { Thread } from "./thread";
import classes from "./conversation-pane.module.css";

export function ConversationPane(props: { id: string; readerId: string }): ReactNode {
  const { id, readerId } = props;
  const conversation = useQuery(conversationQuery(id));
  useReadMark(conversation.data);
  return (
    <section className={classes.pane} aria-label="Conversation">
      <View what="the conversation" query={conversation} loading={<Skeleton m="md" height={36} />}>
        {(data) => (
          <>
            <Heading conversation={data} />
            <Thread conversationId={id} readerId={readerId} />
            {data.is_opted_out ? (
              <Alert color="red" title="Opted out" radius={0}>
                {recordName(data.record)} asked for no more texts. Nothing can be sent to{" "}
                {phone(data.customer_number)} until they opt in again.
              </Alert>
            ) : (
              <Composer key={id} conversationId={id} />
            )}
          </>
        )}
      </View>
    </section>
  );
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

function Heading({ conversation }: { conversation: Conversation }): ReactNode {
  return (
    <Group className={classes.heading} justify="space-between" wrap="nowrap">
      <Group gap="xs" wrap="nowrap" miw={0}>
        <Link
          to="/conversations"
          search={(former) => former}
          className={classes.back}
          aria-label="All conversations"
        >
          <Icon name="back" />
        </Link>
        <div style={{ minWidth: 0 }}>
          <Group gap="xs" align="baseline">
            <Title order={1} size="h5">
              {recordName(conversation.record)}
            </Title>
            <CustomerTime zone={conversation.record.timezone} />
          </Group>
          <Text size="xs" c="dimmed">
            {phone(conversation.customer_number)} · from our {phone(conversation.our_number)}
          </Text>
        </div>
      </Group>
      <TranscriptMenu conversationId={conversation.id} />
    </Group>
  );
}

const FORMATS = { txt: "Plain text", csv: "CSV", json: "JSON" };

function TranscriptMenu({ conversationId }: { conversationId: string }): ReactNode {
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="default" size="lg" aria-label="Download the transcript" title="Transcript">
          <Icon name="download" />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Transcript</Menu.Label>
        {Object.entries(FORMATS).map(([format, label]) => (
          <Menu.Item
            key={format}
            component="a"
            href={`/api/v1/conversations/${conversationId}/transcript?format=${format}`}
            download={`transcript-${conversationId}.${format}`}
          >
            {label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
