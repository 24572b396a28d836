import { useQueryClient } from "@tanstack/react-query";
import { answer, api } from "@/api/client";
import { keys } from "@/api/keys";
import { useMutation } from "@/api/mutation";

/** Ends the wait of one step. Asking again does no harm: no other wait is skipped in its place. */
export function useSkipWait(enrollmentId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (step_id: string) =>
      answer(
        api.POST("/api/v1/enrollments/{enrollment_id}/skip-wait", {
          params: { path: { enrollment_id: enrollmentId } },
          body: { step_id },
        }),
      ),
    onSettled: () =>
      Promise.all(
        // what is up next stands among the work items
        [keys.enrollments, keys.workItems].map((queryKey) => client.invalidateQueries({ queryKey })),
      ),
  });
}
