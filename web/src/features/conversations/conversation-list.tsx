/** The conversations one may read, the one with the newest text at the top. */
import { Badge, Group, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Conversation } from "@/api/types";
import { customerName, isolated, phone } from "@/shared/names";
import { Time } from "@/shared/time";
import { STATUSES } from "./statuses";
import classes from "./conversation-list.module.css";

interface ConversationListProps {
  conversations: Conversation[];
  chosenId: string | undefined;
}

export function ConversationList({ conversations, chosenId }: ConversationListProps): ReactNode {
  const names = conversations.map(customerName);
  // a record may have several numbers, and several records one name
  const ambiguous = new Set(names.filter((name, index) => names.indexOf(name) !== index));
  return (
    <ul className={classes.list} aria-label="Conversations">
      {conversations.map((conversation) => (
        <li key={conversation.id}>
          <Link
            to="/conversations/$id"
            params={{ id: conversation.id }}
            search={({ unread, unassigned }) => ({ unread, unassigned })}
            className={classes.row}
            aria-current={conversation.id === chosenId ? "true" : undefined}
            data-unread={conversation.unread_count > 0 || undefined}
          >
            <Group justify="space-between" wrap="nowrap" gap="xs">
              <Text size="sm" className={classes.name} dir="auto" truncate>
                {customerName(conversation)}
              </Text>
              <Text size="xs" c="dimmed" className={classes.when}>
                <Time at={conversation.last_message_at} />
              </Text>
            </Group>
            {ambiguous.has(customerName(conversation)) && (
              <Text size="xs" c="dimmed" truncate>
                {phone(conversation.customer_number)} · from our {phone(conversation.our_number)}
              </Text>
            )}
            <Group justify="space-between" wrap="nowrap" gap="xs">
              <Text size="xs" className={classes.last} dir="auto" truncate>
                {lastText(conversation)}
              </Text>
              <Marks conversation={conversation} />
            </Group>
          </Link>
        </li>
      ))}
    </ul>
  );
}

function Marks({ conversation }: { conversation: Conversation }): ReactNode {
  return (
    <Group gap={4} wrap="nowrap">
      {conversation.is_opted_out && (
        <Badge size="sm" color="red" variant="light">
          Opted out
        </Badge>
      )}
      {conversation.unread_count > 0 && (
        <Badge size="sm" circle={conversation.unread_count < 10} aria-label={unreadTexts(conversation)}>
          {conversation.unread_count < 10 ? conversation.unread_count : "10+"}
        </Badge>
      )}
    </Group>
  );
}

function unreadTexts({ unread_count }: Conversation): string {
  // the API counts no further
  const count = unread_count < 10 ? String(unread_count) : "10 or more";
  return `${count} unread ${unread_count === 1 ? "text" : "texts"}`;
}

function lastText({ last_message: last }: Conversation): string {
  if (last === null) return "No texts yet";
  // no text is empty, unless it is for what goes with it
  const body = last.is_erased ? "(erased)" : last.body || "A picture or file";
  if (last.direction === "inbound") return body;
  const status = STATUSES[last.status];
  return `${status.isBad || last.status === "held" ? status.label : "Us"}: ${isolated(body)}`;
}
