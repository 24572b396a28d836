/** What becomes of the lists when an item is decided, put off or handed over. */
import { useQueryClient, type InfiniteData } from "@tanstack/react-query";
import { useCallback } from "react";
import { keys } from "@/api/keys";
import type { Page } from "@/api/paging";
import type { WorkItem } from "@/api/types";

/** Under which name the decision of an item is on its way, whichever it is. */
export const deciding = (id: string) => [...keys.workItems, "decide", id];

/** Returns what to do with the API's answer: the item leaves the lists at once, all else is read anew. */
export function useDecided(): (item: WorkItem) => void {
  const client = useQueryClient();
  return useCallback(
    (item: WorkItem) => {
      client.setQueryData([...keys.workItems, "one", item.id], item);
      client.setQueriesData<InfiniteData<Page<WorkItem>>>(
        { queryKey: [...keys.workItems, "list"] },
        (data) =>
          data && {
            ...data,
            pages: data.pages.map((page) => ({
              ...page,
              items: page.items.filter((one) => one.id !== item.id),
            })),
          },
      );
      for (const queryKey of [keys.workItems, keys.conversations, keys.enrollments, keys.records]) {
        void client.invalidateQueries({ queryKey });
      }
    },
    [client],
  );
}
