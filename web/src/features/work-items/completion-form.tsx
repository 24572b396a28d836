/** A call or a task to do, or a text that went wrong: what it is about, and the button that says it is done. */
import { Alert, Blockquote, Button, Group, Stack, Text, Textarea } from "@mantine/core";
import { useEffect, useRef, useState, type ReactNode } from "react";
import type { WorkItem } from "@/api/types";
import { useFocusAfter } from "@/shared/focus";
import { phone } from "@/shared/names";
import { useDraft } from "@/shared/use-draft";
import { ProblemNote } from "@/shared/view";
import { Written } from "@/shared/written";
import { useCompleteWorkItem } from "./api/complete-work-item";
import { useSkipWorkItem } from "./api/skip-work-item";
import { KINDS } from "./kinds";
import { SkipForm } from "./skip-form";

interface CompletionFormProps {
  item: WorkItem;
  takesFocus: boolean;
  onDecided: (item: WorkItem) => void;
}

export function CompletionForm({ item, takesFocus, onDecided }: CompletionFormProps): ReactNode {
  const draft = useDraft(`work-item:${item.id}`, "");
  const [isSkipping, setSkipping] = useState(false);
  const skipButton = useFocusAfter<HTMLButtonElement>(isSkipping);
  const complete = useCompleteWorkItem(item.id);
  const skip = useSkipWorkItem(item.id);
  const isBusy = complete.isPending || skip.isPending;
  const note = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    if (takesFocus) note.current?.focus();
  }, [takesFocus]);

  const decided = (answer: WorkItem) => {
    draft.clear();
    onDecided(answer);
  };
  const submit = () => {
    if (isBusy) return;
    skip.reset();
    complete.mutate(draft.text.trim(), { onSuccess: decided });
  };
  const canSkip = item.kind !== "failed_text" && item.kind !== "uncertain_text";

  return (
    <Stack gap="sm">
      <Explanation item={item} />
      <ProblemNote error={complete.error} title="This was not marked as done" />
      <ProblemNote error={skip.error} title="This was not skipped" />
      <Textarea
        ref={note}
        label="Note (optional)"
        autosize
        minRows={2}
        maxRows={8}
        maxLength={300}
        value={draft.text}
        onChange={(event) => draft.change(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) submit();
        }}
        readOnly={isBusy}
      />
      {isSkipping ? (
        <SkipForm
          what={KINDS[item.kind].label.toLowerCase()}
          noted={draft.text.trim()}
          isPending={skip.isPending}
          onCancel={() => setSkipping(false)}
          onSkip={(reason) => {
            if (isBusy) return;
            complete.reset();
            skip.mutate(reason, { onSuccess: decided });
          }}
        />
      ) : (
        <Group gap="xs">
          <Button
            onClick={submit}
            loading={complete.isPending}
            disabled={skip.isPending}
            aria-keyshortcuts="Control+Enter Meta+Enter"
          >
            Mark as done
          </Button>
          {canSkip && (
            <Button ref={skipButton} variant="default" onClick={() => setSkipping(true)} disabled={isBusy}>
              Skip
            </Button>
          )}
        </Group>
      )}
    </Stack>
  );
}

function Explanation({ item }: { item: WorkItem }): ReactNode {
  switch (item.kind) {
    case "failed_text":
      return (
        <Alert color="red" title="This text did not reach the customer">
          <Told item={item} />
          <Text size="sm" mt="xs">
            Nothing is sent again by itself. Write to them in the conversation or call, then mark it
            as done.
          </Text>
        </Alert>
      );
    case "uncertain_text":
      return (
        <Alert color="amber" title="Nobody can say whether this text went out">
          <Told item={item} />
          <Text size="sm" mt="xs">
            So that the customer never gets it twice, it is not sent again by itself. Look at the
            conversation or ask them, then mark it as done.
          </Text>
        </Alert>
      );
    default:
      return (
        <>
          {(item.text || item.reason) && (
            <Written>
              {[item.text, item.reason].filter(Boolean).join("\n")}
            </Written>
          )}
          {item.kind === "call" && item.record?.phone != null && (
            <Button component="a" href={`tel:${item.record.phone}`} variant="light" w="fit-content">
              Call {phone(item.record.phone)}
            </Button>
          )}
          {item.kind === "email" && (
            <Button component="a" href={mailto(item)} variant="light" w="fit-content">
              Write the e-mail
            </Button>
          )}
        </>
      );
  }
}

/** Returns the link that opens the seller's own program: its title is the subject, its text what it says. */
function mailto({ title, text }: WorkItem): string {
  const body = (text ?? "").replaceAll(/\r?\n/g, "\r\n");
  const parts = [`subject=${encodeURIComponent(title)}`, `body=${encodeURIComponent(body)}`];
  return `mailto:?${parts.slice(0, body === "" ? 1 : 2).join("&")}`;
}

function Told({ item }: { item: WorkItem }): ReactNode {
  return (
    <>
      {item.reason && <Text size="sm">{item.reason}</Text>}
      {item.text && (
        <Blockquote p="xs" mt="xs" radius="sm" color="gray">
          <Written>{item.text}</Written>
        </Blockquote>
      )}
    </>
  );
}
