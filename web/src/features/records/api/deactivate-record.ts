import { useQueryClient } from "@tanstack/react-query";
import { answer, api } from "@/api/client";
import { keys } from "@/api/keys";
import { useMutation } from "@/api/mutation";

/** Makes a record inactive, which ends its enrollments. */
export function useDeactivateRecord(record_id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () =>
      answer(api.DELETE("/api/v1/records/{record_id}", { params: { path: { record_id } } })),
    onSuccess: () =>
      Promise.all(
        [keys.records, keys.enrollments, keys.workItems].map((queryKey) =>
          client.invalidateQueries({ queryKey }),
        ),
      ),
  });
}
