/** What a person notes of an item for themselves alone: that they have opened it, or follow it. */
import { useQueryClient, type InfiniteData } from "@tanstack/react-query";
import { useCallback } from "react";
import { answer, api } from "@/api/client";
import { keys } from "@/api/keys";
import { useMutation } from "@/api/mutation";
import type { Page } from "@/api/paging";
import type { WorkItem } from "@/api/types";
import { workItemQuery } from "./get-work-item";

/** Notes that one has opened an item, or lets it stand out again. */
export function useMarkOpened(id: string) {
  const params = { path: { work_item_id: id } };
  return useMutation({
    mutationFn: (isOpened: boolean) =>
      answer(
        isOpened
          ? api.POST("/api/v1/work-items/{work_item_id}/opened", { params })
          : api.DELETE("/api/v1/work-items/{work_item_id}/opened", { params }),
      ),
    onSuccess: useMarked(),
  });
}

/** Follows an item, or no longer does. */
export function useFollow(id: string) {
  const params = { path: { work_item_id: id } };
  return useMutation({
    mutationFn: (isFollowed: boolean) =>
      answer(
        isFollowed
          ? api.POST("/api/v1/work-items/{work_item_id}/follow", { params })
          : api.DELETE("/api/v1/work-items/{work_item_id}/follow", { params }),
      ),
    onSuccess: useMarked(),
  });
}

/** Returns how an item's marks are shown at once; the lists are read anew on the news of them, as of any change. */
function useMarked(): (item: WorkItem) => void {
  const client = useQueryClient();
  return useCallback(
    ({ id, is_opened, is_followed }: WorkItem) => {
      const marked = <T extends WorkItem>(item: T): T =>
        item.id === id ? { ...item, is_opened, is_followed } : item;
      client.setQueryData(workItemQuery(id).queryKey, (former) => former && marked(former));
      client.setQueriesData<InfiniteData<Page<WorkItem>>>(
        { queryKey: [...keys.workItems, "list"] },
        (data) =>
          data && {
            ...data,
            pages: data.pages.map((each) => ({ ...each, items: each.items.map(marked) })),
          },
      );
    },
    [client],
  );
}
