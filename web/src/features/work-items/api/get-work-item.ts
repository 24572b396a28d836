import { queryOptions } from "@tanstack/react-query";
import { answer, api } from "@/api/client";
import { keys } from "@/api/keys";

export const workItemQuery = (id: string) =>
  queryOptions({
    queryKey: [...keys.workItems, "one", id],
    queryFn: ({ signal }) =>
      answer(
        api.GET("/api/v1/work-items/{work_item_id}", {
          params: { path: { work_item_id: id } },
          signal,
        }),
      ),
  });
