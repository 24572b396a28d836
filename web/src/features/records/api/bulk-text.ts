import { useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";
import { answer, api, newIdempotencyKey } from "@/api/client";
import { keys } from "@/api/keys";
import { useMutation } from "@/api/mutation";

export interface BulkTextDraft {
  /** Without one it is called by its day. */
  name?: string;
  text: string;
  record_ids: string[];
}

/** Says whom a text would reach and what it would say to them; nothing is stored. */
export function usePreviewBulkText() {
  return useMutation({
    mutationFn: ({ text, record_ids }: BulkTextDraft) =>
      answer(api.POST("/api/v1/bulk-texts/preview", { body: { text, record_ids } })),
  });
}

/** Sends a text to each record by itself. Trying the same again after a lost answer does not send it twice. */
export function useSendBulkText() {
  const client = useQueryClient();
  const attempt = useRef({ what: "", key: "" });
  return useMutation({
    mutationFn: (body: BulkTextDraft) => {
      const what = JSON.stringify(body);
      if (attempt.current.what !== what) attempt.current = { what, key: newIdempotencyKey() };
      return answer(
        api.POST("/api/v1/bulk-texts", {
          params: { header: { "idempotency-key": attempt.current.key } },
          body,
        }),
      );
    },
    onSuccess: () => client.invalidateQueries({ queryKey: keys.enrollments }),
  });
}
