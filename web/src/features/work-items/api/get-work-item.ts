import { queryOptions } from "@tanstack/react-query";
import { answer, api } from "@/api/client";
import { keys } from "@/api/keys";

export const workItemQuery = (id: string) =>
  queryOptions({
    queryKey: [...keys.workItem, id],
    queryFn: ({ signal }) =>
      answer(
        api.GET("/api/v1/work-items/{work_item_id}", {
          params: { path: { work_item_id: id } },
          signal,
        }),
      ),
  });

/** The item as it is now, and what has changed since somebody read it with `seen`. */
export const changesQuery = (id: string, seen: string) =>
  queryOptions({
    // not under the work items: what a person is being told stays as it is until they have read it
    queryKey: [...keys.changes, id, seen],
    queryFn: ({ signal }) =>
      answer(
        api.GET("/api/v1/work-items/{work_item_id}", {
          params: { path: { work_item_id: id }, query: { seen } },
          signal,
        }),
      ),
    staleTime: 0,
    gcTime: 0,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
