/** What a search found: texts in their conversations, and conversations by their number. */
import { Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Conversation, SearchHit } from "@/api/types";
import { phone, recordName, userName } from "@/shared/names";
import { Time } from "@/shared/time";
import classes from "./hits.module.css";

export function TextHits({ hits }: { hits: SearchHit[] }): ReactNode {
  return (
    <ul className={classes.hits} aria-label="Texts">
      {hits.map((hit) => (
        <li key={hit.message_id}>
          <Link
            to="/conversations/$id"
            params={{ id: hit.conversation_id }}
            search={{ at: hit.message_id }}
            className={classes.hit}
          >
            <Text size="sm" fw={600} dir="auto">
              {customerOf(hit)}
            </Text>
            <Text size="sm" dir="auto" className={classes.snippet}>
              {hit.snippet.map(({ text, is_match }, place) =>
                is_match ? <mark key={place}>{text}</mark> : <span key={place}>{text}</span>,
              )}
            </Text>
            <Text size="xs" c="dimmed">
              {speaker(hit)} · <Time at={hit.at} />
            </Text>
          </Link>
        </li>
      ))}
    </ul>
  );
}

export function NumberHits({ conversations }: { conversations: Conversation[] }): ReactNode {
  return (
    <ul className={classes.hits} aria-label="Numbers">
      {conversations.map((conversation) => (
        <li key={conversation.id}>
          <Link to="/conversations/$id" params={{ id: conversation.id }} className={classes.hit}>
            <Text size="sm" fw={600} dir="auto">
              {customerOf(conversation)}
            </Text>
            <Text size="xs" c="dimmed">
              {phone(conversation.customer_number)}
            </Text>
          </Link>
        </li>
      ))}
    </ul>
  );
}

function customerOf({ record, customer_number }: Pick<Conversation, "record" | "customer_number">): string {
  return record === null ? phone(customer_number) : recordName(record);
}

function speaker({ direction, author }: SearchHit): string {
  if (direction === "inbound") return "The customer";
  return author === null ? "Automated" : userName(author);
}
