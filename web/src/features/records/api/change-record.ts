import { useQueryClient } from "@tanstack/react-query";
import { answer, api } from "@/api/client";
import { keys } from "@/api/keys";
import { useMutation } from "@/api/mutation";
import type { RecordChanges } from "@/api/types";

/** Changes a record; what is not named stays as it is. */
export function useChangeRecord(record_id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: RecordChanges) =>
      answer(api.PATCH("/api/v1/records/{record_id}", { params: { path: { record_id } }, body })),
    // its name, number and owner stand in conversations and on the work list, too
    onSuccess: () =>
      Promise.all(
        [keys.records, keys.conversations, keys.workItems].map((queryKey) =>
          client.invalidateQueries({ queryKey }),
        ),
      ),
  });
}
