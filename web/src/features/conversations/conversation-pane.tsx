/** One conversation: with whom, its texts, and the field to write the next one. */
import { Alert, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState, type ReactNode, type Ref } from "react";
import type { Conversation } from "@/api/types";
import { phone, recordName } from "@/shared/names";
import { useMay } from "@/shared/session";
import { useShortcuts } from "@/shared/shortcuts";
import { View } from "@/shared/view";
import { whyOfMessage } from "@/shared/why";
import { WhyDrawer } from "@/shared/why-drawer";
import { conversationQuery } from "./api/get-conversation";
import { useMarkRead } from "./api/mark-read";
import { ChoosingBar } from "./choosing-bar";
import { Composer, type ComposerHandle } from "./composer";
import { ConversationHeading } from "./conversation-heading";
import { MoveDialog } from "./move-dialog";
import { Thread } from "./thread";
import { Unassigned } from "./unassigned";
import { useChoice } from "./use-choice";
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
  const conversation = useQuery(conversationQuery(props.id));
  const pane = useRef<HTMLElement>(null);
  useReadMark(conversation.data);
  useShortcuts([
    { key: "r", label: "Write a text", run: () => pane.current?.querySelector("textarea")?.focus() },
  ]);
  return (
    <section className={classes.pane} aria-label="Conversation" ref={pane}>
      <View what="the conversation" query={conversation} loading={<Skeleton m="md" height={36} />}>
        {(data) => <Contents conversation={data} {...props} />}
      </View>
      <WhyDrawer
        of={props.whyId === undefined ? undefined : whyOfMessage(props.whyId)}
        onClose={() => props.onWhy(undefined)}
      />
    </section>
  );
}

function Contents(props: ConversationPaneProps & { conversation: Conversation }): ReactNode {
  const { conversation, readerId, atMessageId, onNewest, onWhy, onMoved } = props;
  const mayMove = useMay("conversation", "write");
  const composer = useRef<ComposerHandle>(null);
  const chooseButton = useRef<HTMLButtonElement>(null);
  const choice = useChoice({ isOffered: mayMove, onEnd: () => chooseButton.current?.focus() });
  const [isMoving, setMoving] = useState(false);
  return (
    <>
      <ConversationHeading
        conversation={conversation}
        mayMove={mayMove}
        isChoosing={choice.ids !== null}
        onChoose={choice.toggleMode}
        onMove={() => {
          choice.end();
          setMoving(true);
        }}
        chooseRef={chooseButton}
      />
      <Thread
        conversationId={conversation.id}
        readerId={readerId}
        atMessageId={atMessageId}
        onNewest={onNewest}
        onWhy={onWhy}
        revision={{
          isFree: () => composer.current?.isEmpty() ?? false,
          takeUp: (message) => composer.current?.takeUp(message),
        }}
        choice={choice.ids === null ? undefined : { ids: choice.ids, toggle: choice.toggle }}
      />
      {choice.ids === null ? (
        <Answer
          conversation={conversation}
          composerRef={composer}
          mayMove={mayMove}
          onMove={() => setMoving(true)}
          onMoved={onMoved}
        />
      ) : (
        <ChoosingBar count={choice.ids.size} onMove={() => setMoving(true)} onEnd={choice.end} />
      )}
      <MoveDialog
        conversation={conversation}
        messageIds={choice.ids && [...choice.ids]}
        isOpen={isMoving}
        onClose={() => setMoving(false)}
        onMoved={(target) => {
          setMoving(false);
          // who moves a few texts goes on with the rest
          if (choice.ids === null) onMoved(target);
          else choice.end();
        }}
      />
    </>
  );
}

interface AnswerProps {
  conversation: Conversation;
  composerRef: Ref<ComposerHandle>;
  mayMove: boolean;
  onMove: () => void;
  onMoved: (conversationId: string) => void;
}

function Answer({ conversation, composerRef, ...filing }: AnswerProps): ReactNode {
  const { id, record, customer_number, is_opted_out } = conversation;
  if (record === null) return <Unassigned conversation={conversation} {...filing} />;
  if (is_opted_out) {
    return (
      <Alert color="red" title="Opted out" radius={0}>
        {recordName(record)} asked for no more texts. Nothing can be sent to {phone(customer_number)}{" "}
        until they opt in again.
      </Alert>
    );
  }
  return <Composer conversationId={id} ref={composerRef} />;
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
