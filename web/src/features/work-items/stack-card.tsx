/** One text of a stack: whom it goes to, what it says, what stands against it, and the buttons that decide it. */
import { Alert, Button, Checkbox, Group, Paper, Text, Title } from "@mantine/core";
import { useId, useImperativeHandle, useState, type ReactNode, type Ref } from "react";
import type { ApprovalResult, WorkItemInHand } from "@/api/types";
import { focusOnce, useFocusAfter } from "@/shared/focus";
import { phone, customerName } from "@/shared/names";
import { isSendable, TextEditor } from "@/shared/text-editor";
import { CustomerTime } from "@/shared/time";
import { useDraft } from "@/shared/use-draft";
import { ProblemNote } from "@/shared/view";
import { Written } from "@/shared/written";
import type { Approval } from "./api/approve-work-item";
import { useSkipWorkItem } from "./api/skip-work-item";
import { SkipForm } from "./skip-form";
import classes from "./stack.module.css";
import { StaleNote } from "./stale-note";
import { isStopped, TextWarnings, warningsOf } from "./text-warnings";
import { useReading } from "./use-reading";

/** What the stack does with a card. */
export interface CardHandle {
  /** The text as it now reads, and what the person read it with. */
  approval: () => Approval;
  /** Forgets what was typed: it has been used. */
  clear: () => void;
  edit: () => void;
  focus: () => void;
}

interface StackCardProps {
  ref: Ref<CardHandle>;
  item: WorkItemInHand;
  /** Why it was not approved, if it was tried. */
  refused: ApprovalResult | undefined;
  isCurrent: boolean;
  isChosen: boolean;
  isBusy: boolean;
  onChoose: (isChosen: boolean) => void;
  onApprove: () => void;
  onSkipped: () => void;
  /** Called when the person has read what has changed. */
  onRead: () => void;
  onFocus: () => void;
}

export function StackCard({ ref, item, ...props }: StackCardProps): ReactNode {
  const id = useId();
  const reading = useReading(item);
  const draft = useDraft(`work-item:${item.id}`, reading.text);
  const [isEditing, setEditing] = useState(false);
  const [isSkipping, setSkipping] = useState(false);
  const skip = useSkipWorkItem(item.id);
  const skipButton = useFocusAfter<HTMLButtonElement>(isSkipping);
  // out of the field, where the keys act again
  const heading = useFocusAfter<HTMLHeadingElement>(isEditing);
  const isBlocked = isStopped(item.warnings);
  const isBusy = props.isBusy || skip.isPending;
  const isReady = isSendable(draft.text) && !isStopped(warningsOf(item, draft.text));
  useImperativeHandle(ref, () => ({
    approval: () => ({ text: draft.text, seen: reading.seen }),
    clear: draft.clear,
    edit: () => setEditing(true),
    focus: () => heading.current?.focus(),
  }));
  const approve = () => {
    if (!isBusy && isReady) props.onApprove();
  };

  return (
    <Paper
      component="article"
      withBorder
      p="sm"
      className={classes.card}
      aria-labelledby={id}
      data-current={props.isCurrent || undefined}
      onFocus={props.onFocus}
    >
      <Group gap="xs" justify="space-between">
        <Group gap="xs" align="baseline">
          <Title order={2} size="h6" id={id} ref={heading} tabIndex={-1} dir="auto" className={classes.name}>
            {customerName(item)}
          </Title>
          <Text size="xs" c="dimmed">
            {item.customer_number !== null && phone(item.customer_number)}
          </Text>
          <CustomerTime zone={item.record?.timezone ?? null} />
        </Group>
        <Checkbox
          size="xs"
          label="Chosen"
          aria-label={`${customerName(item)}: chosen`}
          checked={props.isChosen && !isBlocked}
          disabled={isBlocked}
          onChange={(event) => props.onChoose(event.currentTarget.checked)}
        />
      </Group>
      <TextWarnings item={item} text={draft.text} />
      {reading.changes.length > 0 ? (
        <StaleNote
          changes={reading.changes}
          isRefused={props.refused?.outcome === "stale"}
          draft={draft.text === reading.text ? null : reading.text}
          onRead={() => {
            reading.takeNotice?.();
            props.onRead();
            heading.current?.focus();
          }}
        />
      ) : (
        props.refused?.problem && (
          <Alert color="amber" role="alert" title="Not approved" p="xs">
            {props.refused.problem.detail}
          </Alert>
        )
      )}
      <ProblemNote error={skip.error} title="This was not skipped" />
      {isEditing ? (
        <TextEditor
          ref={focusOnce}
          aria-label={`Text to ${customerName(item)}`}
          value={draft.text}
          onChange={draft.change}
          onSubmit={approve}
          onLeave={() => setEditing(false)}
          readOnly={isBusy}
        />
      ) : (
        <Written>
          {draft.text}
        </Written>
      )}
      {isSkipping ? (
        <SkipForm
          what="text"
          isPending={skip.isPending}
          onCancel={() => setSkipping(false)}
          onSkip={(reason) => !isBusy && skip.mutate(reason, { onSuccess: props.onSkipped })}
        />
      ) : (
        <Group gap="xs">
          <Button size="xs" onClick={approve} disabled={isBusy || !isReady}>
            Approve
          </Button>
          {!isEditing && (
            <Button size="xs" variant="default" onClick={() => setEditing(true)} disabled={isBusy}>
              Edit
            </Button>
          )}
          <Button
            ref={skipButton}
            size="xs"
            variant="default"
            onClick={() => setSkipping(true)}
            disabled={isBusy}
          >
            Skip
          </Button>
        </Group>
      )}
    </Paper>
  );
}
