/** Up next: the one work item in hand, what it asks, and the ways to decide it. */
import { Alert, Anchor, Badge, Button, Group, Stack, Text, Textarea, Title } from "@mantine/core";
import { useIsMutating } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { WorkItem, WorkItemInHand } from "@/api/types";
import { Icon } from "@/shared/icons";
import { customerName, phone, userName } from "@/shared/names";
import { useNow } from "@/shared/now";
import { CustomerTime, Time } from "@/shared/time";
import { useDraft } from "@/shared/use-draft";
import { Written } from "@/shared/written";
import { deciding } from "./api/use-decided";
import { CompletionForm } from "./completion-form";
import { ConsentQuestion } from "./consent-question";
import { isOverdue, isWaiting } from "./due";
import { ItemActions } from "./item-actions";
import { DECIDED, KINDS } from "./kinds";
import { LeavingNote } from "./leaving-note";
import { ManualTextForm } from "./manual-text-form";
import { ReplyForm } from "./reply-form";
import { useOpening } from "./use-opening";

interface WorkItemPaneProps {
  item: WorkItemInHand;
  /** Whether the person came here by deciding the item before, so that they can type at once. */
  takesFocus: boolean;
  onDecided: (item: WorkItem) => void;
  onNext: () => void;
  /** The id of the person who reads. */
  readerId: string;
  /** The field for a text in the item's conversation, for what is answered by one. */
  composer: ReactNode;
}

export function WorkItemPane({ item, onNext, readerId, ...decision }: WorkItemPaneProps): ReactNode {
  // the news of one's own decision may be here before its answer: only that says how to go on
  const isDeciding = useIsMutating({ mutationKey: deciding(item.id) }) > 0;
  const isOpen = item.status === "open" || isDeciding;
  const shown = useOpening(item);
  return (
    <Stack gap="md" p="md" ref={shown}>
      <Heading item={item} />
      {isOpen && item.leaves_at !== null && <LeavingNote item={item} readerId={readerId} />}
      {isOpen && item.leaves_at === null && (
        <>
          {item.may_write ? <Decision item={item} {...decision} /> : <NotYours item={item} />}
          <ItemActions item={item} onGone={decision.onDecided} />
        </>
      )}
      {!isOpen && <Decided item={item} onNext={onNext} />}
    </Stack>
  );
}

function Heading({ item }: { item: WorkItem }): ReactNode {
  const kind = KINDS[item.kind];
  const isLate = isOverdue(item, useNow());
  return (
    <div>
      <Group gap="xs" mb={6}>
        <Badge color={kind.color} variant="light" leftSection={<Icon name={kind.icon} size={12} />}>
          {kind.label}
        </Badge>
        {isLate && (
          <Badge color="red" variant="light">
            Overdue
          </Badge>
        )}
      </Group>
      <Group gap="xs" align="baseline">
        <Title order={2} size="h4" dir="auto">
          <CustomerLink item={item} />
        </Title>
        <CustomerTime zone={item.record?.timezone ?? null} />
      </Group>
      <Text size="sm" c="dimmed">
        {item.record === null && "Nobody’s yet · "}
        {item.record?.phone != null && `${phone(item.record.phone)} · `}
        {item.sequence !== null && `${item.sequence.name} · `}
        {item.title && `${item.title} · `}
        {isWaiting(item) ? "waiting since" : "due"} <Time at={item.due_at} as="within" />
        {item.covered_for !== null && ` · covering for ${userName(item.covered_for)}`}
        {item.team !== null && ` · for ${item.team.name}`}
      </Text>
      {item.status === "open" && item.why.length > 0 && (
        <Text size="xs" c="dimmed">
          Why here: {item.why.join(" ")}
        </Text>
      )}
    </div>
  );
}

function CustomerLink({ item }: { item: WorkItem }): ReactNode {
  const { record } = item;
  if (record === null) return customerName(item);
  return (
    <Anchor
      inherit
      c="inherit"
      renderRoot={(props) => <Link to="/records/$id" params={{ id: record.id }} {...props} />}
    >
      {customerName(item)}
    </Anchor>
  );
}

function Decision(props: Omit<WorkItemPaneProps, "onNext" | "readerId">): ReactNode {
  const { composer: _, ...own } = props;
  switch (props.item.kind) {
    case "manual_text":
      return <ManualTextForm key={props.item.id} {...own} />;
    case "reply":
      return <ReplyForm {...props} />;
    case "consent_question":
      return <ConsentQuestion item={props.item} onDecided={props.onDecided} />;
    default:
      return <CompletionForm {...own} />;
  }
}

/** What one reads and somebody else decides. */
function NotYours({ item }: { item: WorkItem }): ReactNode {
  const whose = item.assignee === null ? "somebody else" : userName(item.assignee);
  return (
    <Stack gap="sm">
      {[item.text, item.reason].filter(Boolean).map((words) => (
        <Written key={words}>
          {words}
        </Written>
      ))}
      <Text size="sm" c="dimmed">
        It is for {whose} to do: your roles let you read it.
      </Text>
    </Stack>
  );
}

function Decided({ item, onNext }: { item: WorkItem; onNext: () => void }): ReactNode {
  const typed = useDraft(`work-item:${item.id}`, "").text;
  if (item.status === "open") return null;
  return (
    <Alert color="gray" title={`This was ${DECIDED[item.status]}`}>
      <Stack gap="xs" align="flex-start">
        {item.decided_at !== null && (
          <Text size="sm">
            {item.decided_by !== null && `By ${userName(item.decided_by)}, `}
            <Time at={item.decided_at} />
          </Text>
        )}
        {item.reason && <Text size="sm">{item.reason}</Text>}
        {item.text && (
          <Written>
            “{item.text}”
          </Written>
        )}
        {typed !== "" && (
          <Textarea label="What you had typed" value={typed} readOnly autosize maxRows={8} w="100%" />
        )}
        <Button variant="default" size="xs" onClick={onNext}>
          Go to the next
        </Button>
      </Stack>
    </Alert>
  );
}
