/** One enrollment: where it stands, what happened to it, and the buttons that steer it. */
import { Badge, Drawer, Group, Skeleton, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import type { Enrollment, TimelineEntry } from "@/api/types";
import { ENROLLMENT_STATUSES, phone, recordName, userName } from "@/shared/names";
import { useMay } from "@/shared/session";
import { CustomerTime, Time } from "@/shared/time";
import { Empty, SkeletonRows, View } from "@/shared/view";
import { whyOfMessage, type Explained } from "@/shared/why";
import { WhyDrawer } from "@/shared/why-drawer";
import { whyOfStep } from "./api/explain-step";
import { enrollmentQuery } from "./api/get-enrollment";
import { timelineQuery } from "./api/get-timeline";
import { EnrollmentControls } from "./enrollment-controls";
import { Standing } from "./standing";
import { Timeline } from "./timeline";

interface EnrollmentDrawerProps {
  /** The enrollment that is open; undefined while the drawer is closed. */
  id: string | undefined;
  maySteer: boolean;
  onClose: () => void;
}

export function EnrollmentDrawer({ id, maySteer, onClose }: EnrollmentDrawerProps): ReactNode {
  const [asking, setAsking] = useState<{ of: string; entry: TimelineEntry }>();
  const asked = asking?.of === id ? asking?.entry : undefined;
  const mayReadTexts = [useMay("message", "read"), useMay("conversation", "read")].every(Boolean);
  return (
    <>
      <Drawer
        opened={id !== undefined}
        onClose={onClose}
        position="right"
        size="md"
        title="Enrollment"
        closeButtonProps={{ "aria-label": "Close" }}
        // while the reasons lie above it, Escape closes them alone
        closeOnEscape={asked === undefined}
      >
        {id !== undefined && <Contents key={id} id={id} maySteer={maySteer} onWhy={(entry) => setAsking({ of: id, entry })} />}
      </Drawer>
      <WhyDrawer
        of={id === undefined || asked === undefined ? undefined : explained(id, asked, mayReadTexts)}
        onClose={() => setAsking(undefined)}
      />
    </>
  );
}

/** Returns what tells most of an entry: the reasons of its text, or of its step if it came to none. */
function explained(
  enrollmentId: string,
  { message_id, step_id }: TimelineEntry,
  mayReadTexts: boolean,
): Explained | undefined {
  if (message_id !== null && mayReadTexts) return whyOfMessage(message_id);
  return step_id === null ? undefined : whyOfStep(enrollmentId, step_id);
}

interface ContentsProps {
  id: string;
  maySteer: boolean;
  onWhy: (entry: TimelineEntry) => void;
}

function Contents({ id, maySteer, onWhy }: ContentsProps): ReactNode {
  const enrollment = useQuery(enrollmentQuery(id));
  const timeline = useQuery(timelineQuery(id));
  return (
    <Stack gap="lg">
      <View what="the enrollment" query={enrollment} loading={<Skeleton height={90} />}>
        {(data) => (
          <Stack gap="sm">
            <Summary enrollment={data} />
            {maySteer && data.ended_at === null && <EnrollmentControls enrollment={data} />}
          </Stack>
        )}
      </View>
      <View
        what="the timeline"
        query={timeline}
        loading={<SkeletonRows rows={4} />}
        empty={<Empty title="Nothing has happened yet">Its first step appears here.</Empty>}
      >
        {(entries) => <Timeline entries={entries} onWhy={onWhy} />}
      </View>
    </Stack>
  );
}

function Summary({ enrollment }: { enrollment: Enrollment }): ReactNode {
  const { record, status, sequence, version, seller, started_at } = enrollment;
  return (
    <div>
      <Group gap="xs">
        <Text fw={700} dir="auto">{recordName(record)}</Text>
        <Badge color={ENROLLMENT_STATUSES[status].color}>{ENROLLMENT_STATUSES[status].label}</Badge>
        <CustomerTime zone={record.timezone} />
      </Group>
      <Text size="xs" c="dimmed" mb="xs">
        {record.phone !== null && `${phone(record.phone)} · `}
        {sequence.name}, version {version} · {userName(seller)} · started <Time at={started_at} as="within" />
      </Text>
      <Standing enrollment={enrollment} />
    </div>
  );
}
