import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";
import { answer, api, newIdempotencyKey } from "@/api/client";
import { keys } from "@/api/keys";

/** Moves a whole conversation to another record; trying again after a lost answer does not do it twice. */
export function useMoveConversation(conversation_id: string) {
  const client = useQueryClient();
  const attempt = useRef({ record_id: "", key: "" });
  return useMutation({
    mutationFn: (record_id: string) => {
      if (attempt.current.record_id !== record_id) {
        attempt.current = { record_id, key: newIdempotencyKey() };
      }
      return answer(
        api.POST("/api/v1/conversations/{conversation_id}/move", {
          params: {
            path: { conversation_id },
            header: { "idempotency-key": attempt.current.key },
          },
          body: { record_id },
        }),
      );
    },
    onSuccess: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: keys.conversations }),
        client.invalidateQueries({ queryKey: keys.records }),
      ]),
  });
}
