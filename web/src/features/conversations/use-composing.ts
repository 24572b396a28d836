/** The text that a seller is writing in a conversation: what it is made of so far, and sending it. */
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import type { Message, NewMessage } from "@/api/types";
import { isSendable } from "@/shared/text-editor";
import { useDraft } from "@/shared/use-draft";
import { newestSeen } from "./api/list-messages";
import { sendersQuery } from "./api/list-senders";
import { previewQuery } from "./api/preview-text";
import { useSendMessage } from "./api/send-message";
import { mediumName } from "./media-words";
import { useAttachments } from "./use-attachments";
import { useTyping } from "./use-typing";

export function useComposing(conversationId: string, onSent: () => void) {
  const client = useQueryClient();
  const draft = useDraft(`conversation:${conversationId}`, "");
  const attachments = useAttachments(conversationId);
  const send = useSendMessage(conversationId);
  const typing = useTyping(conversationId);
  const { data: senders = [] } = useQuery(sendersQuery(conversationId));
  const [numberId, setNumberId] = useState<string | null>(null);
  const [templateId, setTemplateId] = useState<string | null>(null);
  const [formerAt, setFormerAt] = useState<string | null>(null);
  const [isAsked, setAsked] = useState(false);
  // what one had seen when one began to write: whoever speaks after that may have been missed
  const seen = useRef<string>(undefined);

  const hasMedia = attachments.items.length > 0;
  const isEmpty = draft.text === "" && !hasMedia;
  const text: NewMessage = {
    text: draft.text,
    may_wait: false,
    ...(hasMedia && { media: attachments.items.map(({ sha256 }) => sha256) }),
    ...(numberId !== null && { phone_number_id: numberId }),
    ...(templateId !== null && { template_id: templateId }),
  };
  const isReady =
    isWhole(text) && attachments.problem === null && attachments.pending === 0 && !send.isPending;
  const preview = usePreview(conversationId, text);

  const look = () => {
    if (isEmpty || seen.current === undefined) seen.current = newestSeen(client, conversationId);
    setAsked(false);
    // why another text was not sent is no longer true of this one
    if (send.isError) send.reset();
  };
  const change = (typed: string) => {
    look();
    draft.change(typed);
    typing.tell();
    if (typed === "") setTemplateId(null);
  };
  const submit = (how: Partial<NewMessage> = {}, { isSure = false } = {}) => {
    if (!isReady) return;
    if (!isSure && typing.other !== null) {
      setAsked(true);
      return;
    }
    setAsked(false);
    const body = { ...text, ...how, seen_message_id: isSure ? undefined : seen.current };
    send.mutate(body, {
      onSuccess: () => {
        seen.current = undefined;
        draft.clear();
        attachments.put([]);
        setTemplateId(null);
        setFormerAt(null);
        typing.finish();
        onSent();
      },
    });
  };
  return {
    text,
    typed: draft.text,
    isEmpty,
    isReady,
    preview,
    attachments,
    hasMedia,
    send,
    /** Who writes here too; null if nobody does. */
    other: typing.other,
    /** Whether to say first that the text is to go all the same. */
    isAsked,
    numberId,
    chooseNumber: setNumberId,
    /** When a text that was taken back was to leave. */
    formerAt,
    change,
    attach: (files: File[]) => {
      look();
      attachments.add(files);
    },
    beginWith: (template: { id: string; text: string }) => {
      change(template.text);
      setTemplateId(template.id);
    },
    /** Goes on with a text that was taken back before it left. */
    takeUp: (message: Message) => {
      change(message.body);
      attachments.put(keptMedia(message));
      setNumberId(senders.find(({ e164 }) => e164 === message.from_number)?.id ?? null);
      setFormerAt(message.held_for === "schedule" ? message.held_until : null);
    },
    submit,
  };
}

/** Returns whether there is something to send, and its words are not too many. */
function isWhole({ text = "", media = [] }: NewMessage): boolean {
  return isSendable(text) || (text.trim() === "" && media.length > 0);
}

/** Returns what the text would come to, a moment after the last change. */
function usePreview(conversationId: string, text: NewMessage) {
  const [asked] = useDebouncedValue(text, 400);
  const isWorthwhile = isWhole(text) && isWhole(asked);
  const { data } = useQuery({ ...previewQuery(conversationId, asked), enabled: isWorthwhile });
  return isWorthwhile ? data : undefined;
}

/** Returns what went with a text, to go with another one. */
function keptMedia({ media }: Message) {
  return media.flatMap((medium) =>
    medium.sha256 === null
      ? []
      : [{ sha256: medium.sha256, name: mediumName(medium), size: medium.size ?? 0 }],
  );
}
