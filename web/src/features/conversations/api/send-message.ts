import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";
import { answer, api, newIdempotencyKey } from "@/api/client";
import { keys } from "@/api/keys";

/** Sends a text. Trying the same text again after a lost answer does not send it twice. */
export function useSendMessage(conversationId: string) {
  const client = useQueryClient();
  const attempt = useRef({ text: "", key: "" });
  return useMutation({
    mutationFn: (text: string) => {
      if (attempt.current.text !== text) attempt.current = { text, key: newIdempotencyKey() };
      return answer(
        api.POST("/api/v1/conversations/{conversation_id}/messages", {
          params: {
            path: { conversation_id: conversationId },
            header: { "idempotency-key": attempt.current.key },
          },
          body: { text },
        }),
      );
    },
    onSuccess: () => {
      attempt.current = { text: "", key: "" };
      return client.invalidateQueries({ queryKey: keys.conversations });
    },
    // a refusal means that the conversation is not what the page thinks it is
    onError: () => client.invalidateQueries({ queryKey: keys.conversations }),
  });
}
