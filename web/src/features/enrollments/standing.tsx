/** Where an enrollment stands: the step it is at and what it waits for, or how it ended. */
import { Text } from "@mantine/core";
import type { ReactNode } from "react";
import type { Enrollment } from "@/api/types";
import { Time } from "@/shared/time";
import { END_REASONS } from "./words";

export function Standing({ enrollment }: { enrollment: Enrollment }): ReactNode {
  const { current_step: step, waiting_until, waiting_reason, end_reason, ended_at } = enrollment;
  if (ended_at !== null) {
    return (
      <>
        <Text size="sm">{end_reason === null ? "Ended" : END_REASONS[end_reason]}</Text>
        <Text size="xs" c="dimmed">
          <Time at={ended_at} />
        </Text>
      </>
    );
  }
  return (
    <>
      <Text size="sm">{step?.title ?? "At its beginning"}</Text>
      {waiting_until !== null && (
        <Text size="xs" c="dimmed">
          until <Time at={waiting_until} as="within" />
          {waiting_reason && `: ${waiting_reason}`}
        </Text>
      )}
      {waiting_until === null && waiting_reason && (
        <Text size="xs" c="dimmed">
          {waiting_reason}
        </Text>
      )}
    </>
  );
}
