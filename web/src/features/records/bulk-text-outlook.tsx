/** What a text to several records will say to some of them, who does not get it, and what became of it. */
import { Alert, Anchor, Box, Button, Group, List, Stack, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useEffect, useRef, type ReactNode } from "react";
import type { BulkText, BulkTextPreview, TouchlineRecord } from "@/api/types";
import { recordName } from "@/shared/names";
import { CustomerTime, Time } from "@/shared/time";
import { ProblemNote } from "@/shared/view";
import classes from "./bulk-text.module.css";

type Records = ReadonlyMap<string, TouchlineRecord>;

interface BulkTextOutlookProps {
  preview: BulkTextPreview;
  records: Records;
  hours: { from: string; until: string };
  error: unknown;
  isSending: boolean;
  onBack: () => void;
  onSend: () => void;
}

export function BulkTextOutlook({ preview, records, hours, ...props }: BulkTextOutlookProps): ReactNode {
  const { will_go, refused, waiting, samples } = preview;
  const sleeping = waiting.filter(({ until }) => until !== null).length;
  const waitingForSomebody = waiting.filter(({ until }) => until === null);
  return (
    <Stack>
      <Announced>
        {will_go === 0 ? "Nobody gets it." : `${countOf(will_go)} ${will_go === 1 ? "gets" : "get"} it`}
        {will_go > 0 && `, in ${segmentsOf(preview)}${will_go === 1 ? "" : " each"}.`}
      </Announced>
      {sleeping > 0 && (
        <Text size="sm">
          {sleeping === will_go ? "All of them wait" : `${sleeping} of them ${sleeping === 1 ? "waits" : "wait"}`}{" "}
          for the morning: customers are texted from {hours.from} to {hours.until} on their own clock.
        </Text>
      )}
      <ByReason
        title={`${countOf(waitingForSomebody.length)} ${waitingForSomebody.length === 1 ? "waits" : "wait"}`}
        listed={waitingForSomebody}
        records={records}
      />
      <LeftOut refused={refused} records={records} />
      {samples.length > 0 && (
        // it scrolls by itself, also by keyboard
        <Box component="ul" tabIndex={0} className={classes.samples} aria-label="What they get">
          {samples.map(({ record_id, text, segments, waits_until }) => (
            <li key={record_id}>
              <Group gap="xs" align="baseline">
                <Text size="sm" fw={600} dir="auto">
                  {nameOf(record_id, records)}
                </Text>
                <CustomerTime zone={records.get(record_id)?.timezone ?? null} />
                <Text size="xs" c="dimmed">
                  {segments} {segments === 1 ? "segment" : "segments"}
                  {waits_until !== null && (
                    <>
                      , waits until <Time at={waits_until} as="within" />
                    </>
                  )}
                </Text>
              </Group>
              <Text size="sm" dir="auto" className={classes.text}>
                {text}
              </Text>
            </li>
          ))}
        </Box>
      )}
      {will_go > samples.length && (
        <Text size="sm" c="dimmed">
          And {will_go - samples.length} more.
        </Text>
      )}
      <ProblemNote error={props.error} title="Nothing was sent" />
      <Group justify="flex-end">
        <Button variant="default" onClick={props.onBack} disabled={props.isSending}>
          Change the text
        </Button>
        <Button onClick={props.onSend} disabled={will_go === 0} loading={props.isSending}>
          Send to {countOf(will_go)}
        </Button>
      </Group>
    </Stack>
  );
}

export function BulkTextOutcome(props: {
  done: BulkText;
  records: Records;
  onClose: () => void;
}): ReactNode {
  const { enrolled, refused, sequence_key } = props.done;
  return (
    <Stack>
      <Announced>
        {enrolled.length} {enrolled.length === 1 ? "text is" : "texts are"} on the way.
      </Announced>
      <LeftOut refused={refused} records={props.records} />
      <Anchor
        size="sm"
        renderRoot={(link) => <Link to="/sequences/$key" params={{ key: sequence_key }} {...link} />}
      >
        See what becomes of each
      </Anchor>
      <Group justify="flex-end">
        <Button onClick={props.onClose}>Done</Button>
      </Group>
    </Stack>
  );
}

/** What the dialog says next: the focus comes with it, as the button that led here is gone. */
function Announced({ children }: { children: ReactNode }): ReactNode {
  const told = useRef<HTMLParagraphElement>(null);
  useEffect(() => told.current?.focus(), []);
  return (
    <Text ref={told} tabIndex={-1} fw={600} className={classes.told}>
      {children}
    </Text>
  );
}

function LeftOut(props: { refused: BulkText["refused"]; records: Records }): ReactNode {
  const { refused, records } = props;
  return <ByReason title={`${countOf(refused.length)} left out`} listed={refused} records={records} />;
}

interface ByReasonProps {
  title: string;
  listed: { record_id: string; reason: string }[];
  records: Records;
}

/** Names records under what is to be said of them; nothing if there are none. */
function ByReason({ title, listed, records }: ByReasonProps): ReactNode {
  if (listed.length === 0) return null;
  const byReason = new Map<string, string[]>();
  for (const { record_id, reason } of listed) {
    byReason.set(reason, [...(byReason.get(reason) ?? []), nameOf(record_id, records)]);
  }
  return (
    <Alert color="amber" title={title}>
      <List size="sm">
        {[...byReason].map(([reason, names]) => (
          <List.Item key={reason}>
            {names.join(", ")}: {reason}
          </List.Item>
        ))}
      </List>
    </Alert>
  );
}

function nameOf(id: string, records: Records): string {
  const record = records.get(id);
  return record ? recordName(record) : id;
}

function countOf(count: number): string {
  return `${count} ${count === 1 ? "record" : "records"}`;
}

function segmentsOf({ fewest_segments, most_segments }: BulkTextPreview): string {
  const many = most_segments === 1 ? "segment" : "segments";
  return fewest_segments === most_segments
    ? `${most_segments} ${many}`
    : `${fewest_segments} to ${most_segments} ${many}`;
}
