/** One record: what is up next, and what was said and done about it. */
import { Anchor, Badge, Button, Group, Skeleton, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { useState, type ReactNode } from "react";
import type { TouchlineRecord } from "@/api/types";
import { EntryButton } from "@/features/consent/entry-button";
import { Composer } from "@/features/conversations/composer";
import { MessageBubble } from "@/features/conversations/message-bubble";
import { TranscriptButton } from "@/features/conversations/transcript-dialog";
import { detailOf, TIMELINE_KINDS } from "@/features/enrollments/words";
import { recordQuery } from "@/features/records/api/get-record";
import { recordConversationQuery, useOpenConversation } from "@/features/records/api/record-conversation";
import { RecordActions } from "@/features/records/record-actions";
import { RecordThread } from "@/features/records/record-thread";
import { SkipWait } from "@/features/enrollments/skip-wait";
import { UpNext } from "@/features/up-next/up-next";
import { workItemQuery } from "@/features/work-items/api/get-work-item";
import { FollowUpDialog } from "@/features/work-items/follow-up-dialog";
import { DECIDED, KINDS } from "@/features/work-items/kinds";
import { WorkItemPane } from "@/features/work-items/work-item-pane";
import { phone, RECORD_KINDS, recordName, userName, whoseTexts } from "@/shared/names";
import { useLevel, useMay, useMayPerhaps, useSession } from "@/shared/session";
import { CustomerTime } from "@/shared/time";
import { Empty, ProblemNote, View } from "@/shared/view";
import { Page, Panel } from "./page";
import classes from "./record.module.css";

const route = getRouteApi("/signed-in/records/$id");

export function RecordPage(): ReactNode {
  const { id } = route.useParams();
  const record = useQuery(recordQuery(id));
  return (
    <View what="the record" query={record} loading={<Skeleton m="lg" height={300} />}>
      {(data) => <Contents key={data.id} record={data} />}
    </View>
  );
}

/** What hangs on a record, by its kind. */
const FAMILIES: Partial<Record<TouchlineRecord["kind"], string>> = {
  account: "its contacts and their opportunities",
  contact: "their opportunities",
};

function Contents({ record }: { record: TouchlineRecord }): ReactNode {
  const { user } = useSession();
  const [isPlanning, setPlanning] = useState(false);
  const mayPlan = useMay("work_item", "create", "append") && record.may_append_to;
  const mayNote = useMay("note", "create", "append") && record.may_append_to;
  const maySayConsent = useMayPerhaps("consent", "create", record);
  const mayErase = useLevel("consent", "delete") === "organisation";
  return (
    <Page
      above={
        <Anchor size="sm" renderRoot={(props) => <Link to="/records" {...props} />}>
          Records
        </Anchor>
      }
      name={recordName(record)}
      title={
        <>
          <bdi>{recordName(record)}</bdi>
          <Badge color="gray">{RECORD_KINDS[record.kind]}</Badge>
          {record.is_opted_out && <Badge color="red">Opted out</Badge>}
          {record.status === "inactive" && <Badge color="gray">Inactive</Badge>}
          <CustomerTime zone={record.timezone} />
        </>
      }
      actions={
        <Group gap="xs">
          <RecordActions record={record} />
          {mayPlan && (
            <Button size="xs" variant="default" onClick={() => setPlanning(true)}>
              Follow up
            </Button>
          )}
          {record.phone !== null && maySayConsent && (
            <EntryButton of={{ recordId: record.id, name: recordName(record) }} />
          )}
          {mayErase && (
            <Button
              size="xs"
              variant="default"
              renderRoot={(props) => (
                <Link to="/settings/personal-data" search={{ record: record.id }} {...props} />
              )}
            >
              Personal data
            </Button>
          )}
          <TranscriptButton
            of="records"
            id={record.id}
            zones={record.timezone === null ? [] : [record.timezone]}
            family={FAMILIES[record.kind]}
          />
        </Group>
      }
    >
      <Text size="sm" c="dimmed" mb="md">
        {record.phone === null ? "No phone number" : phone(record.phone)} · {userName(record.owner)}
        {record.external_id !== null && ` · ${record.external_id}`}
      </Text>
      <div className={classes.columns}>
        <Stack>
          <Panel title="Up next">
            <UpNext
              recordId={record.id}
              item={({ id }) => <ItemInPlace key={id} id={id} />}
              wait={(enrollmentId, stepId) => <SkipWait enrollmentId={enrollmentId} stepId={stepId} />}
            />
          </Panel>
          <Details record={record} />
        </Stack>
        <Stack>
          <Panel title="Write a text">
            <Write record={record} />
          </Panel>
          <Panel title="Thread">
            <RecordThread
              recordId={record.id}
              readerId={user.id}
              mayNote={mayNote}
              empty={
                record.may_read_texts ? (
                  <Empty title="Nothing yet">Texts, steps and notes appear here.</Empty>
                ) : (
                  <Empty title="Nothing here is yours to read">Notes appear here.</Empty>
                )
              }
              message={(message) => <MessageBubble message={message} readerId={user.id} />}
              step={(step) => ({ ...TIMELINE_KINDS[step.kind], detail: detailOf(step) })}
              work={({ kind, status, title, reason }) => ({
                icon: KINDS[kind].icon,
                label: `${title || KINDS[kind].label}: ${status === "open" ? "open" : DECIDED[status]}`,
                detail: reason,
              })}
            />
          </Panel>
        </Stack>
      </div>
      <FollowUpDialog record={record} isOpen={isPlanning} onClose={() => setPlanning(false)} />
    </Page>
  );
}

/** What was decided stays where it is, and the live view shows what comes next. */
const stay = () => undefined;

function ItemInPlace({ id }: { id: string }): ReactNode {
  const { user } = useSession();
  const item = useQuery(workItemQuery(id));
  return (
    <View what="the work item" query={item} loading={<Skeleton height={110} />}>
      {(data) => (
        <WorkItemPane
          item={data}
          takesFocus={false}
          onDecided={stay}
          onNext={stay}
          readerId={user.id}
          composer={data.conversation_id !== null && <Composer conversationId={data.conversation_id} />}
        />
      )}
    </View>
  );
}

function Write({ record }: { record: TouchlineRecord }): ReactNode {
  const conversation = useQuery(recordConversationQuery(record.id));
  const open = useOpenConversation();
  const navigate = useNavigate();
  const maySend = useMay("phone_number", "append_to");
  const mayTalk = useMay("conversation", "write", "append") && maySend;
  const mayBegin = mayTalk && record.may_append_to && record.may_read_texts;
  return (
    <View what="the conversation" query={conversation} loading={<Skeleton m="sm" height={60} />}>
      {(found) => {
        if (found !== null) {
          return (
            <>
              {!found.is_opted_out && <Composer key={found.id} conversationId={found.id} />}
              <Anchor
                size="sm"
                m="sm"
                display="inline-block"
                renderRoot={(props) => (
                  <Link to="/conversations/$id" params={{ id: found.id }} {...props} />
                )}
              >
                Open the conversation
              </Anchor>
            </>
          );
        }
        if (!mayBegin) {
          return (
            <Text size="sm" c="dimmed" p="sm">
              {record.may_read_texts ? "Your roles do not let you begin a conversation." : whoseTexts(record)}
            </Text>
          );
        }
        if (record.phone === null) {
          return (
            <Text size="sm" c="dimmed" p="sm">
              This record has no phone number to write to.
            </Text>
          );
        }
        return (
          <Stack p="sm" gap="xs" align="flex-start">
            <ProblemNote error={open.error} title="The conversation was not begun" />
            <Button
              size="xs"
              loading={open.isPending}
              onClick={() =>
                open.mutate(record.id, {
                  onSuccess: ({ id }) => void navigate({ to: "/conversations/$id", params: { id } }),
                })
              }
            >
              Begin a conversation
            </Button>
          </Stack>
        );
      }}
    </View>
  );
}

function Details({ record }: { record: TouchlineRecord }): ReactNode {
  const fields = Object.entries(record.fields);
  if (fields.length === 0) return null;
  return (
    <Panel title="Details">
      <dl className={classes.fields}>
        {fields.map(([name, value]) => (
          <div key={name}>
            <dt dir="auto">{name}</dt>
            <dd dir="auto">{String(value)}</dd>
          </div>
        ))}
      </dl>
    </Panel>
  );
}
