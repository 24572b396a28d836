import { queryOptions } from "@tanstack/react-query";
import { answer, api } from "@/api/client";
import { keys } from "@/api/keys";

/** How many conversations have texts that the reader has not read; 100 stands for a hundred or more. */
export const unreadQuery = queryOptions({
  queryKey: [...keys.counters, "unread"],
  queryFn: ({ signal }) => answer(api.GET("/api/v1/conversations/counts", { signal })),
  select: (counts) => counts.unread,
});
