/** One text: its words, who sent it, and what became of it. */
import { Anchor, Text } from "@mantine/core";
import type { ReactNode } from "react";
import type { Message } from "@/api/types";
import { Icon } from "@/shared/icons";
import { userName } from "@/shared/names";
import { Time } from "@/shared/time";
import { HeldActions, type Revision } from "./held-actions";
import { MessageMedia } from "./message-media";
import { STATUSES } from "./statuses";
import classes from "./message-bubble.module.css";

interface MessageBubbleProps {
  message: Message;
  readerId: string;
  onWhy?: ((messageId: string) => void) | undefined;
  /** What goes on with a text that is taken back before it leaves. */
  revision?: Revision | undefined;
}

export function MessageBubble({ message, readerId, onWhy, revision }: MessageBubbleProps): ReactNode {
  const status = STATUSES[message.status];
  const isOutbound = message.direction === "outbound";
  return (
    <article
      className={classes.bubble}
      data-direction={message.direction}
      data-held={message.status === "held" || undefined}
      data-bad={status.isBad}
      aria-label={isOutbound ? "Our text" : "The customer's text"}
    >
      {message.media.length > 0 && <MessageMedia media={message.media} />}
      {message.is_erased && (
        <Text size="sm" fs="italic">
          (erased)
        </Text>
      )}
      {message.body !== "" && <p dir="auto" className={classes.body}>{message.body}</p>}
      {message.held_reason !== null && (
        <Text size="xs" mt={4}>
          {message.held_until !== null && (
            <>
              Waits until <Time at={message.held_until} as="within" />.{" "}
            </>
          )}
          {message.held_reason}
        </Text>
      )}
      {status.isBad && (
        <Text size="xs" mt={4} className={classes.error}>
          {message.error ?? WHY[message.status]}
          {message.error_code !== null && ` (${message.error_code})`}
        </Text>
      )}
      <div className={classes.meta}>
        {isOutbound && <bdi>{sender(message, readerId)}</bdi>}
        <Time at={message.created_at} as="clock" />
        {isOutbound && (
          <span className={classes.status}>
            <Icon name={status.icon} size={12} /> {status.label}
          </span>
        )}
        {isOutbound && message.segments > 1 && <span>{message.segments} segments</span>}
        {isOutbound && onWhy && (
          <Anchor
            component="button"
            type="button"
            inherit
            c="inherit"
            underline="always"
            onClick={() => onWhy(message.id)}
          >
            Why?
          </Anchor>
        )}
      </div>
      {message.status === "held" && message.enrollment_id === null && (
        <HeldActions message={message} revision={revision} />
      )}
    </article>
  );
}

/** Said when the provider gave no sentence of its own. */
const WHY: Partial<Record<Message["status"], string>> = {
  uncertain: "The provider cannot say whether this text went out. It is not sent again by itself.",
  undelivered: "The carrier could not deliver this text.",
  failed: "The provider did not send this text.",
  refused: "This text was not sent.",
};

function sender(message: Message, readerId: string): string {
  const step = message.sequence && [message.sequence.name, message.step_id].filter(Boolean).join(", ");
  const who =
    message.author === null
      ? "Automated"
      : message.author.id === readerId
        ? "You"
        : userName(message.author);
  return step ? `${who} · ${step}` : who;
}
