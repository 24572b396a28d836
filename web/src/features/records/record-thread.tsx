/** What was said and done about a record: texts, steps, notes and work, the newest first. */
import { Button, Group, Text, Textarea } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import type { Message, ThreadItem, UserRef } from "@/api/types";
import { Icon, type IconName } from "@/shared/icons";
import { HIDDEN_RECORD, isolated, recordName, userName } from "@/shared/names";
import { useDraft } from "@/shared/use-draft";
import { Time } from "@/shared/time";
import { MoreButton, ProblemNote, SkeletonRows, View } from "@/shared/view";
import { Written } from "@/shared/written";
import { threadQuery } from "./api/list-thread";
import { useAddNote, useDeleteNote } from "./api/notes";
import classes from "./record-thread.module.css";

interface Told {
  icon: IconName;
  label: string;
  detail: string | null;
  by: UserRef | null;
}

interface RecordThreadProps {
  recordId: string;
  readerId: string;
  mayNote: boolean;
  empty: ReactNode;
  message: (message: Message) => ReactNode;
  /** What a step of an enrollment is told with. */
  step: (step: NonNullable<ThreadItem["step"]>) => Omit<Told, "by">;
  /** What a work item that was decided is told with. */
  work: (work: NonNullable<ThreadItem["work"]>) => Omit<Told, "by">;
}

export function RecordThread(props: RecordThreadProps): ReactNode {
  const thread = useInfiniteQuery(threadQuery(props.recordId));
  return (
    <>
      {props.mayNote && <NoteForm recordId={props.recordId} />}
      <View
        what="the thread"
        query={thread}
        loading={<SkeletonRows />}
        empty={props.empty}
      >
        {(items) => (
          <>
            <ol className={classes.thread} aria-label="Thread">
              {items.map((item) => (
                <li key={item.id} className={classes.entry}>
                  {item.record.id !== props.recordId && (
                    <Text size="xs" fw={600} dir="auto">
                      {recordName(item.record)}
                    </Text>
                  )}
                  {item.message && props.message(item.message)}
                  {item.note && <NoteEntry note={item.note} readerId={props.readerId} />}
                  <Line item={item} told={toldOf(item, props)} />
                </li>
              ))}
            </ol>
            <MoreButton query={thread}>Show older</MoreButton>
          </>
        )}
      </View>
    </>
  );
}

function toldOf(item: ThreadItem, { step, work }: RecordThreadProps): Told | null {
  if (item.step) return { ...step(item.step), by: item.step.actor };
  if (item.work) return { ...work(item.work), by: item.work.decided_by };
  if (!item.move) return null;
  const { source, target, hides, count, reason, moved_by } = item.move;
  const from = source !== null ? recordName(source) : hides === "source" ? HIDDEN_RECORD : "the inbox";
  const to = target === null ? HIDDEN_RECORD : recordName(target);
  return {
    icon: "move",
    label: `${count} ${count === 1 ? "text" : "texts"} moved from ${from} to ${to}`,
    detail: reason,
    by: moved_by,
  };
}

function Line({ item, told }: { item: ThreadItem; told: Told | null }): ReactNode {
  if (told === null) return null;
  return (
    <Group gap="xs" wrap="nowrap" align="flex-start">
      <span className={classes.icon}>
        <Icon name={told.icon} size={14} />
      </span>
      <div className={classes.told}>
        <Text size="sm">
          {told.label}
          {told.detail && `: ${isolated(told.detail)}`}
        </Text>
        <Text size="xs" c="dimmed">
          <Time at={item.at} />
          {item.step && ` · ${item.step.sequence.name}`}
          {told.by !== null && ` · ${userName(told.by)}`}
        </Text>
      </div>
    </Group>
  );
}

function NoteEntry(props: { note: NonNullable<ThreadItem["note"]>; readerId: string }): ReactNode {
  const { note, readerId } = props;
  const remove = useDeleteNote();
  const [asks, setAsks] = useState(false);
  return (
    <article className={classes.note} aria-label={`Note of ${userName(note.author)}`}>
      <Written>
        {note.body}
      </Written>
      <Group gap="xs">
        <Text size="xs" c="dimmed">
          Note · {userName(note.author)} · <Time at={note.created_at} />
        </Text>
        {note.author.id === readerId && (
          <Button
            size="compact-xs"
            variant="subtle"
            color={asks ? "red" : "gray"}
            loading={remove.isPending}
            onBlur={() => setAsks(false)}
            onClick={() => (asks ? remove.mutate(note.id) : setAsks(true))}
          >
            {asks ? "Delete it for good" : "Delete"}
          </Button>
        )}
      </Group>
      <ProblemNote error={remove.error} title="The note was not deleted" />
    </article>
  );
}

function NoteForm({ recordId }: { recordId: string }): ReactNode {
  const draft = useDraft(`note:${recordId}`, "");
  const add = useAddNote(recordId);
  const submit = () => {
    const body = draft.text.trim();
    if (body !== "" && !add.isPending) add.mutate(body, { onSuccess: draft.clear });
  };
  return (
    <div className={classes.form}>
      <Textarea
        label="Write a note"
        autosize
        minRows={1}
        maxRows={8}
        maxLength={4000}
        value={draft.text}
        onChange={(event) => draft.change(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) submit();
        }}
        readOnly={add.isPending}
      />
      <ProblemNote error={add.error} title="The note was not kept" />
      <Button
        mt="xs"
        size="xs"
        variant="default"
        onClick={submit}
        loading={add.isPending}
        disabled={draft.text.trim() === ""}
        aria-keyshortcuts="Control+Enter Meta+Enter"
      >
        Keep the note
      </Button>
    </div>
  );
}
