/** Up next of one record: the step before with what came of it, the current one, and the next with when. */
import { Badge, Group, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useId, type ReactNode } from "react";
import type { UpNext as UpNextAnswer, UpNextEnrollment, WorkItem } from "@/api/types";
import { ENROLLMENT_STATUSES, userName } from "@/shared/names";
import { Time } from "@/shared/time";
import { Empty, View } from "@/shared/view";
import { upNextQuery } from "./api/get-up-next";
import classes from "./up-next.module.css";

interface UpNextProps {
  recordId: string;
  /** An item that is to be decided, as it is shown here. */
  item: (item: WorkItem) => ReactNode;
  /** What can be done about a wait at which an enrollment stands. */
  wait: (enrollmentId: string, stepId: string) => ReactNode;
}

export function UpNext({ recordId, ...shown }: UpNextProps): ReactNode {
  const upNext = useQuery(upNextQuery(recordId));
  return (
    <View what="what is up next" query={upNext} loading={<Skeleton height={90} m="md" />}>
      {(data) =>
        isEmpty(data) ? (
          <Empty title="Nothing is planned">
            Enroll the record in a sequence, or note a follow-up.
          </Empty>
        ) : (
          <Stack gap="lg" p="md">
            {data.enrollments.map((walk) => (
              <Walk key={walk.id} walk={walk} {...shown} />
            ))}
            {data.by_hand.map((one) => (
              <div key={one.id}>{shown.item(one)}</div>
            ))}
          </Stack>
        )
      }
    </View>
  );
}

function isEmpty(data: UpNextAnswer): boolean {
  return data.enrollments.length === 0 && data.by_hand.length === 0;
}

interface WalkProps extends Omit<UpNextProps, "recordId"> {
  walk: UpNextEnrollment;
}

function Walk({ walk, item, wait }: WalkProps): ReactNode {
  const id = useId();
  return (
    <div>
      <Group gap="xs" mb="xs">
        <Title order={3} size="h6" id={id} dir="auto">
          {walk.sequence.name}
        </Title>
        {walk.status !== "active" && (
          <Badge color={ENROLLMENT_STATUSES[walk.status].color}>
            {ENROLLMENT_STATUSES[walk.status].label}
          </Badge>
        )}
      </Group>
      <ol className={classes.steps} aria-labelledby={id}>
        {walk.before.map((step) => (
          <li key={step.step_id + step.at} className={classes.step}>
            <Label>Before</Label>
            <Text size="sm">
              {step.title}: {step.outcome}
            </Text>
            <Text size="xs" c="dimmed">
              <Time at={step.at} />
              {step.by !== null && ` · ${userName(step.by)}`}
              {step.message_status !== null && ` · ${step.message_status}`}
            </Text>
          </li>
        ))}
        {walk.current !== null && (
          <li className={classes.step} aria-current="step">
            <Label>Now</Label>
            <Text size="sm" fw={600}>
              {walk.current.title}
            </Text>
            {walk.current.waiting_until !== null && (
              <Text size="xs" c="dimmed">
                until <Time at={walk.current.waiting_until} as="within" />
              </Text>
            )}
            {walk.current.reason !== null && (
              <Text size="xs" c="dimmed">
                {walk.current.reason}
              </Text>
            )}
            {walk.current.work_item !== null && item(walk.current.work_item)}
            {walk.current.type === "wait" && (
              <div key={walk.current.step_id}>{wait(walk.id, walk.current.step_id)}</div>
            )}
          </li>
        )}
        {walk.next.map((step) => (
          <li key={step.step_id + (step.side ?? "")} className={classes.step}>
            <Label>Next</Label>
            <Text size="sm">
              {step.title}
              {step.side !== null && `, ${step.side}`}
            </Text>
            <Text size="xs" c="dimmed">
              <When step={step} />
            </Text>
          </li>
        ))}
      </ol>
    </div>
  );
}

function When({ step }: { step: UpNextEnrollment["next"][number] }): ReactNode {
  if (step.when === "at" && step.at !== null) return <Time at={step.at} />;
  return step.when === "after_wait" && step.wait !== null
    ? `${step.wait} after that`
    : "as soon as that is done";
}

function Label({ children }: { children: string }): ReactNode {
  return (
    <Text size="xs" fw={600} c="dimmed">
      {children}
    </Text>
  );
}
