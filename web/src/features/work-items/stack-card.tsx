/** One text of a stack: whom it goes to, what it says, what stands against it, and the buttons that decide it. */
import { Alert, Badge, Button, Checkbox, Group, Paper, Text, Title } from "@mantine/core";
import { useId, useImperativeHandle, useRef, useState, type ReactNode, type Ref } from "react";
import type { ApprovalResult, StackedWorkItem } from "@/api/types";
import { phone, recordName } from "@/shared/names";
import { isSendable, TextEditor } from "@/shared/text-editor";
import { CustomerTime, Time } from "@/shared/time";
import { useDraft } from "@/shared/use-draft";
import { ProblemNote } from "@/shared/view";
import { useSkipWorkItem } from "./api/skip-work-item";
import classes from "./stack.module.css";

/** Kept outside of the component, so that it is called when the field appears and not at each change. */
const focusOnce = (field: HTMLTextAreaElement | null) => field?.focus();

/** What the stack does with a card. */
export interface CardHandle {
  /** The text as it now reads. */
  text: () => string;
  /** Forgets what was typed: it has been used. */
  clear: () => void;
  edit: () => void;
  focus: () => void;
}

interface StackCardProps {
  ref: Ref<CardHandle>;
  item: StackedWorkItem;
  /** Why it was not approved, if it was tried. */
  refused: ApprovalResult | undefined;
  isCurrent: boolean;
  isChosen: boolean;
  isBusy: boolean;
  onChoose: (isChosen: boolean) => void;
  onApprove: () => void;
  onSkipped: () => void;
  onFocus: () => void;
}

export function StackCard({ ref, item, ...props }: StackCardProps): ReactNode {
  const id = useId();
  const draft = useDraft(`work-item:${item.id}`, item.text ?? "");
  const [isEditing, setEditing] = useState(false);
  const skip = useSkipWorkItem(item.id);
  const heading = useRef<HTMLHeadingElement>(null);
  const isBlocked = item.warnings.some(({ blocks }) => blocks);
  const isBusy = props.isBusy || skip.isPending;
  useImperativeHandle(ref, () => ({
    text: () => draft.text,
    clear: draft.clear,
    edit: () => setEditing(true),
    focus: () => heading.current?.focus(),
  }));
  const approve = () => {
    if (!isBusy && isSendable(draft.text)) props.onApprove();
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
          <Title order={2} size="h6" id={id} ref={heading} tabIndex={-1} className={classes.name}>
            {recordName(item.record)}
          </Title>
          <Text size="xs" c="dimmed">
            {item.record.phone !== null && phone(item.record.phone)}
          </Text>
          <CustomerTime zone={item.record.timezone} />
        </Group>
        <Checkbox
          size="xs"
          label="Chosen"
          aria-label={`${recordName(item.record)}: chosen`}
          checked={props.isChosen && !isBlocked}
          disabled={isBlocked}
          onChange={(event) => props.onChoose(event.currentTarget.checked)}
        />
      </Group>
      {item.warnings.map((warning) => (
        <Group key={warning.code} gap={6} wrap="nowrap" align="baseline">
          <Badge color={warning.blocks ? "red" : "amber"}>{warning.blocks ? "Stops" : "Mind"}</Badge>
          <Text size="sm">
            {warning.sentence}
            {warning.until !== null && (
              <>
                {" "}
                (<Time at={warning.until} />)
              </>
            )}
          </Text>
        </Group>
      ))}
      {props.refused?.problem && (
        <Alert color="orange" role="alert" title="Not approved" p="xs">
          {props.refused.problem.detail}
        </Alert>
      )}
      <ProblemNote error={skip.error} title="This was not skipped" />
      {isEditing ? (
        <TextEditor
          ref={focusOnce}
          aria-label={`Text to ${recordName(item.record)}`}
          value={draft.text}
          onChange={draft.change}
          onSubmit={approve}
          readOnly={isBusy}
        />
      ) : (
        <Text size="sm" style={{ whiteSpace: "pre-wrap" }}>
          {draft.text}
        </Text>
      )}
      <Group gap="xs">
        <Button size="xs" onClick={approve} disabled={isBusy || !isSendable(draft.text)}>
          Approve
        </Button>
        {!isEditing && (
          <Button size="xs" variant="default" onClick={() => setEditing(true)} disabled={isBusy}>
            Edit
          </Button>
        )}
        <Button
          size="xs"
          variant="default"
          loading={skip.isPending}
          disabled={props.isBusy}
          onClick={() => skip.mutate("", { onSuccess: props.onSkipped })}
        >
          Skip
        </Button>
      </Group>
    </Paper>
  );
}
