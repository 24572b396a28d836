import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { answer, api } from "@/api/client";
import { keys } from "@/api/keys";
import type { NewMessage } from "@/api/types";

/** What a text would say, cost and meet; the former answer stays until the next is there. */
export const previewQuery = (conversationId: string, body: NewMessage) =>
  queryOptions({
    queryKey: [...keys.conversations, conversationId, "preview", body],
    queryFn: ({ signal }) =>
      answer(
        api.POST("/api/v1/conversations/{conversation_id}/preview", {
          params: { path: { conversation_id: conversationId } },
          body,
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
  });
