import { infiniteQueryOptions, type InfiniteData, type QueryClient } from "@tanstack/react-query";
import { answer, api } from "@/api/client";
import { keys } from "@/api/keys";
import type { ConversationMove, Message, MessagePage } from "@/api/types";
import { allItems, pageAfter, paging } from "@/api/paging";

/** What a thread shows at one place: a text, or texts that were moved out of the conversation or into it. */
export type Entry =
  | { id: string; at: string; message: Message; move: null }
  | { id: string; at: string; message: null; move: ConversationMove };

/** The texts of a conversation and its moves in the order they are read; its next page holds older ones. */
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
    select: entriesOf,
  });

function entriesOf(data: InfiniteData<MessagePage>): Entry[] {
  const pages = data.pages.map(({ items, moves, next }) => ({
    items: [
      ...moves.map((move): Entry => ({ id: move.id, at: move.at, message: null, move })),
      ...items.map((message): Entry => ({ id: message.id, at: message.created_at, message, move: null })),
    ],
    next,
  }));
  // the API's order stands within an instant, and what was moved then follows what was said
  return allItems({ ...data, pages })
    .toSorted((one, other) => Date.parse(other.at) - Date.parse(one.at))
    .toReversed();
}

/** Returns the newest text of a conversation that the page has shown; undefined if it has shown none. */
export function newestSeen(client: QueryClient, conversationId: string): string | undefined {
  const seen = client.getQueryData(messagesQuery(conversationId).queryKey);
  return seen?.pages[0]?.items[0]?.id;
}
