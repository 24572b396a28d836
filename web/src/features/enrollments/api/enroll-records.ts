import { useQueryClient } from "@tanstack/react-query";
import { answer, api } from "@/api/client";
import { keys } from "@/api/keys";
import { useMutation } from "@/api/mutation";

/** Enrolls records in a sequence. A record that already runs it is refused, so that asking again does no harm. */
export function useEnrollRecords(sequence: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (record_ids: string[]) =>
      answer(api.POST("/api/v1/enrollments", { body: { sequence, record_ids } })),
    onSuccess: () =>
      Promise.all(
        [keys.enrollments, keys.sequences].map((queryKey) => client.invalidateQueries({ queryKey })),
      ),
  });
}
