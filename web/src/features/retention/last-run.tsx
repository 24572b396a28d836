/** When what is old was let go last. */
import { Text } from "@mantine/core";
import type { ReactNode } from "react";
import type { RetentionRun } from "@/api/types";
import { Time } from "@/shared/time";

export function LastRun({ run }: { run: RetentionRun | null }): ReactNode {
  return (
    <Text size="sm" p="sm">
      {sentence(run)}
    </Text>
  );
}

function sentence(run: RetentionRun | null): ReactNode {
  if (run === null) return "There was no run yet.";
  if (run.finished_at === null) {
    return (
      <>
        A run began <Time at={run.started_at} as="within" /> and has not ended yet.
      </>
    );
  }
  return (
    <>
      The last run ended <Time at={run.finished_at} as="within" />.
    </>
  );
}
