import { useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";
import { answer, api, newIdempotencyKey } from "@/api/client";
import { keys } from "@/api/keys";
import { useMutation } from "@/api/mutation";
import type { WorkItem } from "@/api/types";

export interface NewWorkItem {
  record_id: string;
  kind: Extract<WorkItem["kind"], "call" | "task" | "email" | "follow_up">;
  title: string;
  text: string | null;
  due_at: string;
}

/** Puts something to do on the list by hand; trying again after a lost answer does not put it there twice. */
export function useAddWorkItem() {
  const client = useQueryClient();
  const attempt = useRef({ said: "", key: "" });
  return useMutation({
    mutationFn: (body: NewWorkItem) => {
      const said = JSON.stringify(body);
      if (attempt.current.said !== said) attempt.current = { said, key: newIdempotencyKey() };
      return answer(
        api.POST("/api/v1/work-items", {
          params: { header: { "idempotency-key": attempt.current.key } },
          body,
        }),
      );
    },
    onSuccess: () => client.invalidateQueries({ queryKey: keys.workItems }),
  });
}
