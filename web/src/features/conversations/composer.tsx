/** Where a seller writes a text by hand. */
import { Button, Group } from "@mantine/core";
import type { ReactNode } from "react";
import { isSendable, TextEditor } from "@/shared/text-editor";
import { useDraft } from "@/shared/use-draft";
import { ProblemNote } from "@/shared/view";
import { useSendMessage } from "./api/send-message";
import classes from "./composer.module.css";

export function Composer({ conversationId }: { conversationId: string }): ReactNode {
  const draft = useDraft(`conversation:${conversationId}`, "");
  const send = useSendMessage(conversationId);
  const submit = () => {
    if (send.isPending || !isSendable(draft.text)) return;
    send.mutate(draft.text, { onSuccess: draft.clear });
  };
  return (
    <div className={classes.composer}>
      <ProblemNote error={send.error} title="This text was not sent" />
      <TextEditor
        aria-label="Write a text"
        placeholder="Write a text"
        minRows={2}
        value={draft.text}
        onChange={draft.change}
        onSubmit={submit}
        readOnly={send.isPending}
      />
      <Group justify="flex-end" className={classes.actions}>
        <Button
          size="xs"
          onClick={submit}
          loading={send.isPending}
          disabled={!isSendable(draft.text)}
          aria-keyshortcuts="Control+Enter Meta+Enter"
          title="Ctrl+Enter"
        >
          Send
        </Button>
      </Group>
    </div>
  );
}
