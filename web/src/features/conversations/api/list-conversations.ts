import { infiniteQueryOptions } from "@tanstack/react-query";
import { answer, api } from "@/api/client";
import { keys } from "@/api/keys";
import { allItems, pageAfter, paging } from "@/api/paging";

/** The conversations, the one with the newest text at the top. */
export const conversationsQuery = (onlyUnread: boolean) =>
  infiniteQueryOptions({
    queryKey: [...keys.conversations, "list", { onlyUnread }],
    queryFn: ({ pageParam, signal }) =>
      answer(
        api.GET("/api/v1/conversations", {
          params: { query: { unread: onlyUnread || undefined, ...pageAfter(pageParam, 50) } },
          signal,
        }),
      ),
    ...paging,
    select: allItems,
  });
