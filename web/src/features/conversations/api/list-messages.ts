import { infiniteQueryOptions, type QueryClient } from "@tanstack/react-query";
import { answer, api } from "@/api/client";
import { keys } from "@/api/keys";
import { allItems, pageAfter, paging } from "@/api/paging";

/** The messages of a conversation in the order they are read; its next page holds older ones. */
export const messagesQuery = (conversationId: string, around?: string) =>
  infiniteQueryOptions({
    queryKey: [...keys.conversations, conversationId, "messages", { around }],
    queryFn: ({ pageParam, signal }) =>
      answer(
        api.GET("/api/v1/conversations/{conversation_id}/messages", {
          params: {
            path: { conversation_id: conversationId },
            query: { ...pageAfter(pageParam, 30), around },
          },
          signal,
        }),
      ),
    ...paging,
    select: (data) => allItems(data).toReversed(),
  });

/** Returns the newest text of a conversation that the page has shown; undefined if it has shown none. */
export function newestSeen(client: QueryClient, conversationId: string): string | undefined {
  const seen = client.getQueryData(messagesQuery(conversationId).queryKey);
  return seen?.pages[0]?.items[0]?.id;
}
