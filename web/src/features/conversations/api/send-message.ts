import { useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";
import { answer, api, newIdempotencyKey } from "@/api/client";
import { keys } from "@/api/keys";
import { useMutation } from "@/api/mutation";
import type { NewMessage } from "@/api/types";

/** Sends a text. Trying the same text again after a lost answer does not send it twice. */
export function useSendMessage(conversationId: string) {
  const client = useQueryClient();
  const attempt = useRef({ what: "", key: "" });
  return useMutation({
    mutationFn: (body: NewMessage) => {
      const what = JSON.stringify(body);
      if (attempt.current.what !== what) attempt.current = { what, key: newIdempotencyKey() };
      return answer(
        api.POST("/api/v1/conversations/{conversation_id}/messages", {
          params: {
            path: { conversation_id: conversationId },
            header: { "idempotency-key": attempt.current.key },
          },
          body,
        }),
      );
    },
    onSuccess: () => {
      attempt.current = { what: "", key: "" };
      return client.invalidateQueries({ queryKey: keys.conversations });
    },
    // a refusal means that the conversation is not what the page thinks it is
    onError: () => client.invalidateQueries({ queryKey: keys.conversations }),
  });
}
