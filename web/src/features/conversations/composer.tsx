/** Where a seller writes a text by hand: from which number, with which template, now or later. */
import { Alert, Button, Group, Select } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useRef, useState, type ReactNode } from "react";
import { ApiProblem } from "@/api/client";
import type { NewMessage } from "@/api/types";
import { Icon } from "@/shared/icons";
import { momentWithin } from "@/shared/instants";
import { phone } from "@/shared/names";
import { useNow } from "@/shared/now";
import { isSendable, TextEditor } from "@/shared/text-editor";
import { useDraft } from "@/shared/use-draft";
import { ProblemNote } from "@/shared/view";
import { conversationQuery } from "./api/get-conversation";
import { newestSeen } from "./api/list-messages";
import { sendersQuery } from "./api/list-senders";
import { previewQuery } from "./api/preview-text";
import { useSendMessage } from "./api/send-message";
import { ScheduleDialog } from "./schedule-dialog";
import { TemplateMenu } from "./template-menu";
import { TextOutlook } from "./text-outlook";
import { useTyping } from "./use-typing";
import classes from "./composer.module.css";

interface ComposerProps {
  conversationId: string;
  /** Called when a text was taken. */
  onSent?: () => void;
}

export function Composer({ conversationId, onSent }: ComposerProps): ReactNode {
  const client = useQueryClient();
  const draft = useDraft(`conversation:${conversationId}`, "");
  const send = useSendMessage(conversationId);
  const typing = useTyping(conversationId);
  const conversation = useQuery(conversationQuery(conversationId));
  const [numberId, setNumberId] = useState<string | null>(null);
  const [templateId, setTemplateId] = useState<string | null>(null);
  const [isScheduling, setScheduling] = useState(false);
  const [isAsked, setAsked] = useState(false);
  // what one had seen when one began to write: whoever speaks after that may have been missed
  const seen = useRef<string>(undefined);

  const text: NewMessage = {
    text: draft.text,
    may_wait: false,
    ...(numberId !== null && { phone_number_id: numberId }),
    ...(templateId !== null && { template_id: templateId }),
  };
  const preview = usePreview(conversationId, text);

  const change = (typed: string) => {
    if (draft.text === "" || seen.current === undefined) seen.current = newestSeen(client, conversationId);
    draft.change(typed);
    typing.tell();
    setAsked(false);
    if (typed === "") setTemplateId(null);
  };
  const submit = (how: Partial<NewMessage> = {}, { isSure = false } = {}) => {
    if (send.isPending || !isSendable(draft.text)) return;
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
        setTemplateId(null);
        typing.finish();
        onSent?.();
      },
    });
  };
  const record = conversation.data?.record;
  return (
    <div className={classes.composer}>
      <Refusal
        error={isAsked ? null : send.error}
        onWait={() => submit({ ...send.variables, may_wait: true })}
        onSure={() => submit(send.variables, { isSure: true })}
      />
      {isAsked && typing.other !== null && (
        <SureNote title={`${typing.other} is answering`} onSure={() => submit({}, { isSure: true })}>
          Two answers may reach the customer.
        </SureNote>
      )}
      <div role="status" className={classes.typing}>
        {typing.other !== null && !isAsked && `${typing.other} is answering`}
      </div>
      <TextEditor
        aria-label="Write a text"
        placeholder="Write a text"
        minRows={2}
        value={draft.text}
        onChange={change}
        onSubmit={() => submit()}
        readOnly={send.isPending}
      />
      {preview && <TextOutlook preview={preview} typed={draft.text} />}
      <Group justify="space-between" gap="xs">
        <Group gap="xs">
          <NumberChoice conversationId={conversationId} chosenId={numberId} onChoose={setNumberId} />
          {record && (
            <TemplateMenu
              kind={record.kind}
              onPick={(template) => {
                change(template.text);
                setTemplateId(template.id);
              }}
            />
          )}
        </Group>
        <Group gap="xs">
          <Button
            size="xs"
            variant="default"
            leftSection={<Icon name="schedule" />}
            disabled={!isSendable(draft.text) || send.isPending}
            onClick={() => setScheduling(true)}
          >
            Schedule…
          </Button>
          <Button
            size="xs"
            onClick={() => submit()}
            loading={send.isPending}
            disabled={!isSendable(draft.text)}
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

/** Returns what the text would come to, a moment after the last change. */
function usePreview(conversationId: string, text: NewMessage) {
  const [asked] = useDebouncedValue(text, 400);
  const isWorthwhile = isSendable(text.text) && isSendable(asked.text);
  const { data } = useQuery({ ...previewQuery(conversationId, asked), enabled: isWorthwhile });
  return isWorthwhile ? data : undefined;
}

function NumberChoice(props: {
  conversationId: string;
  chosenId: string | null;
  onChoose: (id: string) => void;
}): ReactNode {
  const { data: senders = [] } = useQuery(sendersQuery(props.conversationId));
  if (senders.length < 2) return null;
  return (
    <Select
      size="xs"
      w={210}
      aria-label="Send from"
      allowDeselect={false}
      value={props.chosenId ?? senders[0]?.id ?? null}
      onChange={(id) => id !== null && props.onChoose(id)}
      data={senders.map(({ id, e164, is_up, is_own }) => ({
        value: id,
        label: `${phone(e164)}${is_own ? "" : " (shared)"}${is_up ? "" : " (down)"}`,
      }))}
    />
  );
}

/** Why a text was not sent, with what one can do instead. */
function Refusal(props: { error: unknown; onWait: () => void; onSure: () => void }): ReactNode {
  const { error } = props;
  const now = useNow();
  if (error instanceof ApiProblem && error.kind === "spoken-meanwhile") {
    return (
      <SureNote title="Somebody spoke meanwhile" onSure={props.onSure}>
        {error.message.split(". Look first")[0]}.
      </SureNote>
    );
  }
  if (error instanceof ApiProblem && error.kind === "quiet-hours" && "next_allowed" in error.body) {
    const at = new Date(String(error.body.next_allowed));
    return (
      <Alert color="amber" role="alert" title="The customer's hours forbid this text now" p="xs">
        <Group justify="space-between">
          {error.message}
          <Button size="xs" onClick={props.onWait}>
            Schedule for {momentWithin(at, now)}
          </Button>
        </Group>
      </Alert>
    );
  }
  return <ProblemNote error={error} title="This text was not sent" />;
}

function SureNote(props: { title: string; onSure: () => void; children: ReactNode }): ReactNode {
  return (
    <Alert color="amber" role="alert" title={props.title} p="xs">
      <Group justify="space-between">
        <span>{props.children}</span>
        <Button size="xs" variant="default" onClick={props.onSure}>
          Send anyway
        </Button>
      </Group>
    </Alert>
  );
}
