/** A manual text, filled in and ready to be changed, approved or skipped. */
import { Button, Group, Kbd, Stack, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useEffect, useRef, useState, type ReactNode } from "react";
import type { WorkItem, WorkItemInHand } from "@/api/types";
import { useFocusAfter } from "@/shared/focus";
import { Icon } from "@/shared/icons";
import { isSendable, TextEditor } from "@/shared/text-editor";
import { useDraft } from "@/shared/use-draft";
import { ProblemNote } from "@/shared/view";
import { useApproveWorkItem } from "./api/approve-work-item";
import { useSkipWorkItem } from "./api/skip-work-item";
import { SkipForm } from "./skip-form";
import { StaleNote, changesIn } from "./stale-note";
import { isStopped, TextWarnings, warningsOf } from "./text-warnings";
import { useReading } from "./use-reading";

interface ManualTextFormProps {
  item: WorkItemInHand;
  takesFocus: boolean;
  onDecided: (item: WorkItem) => void;
}

export function ManualTextForm({ item, takesFocus, onDecided }: ManualTextFormProps): ReactNode {
  const reading = useReading(item);
  const draft = useDraft(`work-item:${item.id}`, reading.text);
  const [isSkipping, setSkipping] = useState(false);
  const skipButton = useFocusAfter<HTMLButtonElement>(isSkipping);
  const approve = useApproveWorkItem(item.id);
  const skip = useSkipWorkItem(item.id);
  const isBusy = approve.isPending || skip.isPending;
  const isReady = isSendable(draft.text) && !isStopped(warningsOf(item, draft.text));
  const isEdited = draft.text !== reading.text;
  const refused = changesIn(approve.error);
  const isRefused = refused !== undefined;
  const changes = reading.changes.length > 0 ? reading.changes : (refused ?? []);
  const editor = useRef<HTMLTextAreaElement>(null);
  const note = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (takesFocus) editor.current?.focus();
  }, [takesFocus]);
  // news is told without taking the focus from who writes; why nothing was sent is what one asked
  useEffect(() => {
    if (isRefused) note.current?.focus();
  }, [isRefused]);

  const decided = (answer: WorkItem) => {
    draft.clear();
    onDecided(answer);
  };
  const submit = () => {
    if (isBusy || !isReady) return;
    skip.reset();
    approve.mutate({ text: draft.text, seen: reading.seen }, { onSuccess: decided });
  };

  return (
    <Stack gap="sm">
      <TextWarnings item={item} text={draft.text} />
      {changes.length > 0 && (
        <StaleNote
          ref={note}
          changes={changes}
          isRefused={isRefused}
          draft={isEdited ? reading.text : null}
          onRead={
            reading.takeNotice &&
            (() => {
              reading.takeNotice?.();
              approve.reset();
              editor.current?.focus();
            })
          }
        />
      )}
      {!isRefused && <ProblemNote error={approve.error} title="This text was not approved" />}
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
          what="text"
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
            disabled={!isReady || skip.isPending}
            aria-keyshortcuts="Control+Enter Meta+Enter"
          >
            Approve
          </Button>
          <Button ref={skipButton} variant="default" onClick={() => setSkipping(true)} disabled={isBusy}>
            Skip
          </Button>
          {isEdited && (
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
