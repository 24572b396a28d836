import { useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";
import { answer, api, newIdempotencyKey } from "@/api/client";
import { keys } from "@/api/keys";
import { useMutation } from "@/api/mutation";
import type { Conversation } from "@/api/types";

interface NewLead {
  first_name: string;
  last_name: string;
  owner_user_id: string;
  /** The team that it is to be; without one it is the owner's alone. */
  owner_team_id?: string;
}

/** Makes a lead of who wrote, and moves the conversation to it; trying again makes no second lead. */
export function useAddLead({ id: conversation_id, customer_number: phone }: Conversation) {
  const client = useQueryClient();
  const attempt = useRef({ what: "", adding: "", moving: "" });
  return useMutation({
    mutationFn: async (lead: NewLead) => {
      const what = JSON.stringify(lead);
      if (attempt.current.what !== what) {
        attempt.current = { what, adding: newIdempotencyKey(), moving: newIdempotencyKey() };
      }
      const { adding, moving } = attempt.current;
      const record = await answer(
        api.POST("/api/v1/records", {
          params: { header: { "idempotency-key": adding } },
          body: { kind: "lead", ...lead, phone, fields: {} },
        }),
      );
      return answer(
        api.POST("/api/v1/conversations/{conversation_id}/move", {
          params: { path: { conversation_id }, header: { "idempotency-key": moving } },
          body: { record_id: record.id },
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
