/** Where a seller writes a text by hand: from which number, with which template and files, now or later. */
import { Button, Group, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useImperativeHandle, useRef, useState, type ReactNode, type Ref } from "react";
import type { Conversation, Message } from "@/api/types";
import { takeLostFocus } from "@/shared/focus";
import { Icon } from "@/shared/icons";
import { useMay } from "@/shared/session";
import { TextEditor } from "@/shared/text-editor";
import { conversationQuery } from "./api/get-conversation";
import { AttachButton, AttachmentList, DropPlace } from "./attachment-list";
import { Refusal, SureNote } from "./composer-refusal";
import { NumberChoice } from "./number-choice";
import { ScheduleDialog } from "./schedule-dialog";
import { TemplateMenu } from "./template-menu";
import { TextOutlook } from "./text-outlook";
import { useComposing } from "./use-composing";
import { useFileDrop } from "./use-file-drop";
import classes from "./composer.module.css";

/** What a composer can be asked for. */
export interface ComposerHandle {
  /** Returns whether nothing has been begun. */
  isEmpty: () => boolean;
  /** Goes on with a text that was taken back before it left. */
  takeUp: (message: Message) => void;
}

interface ComposerProps {
  conversationId: string;
  /** Called when a text was taken. */
  onSent?: () => void;
  ref?: Ref<ComposerHandle>;
}

export function Composer(props: ComposerProps): ReactNode {
  const mayWriteTexts = useMay("message", "create", "append");
  const conversation = useQuery(conversationQuery(props.conversationId));
  const why = whyNot(conversation.data, mayWriteTexts);
  if (why !== null) {
    return (
      <Text size="sm" c="dimmed" p="sm">
        {why}
      </Text>
    );
  }
  // what was begun in one conversation is never sent in another
  return <Fields key={props.conversationId} {...props} />;
}

function whyNot(conversation: Conversation | undefined, mayWriteTexts: boolean): string | null {
  if (!mayWriteTexts) return "Your roles do not let you write texts.";
  if (conversation?.is_erased) return "This person was erased: there is nobody to write to.";
  return conversation?.may_append_to === false ? "Your roles do not let you write in this conversation." : null;
}

function Fields({ conversationId, onSent, ref }: ComposerProps): ReactNode {
  const conversation = useQuery(conversationQuery(conversationId));
  const field = useRef<HTMLTextAreaElement>(null);
  const composing = useComposing(conversationId, () => {
    onSent?.();
    // nothing is left to send, so that the button has no focus to keep
    takeLostFocus(field.current);
  });
  const { text, isReady, preview, attachments, hasMedia, send, other, isAsked, submit } = composing;
  const [isScheduling, setScheduling] = useState(false);
  const drop = useFileDrop(composing.attach, { isLocked: send.isPending });
  useImperativeHandle(ref, () => ({
    isEmpty: () => composing.isEmpty,
    takeUp: (message) => {
      composing.takeUp(message);
      field.current?.focus();
    },
  }));
  const record = conversation.data?.record;
  return (
    <div className={classes.composer} {...drop.handlers}>
      <DropPlace isOpen={drop.isOver} />
      <Refusal
        error={isAsked ? null : send.error}
        isScheduled={send.variables?.send_at_local !== undefined}
        onWait={() => submit({ ...send.variables, may_wait: true })}
        onSure={() => submit(send.variables, { isSure: true })}
      />
      {isAsked && other !== null && (
        <SureNote title={`${other} is answering`} onSure={() => submit({}, { isSure: true })}>
          Two answers may reach the customer.
        </SureNote>
      )}
      <div role="status" className={classes.typing}>
        {other !== null && !isAsked && `${other} is answering`}
      </div>
      <TextEditor
        aria-label="Write a text"
        placeholder="Write a text"
        minRows={2}
        ref={field}
        value={composing.typed}
        onChange={composing.change}
        onSubmit={() => submit()}
        readOnly={send.isPending}
      />
      <AttachmentList
        attachments={attachments}
        isLocked={send.isPending}
        onRemoved={() => field.current?.focus()}
      />
      {preview && <TextOutlook preview={preview} typed={composing.typed} />}
      <Group justify="space-between" gap="xs">
        <Group gap="xs">
          <NumberChoice
            conversationId={conversationId}
            chosenId={composing.numberId}
            onChoose={composing.chooseNumber}
            hasMedia={hasMedia}
          />
          {record && <TemplateMenu kind={record.kind} onPick={composing.beginWith} />}
          <AttachButton onAdd={composing.attach} isLocked={send.isPending} />
        </Group>
        <Group gap="xs">
          <Button
            size="xs"
            variant="default"
            leftSection={<Icon name="schedule" />}
            disabled={!isReady}
            onClick={() => setScheduling(true)}
          >
            Schedule…
          </Button>
          <Button
            size="xs"
            onClick={() => submit()}
            loading={send.isPending}
            disabled={!isReady}
            aria-keyshortcuts="Control+Enter Meta+Enter"
            title="Ctrl+Enter"
          >
            Send
          </Button>
        </Group>
      </Group>
      <ScheduleDialog
        conversationId={conversationId}
        zones={conversation.data?.customer_zones ?? []}
        text={text}
        formerAt={composing.formerAt}
        isOpen={isScheduling}
        onClose={() => setScheduling(false)}
        onSchedule={(local) => {
          setScheduling(false);
          submit({ send_at_local: local });
        }}
      />
    </div>
  );
}
