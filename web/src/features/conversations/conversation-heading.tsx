/** With whom a conversation is, and what can be done with all of it. */
import { ActionIcon, Button, Group, Text, Title } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { ReactNode, Ref } from "react";
import type { Conversation } from "@/api/types";
import { Icon } from "@/shared/icons";
import { customerName, phone } from "@/shared/names";
import { useMay } from "@/shared/session";
import { CustomerTime } from "@/shared/time";
import { TranscriptButton } from "./transcript-dialog";
import classes from "./conversation-pane.module.css";

interface ConversationHeadingProps {
  conversation: Conversation;
  mayMove: boolean;
  isChoosing: boolean;
  onChoose: () => void;
  onMove: () => void;
  /** The button that begins to choose, to give the focus back to. */
  chooseRef: Ref<HTMLButtonElement>;
}

export function ConversationHeading(props: ConversationHeadingProps): ReactNode {
  const { conversation, mayMove, isChoosing, onChoose, onMove, chooseRef } = props;
  const mayExport = useMay("transcript", "read");
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
            <Title order={1} size="h5" dir="auto">
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
          <>
            <ActionIcon
              ref={chooseRef}
              variant="default"
              size="lg"
              aria-label="Choose texts"
              aria-pressed={isChoosing}
              title="Choose texts (x)"
              onClick={onChoose}
            >
              <Icon name="task" />
            </ActionIcon>
            <Button
              size="xs"
              variant="default"
              leftSection={<Icon name="move" />}
              onClick={onMove}
            >
              Move…
            </Button>
          </>
        )}
        {mayExport && (
          <TranscriptButton
            of="conversations"
            id={conversation.id}
            zones={conversation.customer_zones}
          />
        )}
      </Group>
    </Group>
  );
}
