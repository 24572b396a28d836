/** What becomes of the lists when an item is decided, put off or handed over. */
import { useQueryClient, type InfiniteData, type QueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { keys } from "@/api/keys";
import type { Page } from "@/api/paging";
import type { Stack, WorkItem } from "@/api/types";
import { workItemQuery } from "./get-work-item";

/** Under which name the decision of an item is on its way, whichever it is. */
export const deciding = (id: string) => [...keys.workItems, "decide", id];

/** Takes items out of the lists and the stacks at once, without waiting for them to be read anew. */
export function takeOut(client: QueryClient, ids: readonly string[]): void {
  const without = <T extends { items: { id: string }[] }>(some: T): T => ({
    ...some,
    items: some.items.filter(({ id }) => !ids.includes(id)),
  });
  client.setQueriesData<InfiniteData<Page<WorkItem>>>(
    { queryKey: [...keys.workItems, "list"] },
    (data) => data && { ...data, pages: data.pages.map(without) },
  );
  client.setQueriesData<Stack>({ queryKey: keys.stacks }, (data) => data && without(data));
}

/** Returns what to do with the API's answer: the item leaves the lists at once, all else is read anew. */
export function useDecided(): (item: WorkItem) => void {
  const client = useQueryClient();
  return useCallback(
    (item: WorkItem) => {
      client.setQueryData(workItemQuery(item.id).queryKey, (former) => former && { ...former, ...item });
      takeOut(client, [item.id]);
      for (const queryKey of [keys.workItems, keys.conversations, keys.enrollments, keys.records]) {
        void client.invalidateQueries({ queryKey });
      }
    },
    [client],
  );
}
