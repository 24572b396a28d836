import { infiniteQueryOptions } from "@tanstack/react-query";
import { answer, api } from "@/api/client";
import { keys } from "@/api/keys";
import { allItems, pageAfter, paging } from "@/api/paging";

export type Assignee = "me" | "any";

/** The open work items, the one that is due first at the top. */
export const openWorkItemsQuery = (assignee: Assignee) =>
  infiniteQueryOptions({
    queryKey: [...keys.workItems, "open", assignee],
    queryFn: ({ pageParam, signal }) =>
      answer(
        api.GET("/api/v1/work-items", {
          params: { query: { status: "open", assignee, ...pageAfter(pageParam, 50) } },
          signal,
        }),
      ),
    ...paging,
    select: allItems,
  });
