import { queryOptions, useQueryClient } from "@tanstack/react-query";
import { answer, api, newIdempotencyKey } from "@/api/client";
import { keys } from "@/api/keys";
import { useMutation } from "@/api/mutation";

/** The conversation with a record that was in use last; null before the first text. */
export const recordConversationQuery = (recordId: string) =>
  queryOptions({
    queryKey: [...keys.conversations, "of-record", recordId],
    queryFn: ({ signal }) =>
      answer(
        api.GET("/api/v1/conversations", {
          params: { query: { record_id: recordId, limit: 1 } },
          signal,
        }),
      ),
    select: (page) => page.items[0] ?? null,
  });

/** Begins the conversation with a record; the one there is comes back if there is one. */
export function useOpenConversation() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (record_id: string) =>
      answer(
        api.POST("/api/v1/conversations", {
          params: { header: { "idempotency-key": newIdempotencyKey() } },
          body: { record_id },
        }),
      ),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.conversations }),
  });
}
