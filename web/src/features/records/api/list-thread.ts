import { infiniteQueryOptions } from "@tanstack/react-query";
import { answer, api } from "@/api/client";
import { keys } from "@/api/keys";
import { allItems, pageAfter, paging } from "@/api/paging";

/** What was said and done about a record and what hangs on it, the newest first. */
export const threadQuery = (recordId: string) =>
  infiniteQueryOptions({
    queryKey: [...keys.records, "thread", recordId],
    queryFn: ({ pageParam, signal }) =>
      answer(
        api.GET("/api/v1/records/{record_id}/thread", {
          params: { path: { record_id: recordId }, query: pageAfter(pageParam, 50) },
          signal,
        }),
      ),
    ...paging,
    select: allItems,
  });
