/** Pausing, resuming and disconnecting an enrollment, and skipping the wait it stands at. */
import { Button, Group, Stack, Text } from "@mantine/core";
import { useState, type ReactNode } from "react";
import type { Enrollment } from "@/api/types";
import { recordName } from "@/shared/names";
import { ProblemNote } from "@/shared/view";
import { useSteerEnrollment, type Steering } from "./api/steer-enrollment";
import { SkipWait } from "./skip-wait";

export function EnrollmentControls({ enrollment }: { enrollment: Enrollment }): ReactNode {
  const steer = useSteerEnrollment(enrollment.id);
  const [isEnding, setEnding] = useState(false);
  const button = (steering: Steering) => ({
    size: "xs" as const,
    variant: "default",
    loading: steer.isPending && steer.variables === steering,
    disabled: steer.isPending,
    onClick: () => steer.mutate(steering),
  });
  return (
    <Stack gap="xs">
      <ProblemNote error={steer.error} title="That did not work" />
      {isEnding ? (
        <>
          <Text size="sm">
            Take {recordName(enrollment.record)} out of {enrollment.sequence.name}? Nothing more is
            sent, and open work items are cancelled.
          </Text>
          <Group gap="xs">
            <Button {...button("disconnect")} variant="filled" color="red">
              Disconnect
            </Button>
            <Button size="xs" variant="default" onClick={() => setEnding(false)}>
              Keep it running
            </Button>
          </Group>
        </>
      ) : (
        <Group gap="xs">
          {enrollment.status === "paused" ? (
            <Button {...button("resume")}>Resume</Button>
          ) : (
            <Button {...button("pause")}>Pause</Button>
          )}
          <Button size="xs" variant="default" onClick={() => setEnding(true)}>
            Disconnect…
          </Button>
          {enrollment.current_step?.type === "wait" && (
            <SkipWait
              key={enrollment.current_step.id}
              enrollmentId={enrollment.id}
              stepId={enrollment.current_step.id}
            />
          )}
        </Group>
      )}
    </Stack>
  );
}
