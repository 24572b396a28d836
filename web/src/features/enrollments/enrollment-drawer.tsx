/** One enrollment: where it stands, what happened to it, and the buttons that steer it. */
import { Badge, Drawer, Group, Skeleton, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { Enrollment } from "@/api/types";
import { ENROLLMENT_STATUSES, phone, recordName, userName } from "@/shared/names";
import { CustomerTime, Time } from "@/shared/time";
import { Empty, SkeletonRows, View } from "@/shared/view";
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
  return (
    <Drawer
      opened={id !== undefined}
      onClose={onClose}
      position="right"
      size="md"
      title="Enrollment"
      closeButtonProps={{ "aria-label": "Close" }}
    >
      {id !== undefined && <Contents key={id} id={id} maySteer={maySteer} />}
    </Drawer>
  );
}

function Contents({ id, maySteer }: { id: string; maySteer: boolean }): ReactNode {
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
        {(entries) => <Timeline entries={entries} />}
      </View>
    </Stack>
  );
}

function Summary({ enrollment }: { enrollment: Enrollment }): ReactNode {
  const { record, status, sequence, version, seller, started_at } = enrollment;
  return (
    <div>
      <Group gap="xs">
        <Text fw={700}>{recordName(record)}</Text>
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
