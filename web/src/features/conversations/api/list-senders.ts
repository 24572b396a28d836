import { queryOptions } from "@tanstack/react-query";
import { answer, api } from "@/api/client";
import { keys } from "@/api/keys";

/** The numbers one may send from, the one that a text leaves from by itself first. */
export const sendersQuery = (conversationId: string) =>
  queryOptions({
    queryKey: [...keys.conversations, conversationId, "senders"],
    queryFn: ({ signal }) =>
      answer(
        api.GET("/api/v1/conversations/{conversation_id}/senders", {
          params: { path: { conversation_id: conversationId } },
          signal,
        }),
      ),
  });
