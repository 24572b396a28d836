import { useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";
import { answer, api, newIdempotencyKey } from "@/api/client";
import { keys } from "@/api/keys";
import { useMutation } from "@/api/mutation";
import type { Move } from "@/api/types";

/** Moves texts of a conversation to another record; trying again after a lost answer does not do it twice. */
export function useMoveConversation(conversation_id: string) {
  const client = useQueryClient();
  const attempt = useRef({ what: "", key: "" });
  return useMutation({
    mutationFn: (body: Move) => {
      const what = JSON.stringify(body);
      if (attempt.current.what !== what) attempt.current = { what, key: newIdempotencyKey() };
      return answer(
        api.POST("/api/v1/conversations/{conversation_id}/move", {
          params: {
            path: { conversation_id },
            header: { "idempotency-key": attempt.current.key },
          },
          body,
        }),
      );
    },
    onSuccess: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: keys.conversations }),
        client.invalidateQueries({ queryKey: keys.records }),
        client.invalidateQueries({ queryKey: keys.workItems }),
      ]),
  });
}
