/** A manual text, filled in and ready to be changed, approved or skipped. */
import { Button, Group, Kbd, Stack, Text, TextInput } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useEffect, useRef, useState, type ReactNode } from "react";
import type { WorkItem } from "@/api/types";
import { Icon } from "@/shared/icons";
import { isSendable, TextEditor } from "@/shared/text-editor";
import { useDraft } from "@/shared/use-draft";
import { ProblemNote } from "@/shared/view";
import { useApproveWorkItem } from "./api/approve-work-item";
import { useSkipWorkItem } from "./api/skip-work-item";
import { StaleNote, changesIn, type Change } from "./stale-note";

interface ManualTextFormProps {
  item: WorkItem;
  takesFocus: boolean;
  onDecided: (item: WorkItem) => void;
}

export function ManualTextForm({ item, takesFocus, onDecided }: ManualTextFormProps): ReactNode {
  const draft = useDraft(`work-item:${item.id}`, item.text ?? "");
  const [isSkipping, setSkipping] = useState(false);
  const [refused, setRefused] = useState<{ changes: Change[]; typed: string | null }>();
  const approve = useApproveWorkItem(item);
  const skip = useSkipWorkItem(item.id);
  const isBusy = approve.isPending || skip.isPending;
  const editor = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    if (takesFocus) editor.current?.focus();
  }, [takesFocus]);

  const decided = (answer: WorkItem) => {
    draft.clear();
    onDecided(answer);
  };
  const submit = () => {
    if (isBusy || !isSendable(draft.text)) return;
    skip.reset();
    setRefused(undefined);
    const typed = draft.text === (item.text ?? "") ? null : draft.text;
    approve.mutate(draft.text, {
      onSuccess: decided,
      onError: (error) => {
        const changes = changesIn(error);
        if (changes === undefined) return;
        setRefused({ changes, typed });
        draft.clear();
      },
    });
  };

  return (
    <Stack gap="sm">
      {item.reason && <Text size="sm">{item.reason}</Text>}
      {refused && (
        <StaleNote
          {...refused}
          onUseTyped={() => {
            draft.change(refused.typed ?? "");
            setRefused({ ...refused, typed: null });
            editor.current?.focus();
          }}
        />
      )}
      {!changesIn(approve.error) && (
        <ProblemNote error={approve.error} title="This text was not approved" />
      )}
      <ProblemNote error={skip.error} title="This was not skipped" />
      <TextEditor
        ref={editor}
        label="Text"
        value={draft.text}
        onChange={draft.change}
        onSubmit={submit}
        minRows={4}
        readOnly={isBusy}
      />
      {isSkipping ? (
        <SkipForm
          isPending={skip.isPending}
          onCancel={() => setSkipping(false)}
          onSkip={(reason) => {
            if (isBusy) return;
            approve.reset();
            skip.mutate(reason, { onSuccess: decided });
          }}
        />
      ) : (
        <Group gap="xs">
          <Button
            onClick={submit}
            loading={approve.isPending}
            disabled={!isSendable(draft.text) || skip.isPending}
            aria-keyshortcuts="Control+Enter Meta+Enter"
          >
            Approve
          </Button>
          <Button variant="default" onClick={() => setSkipping(true)} disabled={isBusy}>
            Skip
          </Button>
          {draft.text !== (item.text ?? "") && (
            <Button variant="subtle" color="gray" onClick={draft.clear} disabled={isBusy}>
              Undo changes
            </Button>
          )}
          {item.step_id !== null && (
            <Button
              variant="subtle"
              leftSection={<Icon name="stack" />}
              renderRoot={(props) => <Link to="/work/stack" search={{ like: item.id }} {...props} />}
            >
              Similar texts
            </Button>
          )}
          <Text size="xs" c="dimmed" visibleFrom="sm" ml="auto">
            <Kbd size="xs">Ctrl</Kbd> <Kbd size="xs">Enter</Kbd> approves
          </Text>
        </Group>
      )}
    </Stack>
  );
}

function SkipForm(props: {
  isPending: boolean;
  onSkip: (reason: string) => void;
  onCancel: () => void;
}): ReactNode {
  const [reason, setReason] = useState("");
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        props.onSkip(reason.trim());
      }}
    >
      <TextInput
        label="Why skip it? (optional)"
        data-autofocus
        ref={(field) => field?.focus()}
        value={reason}
        maxLength={300}
        onChange={(event) => setReason(event.currentTarget.value)}
        onKeyDown={(event) => event.key === "Escape" && props.onCancel()}
      />
      <Group gap="xs" mt="xs">
        <Button type="submit" loading={props.isPending}>
          Skip this text
        </Button>
        <Button variant="default" onClick={props.onCancel} disabled={props.isPending}>
          Back to the text
        </Button>
      </Group>
    </form>
  );
}
