import { answer, api, newIdempotencyKey } from "@/api/client";
import { useMutation } from "@/api/mutation";

/** Begins the conversation with a record, or finds the one there is. */
export function useOpenConversation(recordId: string) {
  return useMutation({
    mutationFn: () =>
      answer(
        api.POST("/api/v1/conversations", {
          params: { header: { "idempotency-key": newIdempotencyKey() } },
          body: { record_id: recordId },
        }),
      ),
  });
}
