/** The button that ends the wait at which an enrollment stands, for those who may. */
import { Button, Stack } from "@mantine/core";
import type { ReactNode } from "react";
import { useMay } from "@/shared/session";
import { ProblemNote } from "@/shared/view";
import { useSkipWait } from "./api/skip-wait";

interface SkipWaitProps {
  enrollmentId: string;
  /** The step whose wait the person sees. */
  stepId: string;
}

export function SkipWait({ enrollmentId, stepId }: SkipWaitProps): ReactNode {
  const skip = useSkipWait(enrollmentId);
  if (!useMay("enrollment", "write")) return null;
  return (
    <Stack gap="xs" align="flex-start">
      <ProblemNote error={skip.error} title="The wait was not skipped" />
      <Button size="xs" variant="default" loading={skip.isPending} onClick={() => skip.mutate(stepId)}>
        Skip the wait
      </Button>
    </Stack>
  );
}
