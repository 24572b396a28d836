import { infiniteQueryOptions } from "@tanstack/react-query";
import { answer, api } from "@/api/client";
import { keys } from "@/api/keys";
import { allItems, pageAfter, paging } from "@/api/paging";

/** The messages of a conversation in the order they are read; its next page holds older ones. */
export const messagesQuery = (conversationId: string) =>
  infiniteQueryOptions({
    queryKey: [...keys.conversations, conversationId, "messages"],
    queryFn: ({ pageParam, signal }) =>
      answer(
        api.GET("/api/v1/conversations/{conversation_id}/messages", {
          params: { path: { conversation_id: conversationId }, query: pageAfter(pageParam, 30) },
          signal,
        }),
      ),
    ...paging,
    select: (data) => allItems(data).toReversed(),
  });
