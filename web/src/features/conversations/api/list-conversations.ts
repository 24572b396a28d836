import { infiniteQueryOptions } from "@tanstack/react-query";
import { answer, api } from "@/api/client";
import { keys } from "@/api/keys";
import { allItems, pageAfter, paging } from "@/api/paging";

/** The conversations, the one with the newest text at the top. */
export const conversationsQuery = (only: { unread: boolean; unassigned: boolean }) =>
  infiniteQueryOptions({
    queryKey: [...keys.conversations, "list", only],
    queryFn: ({ pageParam, signal }) =>
      answer(
        api.GET("/api/v1/conversations", {
          params: {
            query: {
              unread: only.unread || undefined,
              unassigned: only.unassigned || undefined,
              ...pageAfter(pageParam, 50),
            },
          },
          signal,
        }),
      ),
    ...paging,
    select: allItems,
  });
